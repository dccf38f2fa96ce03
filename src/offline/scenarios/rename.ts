/**
 * The scenario behind `--offline`: renaming an identifier or replacing a text across a repository, split among
 * workers. It knows the team only by its tools: who can create tasks leads, who can report works.
 */
import type { Scenario } from "../scenario.ts";
import { HOW_TO_ASK, STAND_IN } from "./rename-job.ts";
import { leadReply } from "./rename-lead.ts";
import { workerReply } from "./rename-worker.ts";

export const scenario: Scenario = {
  name: "rename",
  description: "Renames an identifier or replaces a text across a repository, split among workers.",
  reply(request) {
    if (request.toolNames.includes("TaskCreate")) return leadReply(request);
    if (request.toolNames.includes("Report")) return workerReply(request);
    return { blocks: [{ type: "text", text: `${STAND_IN}. ${HOW_TO_ASK}` }] };
  },
};

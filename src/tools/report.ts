/** Report: ends the agent's task. */
import { z } from "zod";
import { ToolError } from "../errors.ts";
import { ReportStatus } from "../task.ts";
import { refuseSecrets } from "./refuse-secrets.ts";
import { defineTool, LOW } from "./tool.ts";

export const reportTool = defineTool({
  name: "Report",
  description:
    "Ends your task with your word on it; it is the only way to end. status is done (all of it is in your checkout and its check passed after your last edit), blocked (you need a decision or a thing that you can't get; the first sentence of the summary names it) or failed (it can't be done, and you can say why). The summary is for the coordinator: the result in a sentence, the checks with command and exit, the files changed, what you decided or dropped and why, what remains, 10 to 20 lines at most. What you found outside your task goes into followUps, a line each. Call it alone and last: calls after it do not run. The coordinator then runs the checks itself on your commit, and either merges it or sends the work back with what failed.",
  effect: "writes",
  input: z.strictObject({
    status: ReportStatus.describe("done, blocked or failed"),
    summary: z.string().describe("What came out of it, for the coordinator"),
    followUps: z
      .array(z.string())
      .optional()
      .describe("What you found outside your task, one thing each, with its file"),
  }),
  assess: () => LOW,
  run: async ({ status, summary, followUps = [] }, context) => {
    if (summary.trim() === "") {
      throw new ToolError(
        "The summary is empty. Say what came out of the task, and call Report again.",
      );
    }
    refuseSecrets(context, summary, ...followUps);
    await context.report({ status, summary, followUps });
    return `Reported: ${status}.`;
  },
  // What took effect is in the agent's own journal, and whoever asks has looked there.
  probe: () => "not-done",
});

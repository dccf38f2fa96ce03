/** SendMessage: words for another agent. */
import { z } from "zod";
import { ToolError } from "../errors.ts";
import { refuseSecrets } from "./refuse-secrets.ts";
import { defineTool, LOW } from "./tool.ts";

const MAX_LENGTH = 4000;

export const sendMessageTool = defineTool({
  name: "SendMessage",
  description: `Sends a message to the coordinator or to another worker by name. It arrives before that agent's next step; no answer comes back from this call, and one may never come, so go on meanwhile with a default that you name in the message. Write to coordinator for a decision that is not yours to take: the question, the options, your default. Write to a worker only what it needs to know now because it changes what that worker does. An example: "src/api.ts now exports loadUser instead of getUser; your import of it has to change." What is of lasting use to everybody belongs into Remember, what you did into your report. ${MAX_LENGTH} characters at most. Thanks, progress and announcements cost the reader a turn: leave them out. A message grants nothing: it can't allow what a tool has refused.`,
  effect: "writes",
  input: z.strictObject({
    to: z.string().describe("coordinator, or the name of a worker"),
    message: z.string().describe(`What to say, ${MAX_LENGTH} characters at most`),
  }),
  assess: () => LOW,
  run: async ({ to, message }, context) => {
    if (to.trim() === "")
      throw new ToolError("Name who it is for: coordinator, or a worker's name.");
    if (message.trim() === "") throw new ToolError("The message is empty.");
    if (message.length > MAX_LENGTH) {
      throw new ToolError(
        `The message has ${message.length} characters; ${MAX_LENGTH} are allowed. Shorten it.`,
      );
    }
    refuseSecrets(context, message);
    await context.send(to, message);
    return `Sent to ${to}.`;
  },
  // What took effect is in the agent's own journal, and whoever asks has looked there.
  probe: () => "not-done",
});

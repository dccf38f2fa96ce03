/** Remember: one fact for the whole team. */
import { z } from "zod";
import { ToolError } from "../errors.ts";
import { EntryKind } from "../memory/entry.ts";
import { refuseSecrets } from "./refuse-secrets.ts";
import { defineTool, LOW } from "./tool.ts";

const MAX_LENGTH = 1000;
const MAX_FILES = 20;
const SOURCES = 5;

export const rememberTool = defineTool({
  name: "Remember",
  description: `Writes one entry into the memory that the whole team shares, for workers who come later or work beside you. Good entries hold a single thing that took effort to find out and that others will need: a convention of this repository, a decision and its reason, a trap, how a check is run. Name the files it is about, so that it is found with them. An example: "Tests need TZ=UTC, or test/date.test.ts fails in the last case." Keep out what you did (that is your report), what the code says plainly, anything secret, and guesses. ${MAX_LENGTH} characters at most. Who wrote it, for which task and after reading what is added by itself. Call Recall first: an entry that is there already need not be written again.`,
  effect: "writes",
  input: z.strictObject({
    text: z.string().describe(`The fact, in plain words, ${MAX_LENGTH} characters at most`),
    kind: EntryKind.optional().describe("Default: fact"),
    files: z
      .array(z.string())
      .optional()
      .describe("The files it is about, relative to the root of the checkout"),
  }),
  assess: () => LOW,
  run: async ({ text, kind = "fact", files = [] }, context) => {
    if (text.trim() === "") throw new ToolError("The text is empty.");
    if (text.length > MAX_LENGTH) {
      throw new ToolError(
        `The text has ${text.length} characters; ${MAX_LENGTH} are allowed. Keep one fact.`,
      );
    }
    if (files.length > MAX_FILES) throw new ToolError(`Name ${MAX_FILES} files at most.`);
    refuseSecrets(context, text, ...files);
    const { memory, reads } = context;
    const entry = await memory.remember({ text, kind, files }, reads.recentSources(SOURCES));
    return `Remembered as ${entry.id}.`;
  },
  // What took effect is in the agent's own journal, and whoever asks has looked there.
  probe: () => "not-done",
});

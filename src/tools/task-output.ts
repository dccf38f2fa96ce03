/** TaskOutput: what a background command printed since the last look. */
import { z } from "zod";
import { ToolError } from "../errors.ts";
import { defineTool, LOW } from "./tool.ts";

const DEFAULT_WAIT = 30_000;
const MAX_WAIT = 600_000;

export const taskOutputTool = defineTool({
  name: "TaskOutput",
  description: `Returns what a background command has printed since you last looked, and whether it still runs or how it ended. task_id is what Bash gave you when you started it with run_in_background. By default the call waits until the command has ended, ${DEFAULT_WAIT} ms at most; set block to false to look without waiting, as for a server that goes on, or timeout to wait longer (most ${MAX_WAIT}). What was given out once is not given again. When a command ends you are told of it by itself before your next step, so there is no need to look again and again: go on with other work meanwhile.`,
  effect: "reads",
  input: z.strictObject({
    task_id: z.string().describe("The id that Bash returned, for example b1"),
    block: z.boolean().optional().describe("Wait for its end. Default: true"),
    timeout: z
      .number()
      .optional()
      .describe(`Milliseconds to wait at most. Default ${DEFAULT_WAIT}, most ${MAX_WAIT}`),
  }),
  assess: () => LOW,
  run: ({ task_id, block = true, timeout = DEFAULT_WAIT }, { background, signal }) => {
    if (!Number.isInteger(timeout) || timeout < 0 || timeout > MAX_WAIT) {
      throw new ToolError(`timeout must be a whole number of milliseconds from 0 to ${MAX_WAIT}.`);
    }
    return background.look(task_id, { wait: block ? timeout : 0, signal });
  },
});

/** TaskStop: ends a background command. */
import { z } from "zod";
import { defineTool, LOW } from "./tool.ts";

export const taskStopTool = defineTool({
  name: "TaskStop",
  description:
    "Ends a background command with everything that it has started, and returns what it printed since you last looked. task_id is what Bash gave you. Commands that are left over when you report are ended by themselves: stop one when it is in your way, for example a server on a port that another command needs. One that has ended already is no error.",
  effect: "writes",
  input: z.strictObject({
    task_id: z.string().describe("The id that Bash returned, for example b1"),
  }),
  assess: () => LOW,
  run: ({ task_id }, { background }) => background.stop(task_id),
  // A command of a process that died has died with it.
  probe: () => "not-done",
});

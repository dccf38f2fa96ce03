/** TaskList: the board. */
import { z } from "zod";
import { defineTool, LOW } from "./tool.ts";

export const taskListTool = defineTool({
  name: "TaskList",
  description:
    "Lists the tasks of the whole team as JSON: id, subject, status, owner, the ids of the tasks each waits for, and its risk. A status is pending (not begun, or waiting for another task), in_progress (a worker has it), completed (merged into the integration branch), failed, or blocked (given up for want of something). Use it to see who works on what before you touch something that another task may own, to find out whether something that is missing in your checkout is about to come from a task in progress, and to find the id for TaskGet. The list is as new as the last word from the coordinator; there is no need to ask again and again, since whatever concerns you reaches you by itself.",
  effect: "reads",
  input: z.strictObject({}),
  assess: () => LOW,
  run: (_input, { board }) => JSON.stringify(board.list()),
});

/** TaskStop: takes a running task from its worker. */
import { z } from "zod";
import { ToolError } from "../../errors.ts";
import { defineTool, LOW, type Tool } from "../../tools/tool.ts";
import type { Desk } from "../desk.ts";
import { isSettled } from "../team.ts";
import { STOPPED } from "../wake.ts";
import { noSuchTask } from "./task-update.ts";

export function createTaskStop(desk: Desk): Tool {
  return defineTool({
    name: "TaskStop",
    description:
      "Stop a task that runs or waits. Its worker drops it and is free for another; the work so far stays in the checkout's branch and is not merged. The task is then `blocked`: try it again with TaskUpdate status `pending` and a changed text, or delete it.",
    effect: "writes",
    input: z.strictObject({
      taskId: z.string(),
      reason: z.string().optional().describe("One line; it is kept with the task"),
    }),
    assess: () => LOW,
    run: async ({ taskId, reason }) => {
      const task = desk.team().tasks.get(taskId);
      if (task === undefined) throw new ToolError(noSuchTask(desk.team(), taskId));
      if (isSettled(task)) throw new ToolError(`Task ${taskId} has ended already: ${task.phase}.`);
      const why = reason === undefined ? STOPPED : `${STOPPED}: ${reason}`;
      await desk.emit({
        type: "task.finished",
        task: taskId,
        status: "blocked",
        worker: task.worker,
        why,
        receipt: null,
      });
      return `Task ${taskId} is stopped.`;
    },
    // Doing it again changes nothing that was changed already.
    probe: () => "not-done",
  });
}

/** TaskUpdate: changes a task's text, tries it again, drops it, or confirms that there was nothing to change. */
import { z } from "zod";
import { ToolError } from "../../errors.ts";
import { Risk, type Task } from "../../task.ts";
import { defineTool, LOW, type Tool } from "../../tools/tool.ts";
import type { Desk } from "../desk.ts";
import { findConflicts, refuseTask } from "../plan-lint.ts";
import { type BoardTask, isSettled, type Team } from "../team.ts";

const Input = z.strictObject({
  taskId: z.string(),
  subject: z.string().optional(),
  description: z.string().optional(),
  blockedBy: z.array(z.string()).optional(),
  risk: Risk.optional(),
  files: z.array(z.string()).optional(),
  check: z.string().optional(),
  status: z
    .enum(["pending", "completed", "deleted"])
    .optional()
    .describe(
      "pending: try a failed or blocked task again; completed: confirm a report of done without any change; deleted: take it off the board",
    ),
});

export function createTaskUpdate(desk: Desk): Tool {
  return defineTool({
    name: "TaskUpdate",
    description:
      "Change a task: its text, what it needs, its files, risk or check. With status `pending` a failed or blocked task is tried again by a fresh worker; change its description first, because the same text fails the same way. With `completed` you confirm a task whose worker reported done without any change, after you looked yourself; every other task is completed by its receipt alone. With `deleted` it leaves the board. A worker that already runs the task has not seen your change: tell it with SendMessage.",
    effect: "writes",
    input: Input,
    assess: () => LOW,
    run: async (input) => {
      const task = desk.team().tasks.get(input.taskId);
      if (task === undefined) throw new ToolError(noSuchTask(desk.team(), input.taskId));
      const change = changeOf(input);
      checkChange(desk, task, change);
      checkStatus(desk, task, input);
      const changed = Object.keys(change).length > 0;
      if (input.status === "completed") {
        await desk.emit({
          type: "task.finished",
          task: task.id,
          status: "completed",
          worker: task.worker,
          why: "nothing had to change; confirmed by the coordinator",
          receipt: { commit: null, checks: [], diffstat: "", diff: null },
        });
        return `Task ${task.id} is completed without a change.`;
      }
      if (!changed && input.status === undefined)
        throw new ToolError("Nothing to change was given.");
      await desk.emit({
        type: "task.updated",
        task: task.id,
        by: "coordinator",
        ...(changed ? { change } : {}),
        ...(input.status === undefined ? {} : { status: input.status }),
      });
      if (input.status === "deleted") return `Task ${task.id} is off the board.`;
      if (input.status === "pending") return `Task ${task.id} waits for a worker again.`;
      const isRunning = task.phase !== "waiting" && !isSettled(task);
      return isRunning
        ? `Task ${task.id} is changed. Its worker ${task.worker} has not seen that: send what matters with SendMessage {to: "${task.worker}"}.`
        : `Task ${task.id} is changed.`;
    },
    // Doing it again changes nothing that was changed already.
    probe: () => "not-done",
  });
}

export function noSuchTask(team: Team, id: string): string {
  const known = [...team.tasks.keys()].join(", ") || "none";
  return `There is no task ${id}. Tasks on the board: ${known}.`;
}

function changeOf(input: z.infer<typeof Input>): Partial<Omit<Task, "id">> {
  const { taskId: _task, status: _status, ...rest } = input;
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
}

function checkChange(desk: Desk, task: BoardTask, change: Partial<Omit<Task, "id">>): void {
  const next: Task = { ...task, ...change };
  const refusal = refuseTask(desk.team(), next);
  if (refusal !== undefined) throw new ToolError(refusal);
  if (change.files === undefined && change.blockedBy === undefined) return;
  const conflict = findConflicts(desk.team(), next)[0];
  if (conflict !== undefined) {
    throw new ToolError(
      `Not changed: task ${conflict.task} is open and also names ${conflict.files.slice(0, 5).join(", ")}.`,
    );
  }
}

function checkStatus(desk: Desk, task: BoardTask, input: z.infer<typeof Input>): void {
  if (input.status === "completed" && task.phase !== "unchanged") {
    throw new ToolError(
      `Task ${task.id} is completed by its receipt: when its checks have passed and it is merged. Only a report of done without any change can be confirmed.`,
    );
  }
  if (input.status === "pending") {
    if (task.phase === "merged")
      throw new ToolError(`Task ${task.id} is merged. Create a new task for what is left.`);
    const isSame = input.description === undefined || input.description === task.description;
    if (isSettled(task) && isSame) {
      throw new ToolError(
        `Task ${task.id} failed with this very text: ${task.why}. Change the description, split it, or delete it.`,
      );
    }
  }
  if (input.status === "deleted") {
    if (task.phase === "merged")
      throw new ToolError(`Task ${task.id} is merged and stays on the board.`);
    const dependants = [...desk.team().tasks.values()].filter((other) =>
      other.blockedBy.includes(task.id),
    );
    if (dependants.length > 0) {
      const ids = dependants.map((other) => other.id).join(", ");
      throw new ToolError(
        `Not deleted: ${ids} waits for ${task.id}. Change blockedBy there first.`,
      );
    }
  }
}

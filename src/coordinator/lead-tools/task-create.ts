/** TaskCreate: puts a task on the board. */
import { z } from "zod";
import { ToolError } from "../../errors.ts";
import { Risk, type Task } from "../../task.ts";
import { defineTool, LOW, type Tool } from "../../tools/tool.ts";
import type { Desk } from "../desk.ts";
import { adviseTask, findConflicts, refuseTask } from "../plan-lint.ts";

export function createTaskCreate(desk: Desk): Tool {
  return defineTool({
    name: "TaskCreate",
    description:
      "Put a task on the board. The worker who gets it sees this text and nothing else of the plan, so it has to be complete: the goal and why, the files it may write, the contract it has to keep (signatures copied in full), one before/after pair where the work is mechanical, the check, what to leave alone, odd cases, when to ask. `blockedBy` names the tasks that this one needs to be merged first; that field alone makes it wait. `files` are paths or globs relative to the repository's root; two open tasks that are not linked can't name the same file. `check` is a command run on this task's work besides the session's own check. Answers with the task's id and with advice where the text lacks a part.",
    effect: "writes",
    input: z.strictObject({
      subject: z.string().describe("What is true when it is done, in one line"),
      description: z.string().describe("The whole text for the worker"),
      blockedBy: z.array(z.string()).optional().describe("Ids of the tasks it needs merged first"),
      risk: Risk.optional().describe(
        "LOW, MEDIUM (default) or HIGH; HIGH work asks the person more",
      ),
      files: z.array(z.string()).optional().describe("Paths or globs that it may write"),
      check: z.string().optional().describe("A command that passes when the task is done"),
    }),
    assess: () => LOW,
    run: async (input) => {
      const team = desk.team();
      const task: Task = {
        id: `t${team.created + 1}`,
        subject: input.subject,
        description: input.description,
        blockedBy: input.blockedBy ?? [],
        risk: input.risk ?? "MEDIUM",
        files: input.files ?? [],
        ...(input.check === undefined ? {} : { check: input.check }),
      };
      const refusal = refuseTask(team, task);
      if (refusal !== undefined) throw new ToolError(refusal);
      const conflicts = findConflicts(team, task);
      for (const { task: other, files } of conflicts) {
        await desk.emit({ type: "conflict.predicted", tasks: [other, task.id], files: [...files] });
      }
      const first = conflicts[0];
      if (first !== undefined) {
        throw new ToolError(
          `Not created: task ${first.task} is open and also names ${first.files.slice(0, 5).join(", ")}. Give each file to one task, or link them with blockedBy: ["${first.task}"].`,
        );
      }
      const advice = adviseTask(task, await desk.trackedFiles());
      await desk.emit({ type: "task.created", task });
      return [
        `created task ${task.id}: ${task.subject}`,
        ...advice.map((line) => `advice: ${line}`),
      ].join("\n");
    },
    probe: ({ subject, description }) => {
      const made = [...desk.team().tasks.values()].find(
        (task) => task.subject === subject && task.description === description,
      );
      return made === undefined ? "not-done" : { done: `created task ${made.id}: ${made.subject}` };
    },
  });
}

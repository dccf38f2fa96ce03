/** Agent: starts a worker with a name, words, a model or tools of its own. */
import { z } from "zod";
import { ToolError } from "../../errors.ts";
import { workerTools } from "../../tools/all-tools.ts";
import { defineTool, LOW, type Tool } from "../../tools/tool.ts";
import type { Desk } from "../desk.ts";
import {
  assignment,
  isIdle,
  isLive,
  newWorkerName,
  runningTasks,
  sharesFile,
} from "../schedule.ts";
import { type BoardTask, isReady, type Team } from "../team.ts";
import { noSuchTask } from "./task-update.ts";

/** Names that stand for somebody or something else in messages, checkouts and on the wire. */
const RESERVED = /^(coordinator|lead|clean|person)$|^person-/;

export function createAgent(desk: Desk): Tool {
  return defineTool({
    name: "Agent",
    description:
      "Start a worker on a task by hand: with a name, another model, fewer tools, or words that stand before the task's text. Without `taskId` it takes the next ready task. You need this only for such a worker: ready tasks get workers by themselves once the plan is approved. The first call proposes the plan and waits for the person's answer.",
    effect: "writes",
    input: z.strictObject({
      name: z.string().optional().describe("Lower-case letters, digits and dashes"),
      description: z.string().describe("What this worker is for, in three to five words"),
      prompt: z.string().describe("Words that stand before the task's text"),
      taskId: z.string().optional(),
      model: z.string().optional(),
      tools: z.array(z.string()).optional().describe("The only tools it may use"),
    }),
    assess: () => LOW,
    run: async ({ name, prompt, taskId, model, tools }, { signal }) => {
      if (name !== undefined && !/^[a-z][a-z0-9-]{0,23}$/.test(name)) {
        throw new ToolError(
          `"${name}" can't be a worker's name: lower-case letters, digits and dashes, 24 at most.`,
        );
      }
      if (name !== undefined && RESERVED.test(name)) {
        throw new ToolError(`"${name}" is not free for a worker. Choose another name or none.`);
      }
      const known = workerTools.map((tool) => tool.name);
      const unknown = tools?.find((tool) => !known.includes(tool));
      if (unknown !== undefined) {
        throw new ToolError(`There is no tool ${unknown}. A worker's tools: ${known.join(", ")}.`);
      }
      const note = await desk.settlePlan(signal);
      if (note !== undefined) throw new ToolError(`The person said no to the plan: ${note}`);
      const team = desk.team();
      const task = pickTask(desk, taskId);
      const worker = pickWorker(team, name);
      await desk.emit(
        assignment(team, task, {
          worker,
          words: prompt,
          tools: tools === undefined ? null : [...tools, "Report"].filter(unique),
          model,
        }),
      );
      return `${worker} starts on ${task.id}: ${task.subject}`;
    },
    probe: ({ taskId }) => {
      const task = desk.team().tasks.get(taskId ?? "");
      if (task?.worker == null) return taskId === undefined ? "unknown" : "not-done";
      return { done: `${task.worker} has ${task.id}: ${task.subject}` };
    },
  });
}

function pickTask(desk: Desk, id: string | undefined): BoardTask {
  const team = desk.team();
  const running = runningTasks(team);
  const ready = [...team.tasks.values()].filter(
    (task) => isReady(team, task) && !running.some((other) => sharesFile(task, other)),
  );
  if (id === undefined) {
    const next = ready[0];
    if (next === undefined) {
      throw new ToolError(
        "No task is ready. Create one, or end your turn: you are woken when something changes.",
      );
    }
    return next;
  }
  const task = team.tasks.get(id);
  if (task === undefined) throw new ToolError(noSuchTask(desk, id));
  if (!ready.includes(task)) {
    const owner = task.worker === null ? "" : `, ${task.worker} has it`;
    const shares = running.find((other) => other.id !== id && sharesFile(task, other));
    const waits = shares === undefined ? "" : `, ${shares.id} writes a file of it`;
    const needs = task.blockedBy.length === 0 ? "" : `, it needs ${task.blockedBy.join(", ")}`;
    throw new ToolError(`Task ${id} can't start now: it is ${task.phase}${owner}${needs}${waits}.`);
  }
  return task;
}

function pickWorker(team: Team, name: string | undefined): string {
  const workers = [...team.workers.values()];
  const named = workers.find((worker) => worker.name === name);
  if (named !== undefined) {
    if (isIdle(named)) return named.name;
    if (isLive(named)) {
      throw new ToolError(
        `${name} is busy with ${named.task ?? "its start"}. Choose another name or none.`,
      );
    }
  }
  const idle = workers.find(isIdle);
  if (name === undefined && idle !== undefined) return idle.name;
  const most = team.session?.options.workers ?? 0;
  if (workers.filter(isLive).length >= most) {
    throw new ToolError(
      `All ${most} workers are in use. End your turn: ready tasks get the next free worker by themselves.`,
    );
  }
  return name ?? newWorkerName(new Set(team.workers.keys()));
}

function unique(tool: string, at: number, all: readonly string[]): boolean {
  return all.indexOf(tool) === at;
}

/** Agent: starts a worker with a name, words, a model or tools of its own. */
import { z } from "zod";
import { ToolError } from "../../errors.ts";
import { covers, parseTool } from "../../risk/grants.ts";
import { workerTools } from "../../tools/all-tools.ts";
import { defineTool, LOW, type Tool } from "../../tools/tool.ts";
import type { Desk } from "../desk.ts";
import type { BoardTask, Team } from "../team.ts";
import { noSuchTask } from "./task-update.ts";

/** Names that stand for somebody or something else in messages, checkouts and on the wire. */
const RESERVED = /^(coordinator|lead|clean|person)$|^person-/;

export function createAgent(desk: Desk): Tool {
  return defineTool({
    name: "Agent",
    description:
      "Start a worker on a task by hand: with a name, another model, fewer tools, or words that stand before the task's text. Without `taskId` it takes the next task that waits. You need this only for such a worker: ready tasks get workers by themselves once the plan is approved. The first call proposes the plan and waits for the person's answer.",
    effect: "writes",
    input: z.strictObject({
      name: z.string().optional().describe("Lower-case letters, digits and dashes"),
      description: z.string().describe("What this worker is for, in three to five words"),
      prompt: z.string().describe("Words that stand before the task's text"),
      taskId: z.string().optional(),
      model: z.string().optional(),
      tools: z
        .array(z.string())
        .optional()
        .describe("The only tools it may use; Edit(src/**) limits its changes to these files"),
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
      for (const tool of tools ?? []) checkTool(tool);
      const task = pickTask(desk.team(), taskId);
      checkWorker(desk.team(), name);
      const wish = {
        worker: name ?? null,
        words: prompt,
        tools: tools === undefined ? null : [...tools, "Report"].filter(unique),
        model: model ?? null,
      };
      // Said before the plan is settled: the yes gives every ready task to a worker.
      await desk.emit({ type: "task.updated", task: task.id, by: "coordinator", wish });
      const note = await desk.settlePlan(signal);
      if (note !== undefined) throw new ToolError(`The person said no to the plan: ${note}`);
      const { worker, phase } = desk.team().tasks.get(task.id) ?? task;
      return phase === "waiting"
        ? `${task.id} gets ${name ?? "a worker"} with your words as soon as it is ready and there is a place.`
        : `${worker} starts on ${task.id}: ${task.subject}`;
    },
    // Wishing again changes nothing that was wished already.
    probe: () => "not-done",
  });
}

function checkTool(text: string): void {
  const known = workerTools.map((one) => one.name);
  const { tool, path } = parseTool(text);
  if (!known.includes(tool)) {
    throw new ToolError(`There is no tool ${text}. A worker's tools: ${known.join(", ")}.`);
  }
  if (path === undefined) return;
  if (tool !== "Edit" && tool !== "Write") {
    throw new ToolError(
      `${text} can't be a limit: only Edit and Write take a pattern of files. Name ${tool} alone.`,
    );
  }
  if (!covers("**", path)) {
    throw new ToolError(`${path} leads out of the checkout. Name files relative to its root.`);
  }
}

/** The task that was named, or the first that nobody has and no wish is about. */
function pickTask(team: Team, id: string | undefined): BoardTask {
  const waiting = [...team.tasks.values()].filter((task) => task.phase === "waiting");
  if (id === undefined) {
    const next = waiting.find((task) => task.wish === null);
    if (next !== undefined) return next;
    throw new ToolError(
      "No task waits for a worker. Create one, or end your turn: you are woken when something changes.",
    );
  }
  const task = team.tasks.get(id);
  if (task === undefined) throw new ToolError(noSuchTask(team, id));
  if (task.phase === "waiting") return task;
  const owner = task.worker === null ? "" : `, ${task.worker} has it`;
  throw new ToolError(`Task ${id} can't be given to a worker now: it is ${task.phase}${owner}.`);
}

function checkWorker(team: Team, name: string | undefined): void {
  const worker = name === undefined ? undefined : team.workers.get(name);
  if (worker === undefined || worker.task === null) return;
  throw new ToolError(`${name} is busy with ${worker.task}. Choose another name or none.`);
}

function unique(tool: string, at: number, all: readonly string[]): boolean {
  return all.indexOf(tool) === at;
}

/** Which ready task goes to which worker: pure, in the order the lead wrote the tasks, never two open tasks on one file. */
import { matchesGlob } from "node:path";
import type { EventOf } from "../session/events.ts";
import { type BoardTask, isReady, isSettled, type Team, type WorkerState } from "./team.ts";

/** Worker names in the order of their badges; beyond them `worker-13`, … */
const NAMES = [
  "ada",
  "ben",
  "cleo",
  "dov",
  "elin",
  "finn",
  "gwen",
  "hugo",
  "iris",
  "jona",
  "kaya",
  "lars",
] as const;

function workerName(badge: number): string {
  return NAMES[badge - 1] ?? `worker-${badge}`;
}

/** A name that none of the team has; the lead may have given away any of them. */
export function newWorkerName(taken: ReadonlySet<string>): string {
  let badge = taken.size + 1;
  while (taken.has(workerName(badge))) badge += 1;
  return workerName(badge);
}

/** The assignments that can be made at this moment. */
export function schedule(team: Team): EventOf<"task.assigned">[] {
  if (team.state !== "running" || team.session === null) return [];
  const assignments: EventOf<"task.assigned">[] = [];
  const workers = [...team.workers.values()];
  const idle = workers.filter(isIdle).map((worker) => worker.name);
  // Known ones that have no process come before new ones: a name keeps its colour and its place.
  const dormant = workers.filter((worker) => !isLive(worker)).map((worker) => worker.name);
  let live = workers.filter(isLive).length;
  const names = new Set(team.workers.keys());
  const busy = runningTasks(team);
  for (const task of team.tasks.values()) {
    if (!isReady(team, task) || busy.some((other) => sharesFile(task, other))) continue;
    let worker = idle.shift();
    if (worker === undefined) {
      if (live >= team.session.options.workers) break;
      live += 1;
      worker = dormant.shift() ?? newWorkerName(names);
      names.add(worker);
    }
    busy.push(task);
    assignments.push(assignment(team, task, { worker }));
  }
  return assignments;
}

/** The event that gives `task` to `worker`, its branch at the integration head. */
export function assignment(
  team: Team,
  task: BoardTask,
  to: { worker: string; words?: string; tools?: string[] | null; model?: string | undefined },
): EventOf<"task.assigned"> {
  const session = team.session;
  if (session === null) throw new Error("a task was assigned before its session started");
  return {
    type: "task.assigned",
    task: task.id,
    worker: to.worker,
    branch: `swarmux/${session.session}/${task.id}`,
    base: team.integration.head,
    checkout: to.worker,
    words: to.words ?? "",
    tools: to.tools ?? null,
    model: to.model ?? task.model ?? session.options.model,
  };
}

/** Whether the worker can take a task now. */
export function isIdle(worker: WorkerState): boolean {
  return worker.state === "idle" && worker.task === null;
}

/** Whether the worker counts against `--workers`. */
export function isLive(worker: WorkerState): boolean {
  return worker.task !== null || (worker.state !== "lost" && worker.state !== "exited");
}

/** Tasks that are not settled. */
export function openTasks(team: Team): BoardTask[] {
  return [...team.tasks.values()].filter((task) => !isSettled(task));
}

/** Tasks that a worker has. */
export function runningTasks(team: Team): BoardTask[] {
  return openTasks(team).filter((task) => task.phase !== "waiting");
}

/** Whether one of the two names a file or a glob that the other names or covers. */
export function sharesFile(
  a: { readonly files: readonly string[] },
  b: { readonly files: readonly string[] },
): boolean {
  return sharedFiles(a, b).length > 0;
}

/** The entries of `a.files` that meet an entry of `b.files`. */
export function sharedFiles(
  a: { readonly files: readonly string[] },
  b: { readonly files: readonly string[] },
): string[] {
  const exact = new Set(b.files);
  const globs = b.files.filter(isGlob);
  return a.files.filter(
    (file) =>
      exact.has(file) ||
      globs.some((glob) => matchesGlob(file, glob)) ||
      (isGlob(file) && b.files.some((other) => matchesGlob(other, file))),
  );
}

function isGlob(file: string): boolean {
  return /[*?[{]/.test(file);
}

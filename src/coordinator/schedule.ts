/** Which ready task goes to which worker: pure, in the order of the board, never two open tasks on one file. */
import { matchesGlob } from "node:path";
import { intersect, requestOf, sessionGrant } from "../risk/grants.ts";
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
  const places = findPlaces(team, team.session.options.workers);
  const busy = runningTasks(team);
  for (const task of team.tasks.values()) {
    if (!isReady(team, task) || busy.some((other) => sharesFile(task, other))) continue;
    const worker = places.take(task.wish?.worker ?? null);
    if (worker === undefined) continue;
    busy.push(task);
    assignments.push(assignment(team, task, worker));
  }
  return assignments;
}

/** Who can take a task, until as many work as may. */
function findPlaces(team: Team, most: number) {
  const workers = [...team.workers.values()];
  const idle = new Set(workers.filter(isIdle).map(({ name }) => name));
  // Known ones that have no process come before new ones: a name keeps its colour and its place.
  const isDormant = (worker: WorkerState) => !isLive(worker) && worker.state !== "needs-you";
  const dormant = new Set(workers.filter(isDormant).map(({ name }) => name));
  const names = new Set(team.workers.keys());
  for (const { wish } of team.tasks.values()) if (wish?.worker != null) names.add(wish.worker);
  /** Names that nobody had before this moment. */
  const fresh = new Set<string>();
  let live = workers.filter(isLive).length;
  return {
    /** The worker of that name where it has or can get a place, or any; undefined when none is free. */
    take(wanted: string | null): string | undefined {
      const isKnown = wanted !== null && (team.workers.has(wanted) || fresh.has(wanted));
      if (isKnown && !dormant.has(wanted) && !idle.has(wanted)) return undefined;
      const isFull = live >= most;
      const [any] = idle;
      const free = wanted !== null && (idle.has(wanted) || !isFull) ? wanted : any;
      if (free !== undefined && idle.delete(free)) return free;
      if (isFull) return undefined;
      const [asleep] = dormant;
      const name = wanted ?? asleep ?? newWorkerName(names);
      live += 1;
      if (!dormant.delete(name)) fresh.add(name);
      names.add(name);
      return name;
    },
  };
}

/** The event that gives `task` to `worker`, its branch at the integration head. */
export function assignment(team: Team, task: BoardTask, worker: string): EventOf<"task.assigned"> {
  const { session } = team;
  if (session === null) throw new Error("a task was assigned before its session started");
  const { wish } = task;
  return {
    type: "task.assigned",
    task: task.id,
    worker,
    branch: `swarmux/${session.session}/${task.id}`,
    base: team.integration.head,
    checkout: worker,
    words: wish?.words ?? "",
    tools: wish?.tools ?? null,
    model: wish?.model ?? task.model ?? session.options.model,
    grant: intersect(sessionGrant(session.options), requestOf(wish?.tools ?? null)),
  };
}

/** Whether the worker can take a task now. */
export function isIdle(worker: WorkerState): boolean {
  return worker.state === "idle" && worker.task === null && !worker.isStalled;
}

/** Whether the worker counts against `--workers`. */
export function isLive(worker: WorkerState): boolean {
  return worker.task !== null || !/^(lost|needs-you|exited)$/.test(worker.state);
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

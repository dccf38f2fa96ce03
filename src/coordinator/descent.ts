/** Whether a process was started by a worker: such a process can't speak for a person. */
import { readFileSync } from "node:fs";
import { WORKER_MARK } from "../session/leftovers.ts";
import { readProcess } from "../session/process-table.ts";
import type { Team } from "./team.ts";

/** In the environment of everything that a worker's tools run. */
const MARK = `${WORKER_MARK}=`;

/** The worker that `pid` descends from, or undefined. A process that is gone descends from nobody known, and counts as `unknown`. */
export function workerAbove(team: Team, pid: number): string | undefined {
  const workers = new Map(
    [...team.workers.values()].flatMap(({ name, pid: own }) => (own === null ? [] : [[own, name]])),
  );
  let next = pid;
  for (let depth = 0; depth < 256 && next > 1; depth += 1) {
    const worker = workers.get(next);
    if (worker !== undefined) return worker;
    const marked = markOf(next);
    if (marked !== undefined) return marked;
    const found = readProcess(next);
    if (found === undefined) return depth === 0 ? "unknown" : undefined;
    next = found.parent;
  }
  return undefined;
}

/** A process that left its parents behind still carries its environment. */
function markOf(pid: number): string | undefined {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    return variables.find((one) => one.startsWith(MARK))?.slice(MARK.length);
  } catch {
    return undefined;
  }
}

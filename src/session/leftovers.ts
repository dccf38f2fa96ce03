/** Processes that outlived whoever started them, found by their mark or by what stands in their environment, and ended. */
import { readFileSync } from "node:fs";
import { findByMark } from "./process-mark.ts";
import { readProcesses } from "./process-table.ts";
import { endTree, startTimeOf } from "./processes.ts";

/** In the environment of every process that a session starts: the session's folder, and the worker it was started for. */
export const SESSION_MARK = "SWARMUX_SESSION_DIR";
export const WORKER_MARK = "SWARMUX_WORKER";

/** How long a process may take to end by itself. */
const GRACE_MS = 500;
/** One that starts others while it is being ended is looked for again this often. */
const ROUNDS = 5;

export interface Leftovers {
  /** Variables that all stand in the process's environment. */
  readonly variables: Readonly<Record<string, string>>;
  isMarked(mark: number): boolean;
}

/** Ends every process that is found either way, this one excepted; resolves with how many there were. */
export async function endLeftovers(which: Leftovers): Promise<number> {
  const ended = new Set<number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const found = findLeftovers(which);
    if (found.length === 0) break;
    await Promise.all(
      found.map(async (pid) => {
        ended.add(pid);
        const startTime = startTimeOf(pid);
        if (startTime !== undefined) await endTree({ pid, startTime }, { graceMs: GRACE_MS });
      }),
    );
  }
  return ended.size;
}

function findLeftovers({ variables, isMarked }: Leftovers): number[] {
  const found = new Set([...findMarked(variables), ...findByMark(isMarked)]);
  found.delete(process.pid);
  return [...found];
}

/** Pids of living processes with all these variables. Linux only; elsewhere none are found. */
function findMarked(variables: Leftovers["variables"]): number[] {
  if (process.platform !== "linux") return [];
  const wanted = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return readProcesses()
    .filter(({ isZombie }) => !isZombie)
    .map(({ pid }) => pid)
    .filter((pid) => {
      const there = environmentOf(pid);
      return wanted.every((one) => there.has(one));
    });
}

function environmentOf(pid: number): Set<string> {
  try {
    return new Set(readFileSync(`/proc/${pid}/environ`, "utf8").split("\0"));
  } catch {
    // Gone meanwhile, or another user's.
    return new Set();
  }
}

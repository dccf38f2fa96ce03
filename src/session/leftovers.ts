/** Processes that outlived whoever started them, found by the marks in their environment, and ended. */
import { readFileSync } from "node:fs";
import { readProcesses } from "./process-table.ts";
import { endTree, startTimeOf } from "./processes.ts";

/** In the environment of every process that a session starts: the session's folder, and the worker it was started for. */
export const SESSION_MARK = "SWARMUX_SESSION_DIR";
export const WORKER_MARK = "SWARMUX_WORKER";

/** How long a process may take to end by itself. */
const GRACE_MS = 500;

/** Ends every process that carries all these marks, this one excepted; resolves with how many there were. */
export async function endLeftovers(marks: Readonly<Record<string, string>>): Promise<number> {
  const found = findMarked(marks);
  await Promise.all(
    found.map(async (pid) => {
      const startTime = startTimeOf(pid);
      if (startTime !== undefined) await endTree({ pid, startTime }, { graceMs: GRACE_MS });
    }),
  );
  return found.length;
}

/** Pids of living processes with all these variables. Linux only; elsewhere none are found. */
export function findMarked(marks: Readonly<Record<string, string>>): number[] {
  if (process.platform !== "linux") return [];
  const wanted = Object.entries(marks).map(([name, value]) => `${name}=${value}`);
  return readProcesses()
    .filter(({ pid, isZombie }) => !isZombie && pid !== process.pid)
    .map(({ pid }) => pid)
    .filter((pid) => {
      const variables = environmentOf(pid);
      return wanted.every((one) => variables.has(one));
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

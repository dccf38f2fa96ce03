/** Processes by their number: whether one lives, and how to end one that is not our child. */
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** A zombie counts as dead: it runs nothing and waits only for its parent to notice. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !isZombie(pid);
}

function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The program's name stands in brackets and may hold anything; the state follows the last one.
    return /^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    return false;
  }
}

/** Sends a signal to a process, or with a negative number to a process group. One that is gone is no failure. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    const isGone = error instanceof Error && "code" in error && error.code === "ESRCH";
    if (!isGone) throw error;
  }
}

/** SIGTERM to the process, SIGKILL to the group it leads after `graceMs`. Resolves when it is gone. */
export async function endProcess(pid: number, graceMs: number): Promise<void> {
  if (!isAlive(pid)) return;
  signal(pid, "SIGTERM");
  if (await until(() => !isAlive(pid), graceMs)) return;
  signal(-pid, "SIGKILL");
  await until(() => !isAlive(pid), 5_000);
}

/** Asks again every few milliseconds; false when it has not come true within `ms`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  ms: number,
): Promise<boolean> {
  const end = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() >= end) return false;
    await pause(20);
  }
  return true;
}

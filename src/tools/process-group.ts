/** Ends a command with all that it has started: TERM to the whole process group, then KILL. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const GRACE = 2000;
const LOOK_EVERY = 25;

/** Resolves when no process of the group is left, or has been sent KILL. `pid` is the group's leader. */
export async function endGroup(pid: number): Promise<void> {
  if (!signalGroup(pid, "SIGTERM")) return;
  const deadline = performance.now() + GRACE;
  while (performance.now() < deadline) {
    await sleep(LOOK_EVERY);
    if (!signalGroup(pid, 0) || !hasLiving(pid)) return;
  }
  signalGroup(pid, "SIGKILL");
}

/** False where there is no such group any more. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}

/** The dead stay in their group until their parent has asked for them, which may take an init process seconds. */
function hasLiving(group: number): boolean {
  let names: readonly string[];
  try {
    names = readdirSync("/proc");
  } catch {
    return true;
  }
  return names.some((name) => /^\d+$/.test(name) && isLivingMember(name, group));
}

function isLivingMember(pid: string, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, , pgrp] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(pgrp) === group && state !== "Z" && state !== "X";
  } catch {
    return false;
  }
}

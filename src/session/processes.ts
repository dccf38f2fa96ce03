/** Whether a process from a journal still lives, and ending it. A pid alone is not enough: the system gives it out again. */
import { setTimeout as delay } from "node:timers/promises";
import { SwarmError } from "../errors.ts";
import { codeOf, reasonOf } from "./failure.ts";
import { readProcess, readProcesses } from "./process-table.ts";

export interface ProcessId {
  readonly pid: number;
  /** From `startTimeOf`, on this machine. */
  readonly startTime: string;
}

export interface EndOptions {
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly graceMs: number;
}

const POLL = 20;
/** A process that survives SIGKILL this long hangs inside the kernel. */
const KILL_PATIENCE = 10_000;

/** Undefined if the process is gone or a zombie. */
export function startTimeOf(pid: number): string | undefined {
  const info = readProcess(pid);
  return info && !info.isZombie ? info.startTime : undefined;
}

/** `stopped`: it is there and does nothing until somebody continues it. */
export function conditionOf({ pid, startTime }: ProcessId): "running" | "stopped" | "gone" {
  const info = readProcess(pid);
  if (info === undefined || info.isZombie || info.startTime !== startTime) return "gone";
  return info.isStopped ? "stopped" : "running";
}

/** A process as one word of a command line. */
export function processWord({ pid, startTime }: ProcessId): string {
  return `${pid}:${startTime}`;
}

/** Undefined for a word that names none. */
export function parseProcessWord(word: string): ProcessId | undefined {
  const match = /^(\d+):(.+)$/.exec(word);
  if (match === null) return undefined;
  const [, pid, startTime = ""] = match;
  return { pid: Number(pid), startTime };
}

export function isAlive({ pid, startTime }: ProcessId): boolean {
  return startTimeOf(pid) === startTime;
}

/** Ends one process and resolves when it is gone, at once if it already is. Throws `SwarmError` if it cannot be ended. */
export async function endProcess(target: ProcessId, { graceMs }: EndOptions): Promise<void> {
  await end({ pid: target.pid, isThere: () => isAlive(target) }, graceMs);
}

/**
 * Ends a process and all of its process group, also where the leader is a zombie. A leader that is gone entirely leaves
 * no proof that the group is still its own, so nothing is signalled then.
 */
export async function endTree(target: ProcessId, { graceMs }: EndOptions): Promise<void> {
  const leader = readProcess(target.pid);
  if (leader?.startTime !== target.startTime) return;
  if (leader.group !== target.pid || target.pid <= 1) return endProcess(target, { graceMs });
  const isThere = () => readProcesses().some((info) => info.group === target.pid && !info.isZombie);
  await end({ pid: -target.pid, isThere }, graceMs);
}

interface Target {
  /** A pid, or the negative of a group's id, as `process.kill` takes it. */
  readonly pid: number;
  isThere(): boolean;
}

async function end(target: Target, graceMs: number): Promise<void> {
  signal(target, "SIGTERM");
  // A stopped process sees SIGTERM only once it goes on.
  signal(target, "SIGCONT");
  if (await isGone(target, graceMs)) return;
  signal(target, "SIGKILL");
  if (await isGone(target, KILL_PATIENCE)) return;
  const pid = Math.abs(target.pid);
  throw new SwarmError("failed", `Process ${pid} does not end, not even on SIGKILL.`, {
    mend: `look at it with: ps -o pid,stat,wchan,args -p ${pid}`,
  });
}

async function isGone(target: Target, ms: number): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (target.isThere()) {
    if (performance.now() >= deadline) return false;
    await delay(POLL);
  }
  return true;
}

function signal(target: Target, name: NodeJS.Signals): void {
  if (!target.isThere()) return;
  try {
    process.kill(target.pid, name);
  } catch (cause) {
    if (codeOf(cause) === "ESRCH") return;
    const pid = Math.abs(target.pid);
    throw new SwarmError("failed", `Process ${pid} cannot be ended: ${reasonOf(cause)}.`, {
      mend: `kill ${pid}`,
      cause,
    });
  }
}

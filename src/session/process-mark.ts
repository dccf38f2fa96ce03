/**
 * A mark that a process and all its descendants carry and can't lose by clearing their environment, leaving their
 * session or changing parents: the limit on file locks, which Linux hands down to every child and has no use for.
 * It can only be lowered without privileges, so each mark is a number that nobody has by chance.
 */
import { execFile } from "node:child_process";
import { createHash, randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { readProcesses } from "./process-table.ts";

/** Marks of one session, by what stands in the lower bits. */
const MARKS = 2 ** 16;

/** The coordinator's, the highest of its session's: its workers lower it to their own. */
export function coordinatorMark(folder: string): number {
  return firstMark(folder) + MARKS - 1;
}

/** For one run of one worker. */
export function newWorkerMark(folder: string): number {
  return firstMark(folder) + randomInt(MARKS - 1);
}

/** Whether the mark is one of the session in that folder. */
export function isMarkOf(folder: string): (mark: number) => boolean {
  const first = firstMark(folder);
  return (mark) => mark >= first && mark < first + MARKS;
}

function firstMark(folder: string): number {
  const hash = createHash("sha256").update(folder).digest().readUIntBE(0, 4);
  return (2 ** 32 + hash) * MARKS;
}

/** Marks this process and what it starts from now on. False where the system can't: then only environments tell. */
export async function markSelf(mark: number): Promise<boolean> {
  if (process.platform !== "linux") return false;
  const limit = ["--pid", String(process.pid), `--locks=${mark}:${mark}`];
  try {
    await promisify(execFile)("prlimit", limit);
  } catch {
    return false;
  }
  return readMark(process.pid) === mark;
}

/** Pids of living processes with such a mark. */
export function findByMark(isMeant: (mark: number) => boolean): number[] {
  if (process.platform !== "linux") return [];
  return readProcesses()
    .filter(({ isZombie }) => !isZombie)
    .map(({ pid }) => pid)
    .filter((pid) => {
      const mark = readMark(pid);
      return mark !== undefined && isMeant(mark);
    });
}

function readMark(pid: number): number | undefined {
  try {
    const limits = readFileSync(`/proc/${pid}/limits`, "utf8");
    const [, mark] = /^Max file locks +(\d+)/m.exec(limits) ?? [];
    return mark === undefined ? undefined : Number(mark);
  } catch {
    // Gone meanwhile, or hidden from this user.
    return undefined;
  }
}

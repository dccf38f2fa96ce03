/**
 * A full disk is nobody's failure: what could not be written waits and is tried again until there is room, and whoever
 * has to know is told once.
 */
import { rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SwarmError } from "../errors.ts";
import { isDiskFull } from "./failure.ts";

export interface Disk extends Disposable {
  /** What is so while something waits, undefined while there is room. */
  complaint(): SwarmError | undefined;
  /** Something waits: `attempt` is made again until it answers with true. A second one of the same name replaces it. */
  wait(name: string, attempt: () => Promise<boolean>): void;
  /** A process of the session has no room, or has it again. */
  reported(who: string, isFull: boolean): void;
  /** Does the work again as long as it fails for want of room. */
  roomFor<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** Makes all attempts now; true when nothing waits any more. */
  retry(): Promise<boolean>;
}

export interface DiskOptions {
  /** The session's folder. */
  readonly folder: string;
  /** How to go on once there is room. */
  readonly mend: string;
  full(complaint: SwarmError): void;
  room(): void;
  readonly everyMs?: number;
}

/** Less than this is no room to go on in. */
const PROBE_BYTES = 256 * 1024;

export function createDisk(options: DiskOptions): Disk {
  const { folder, mend, everyMs = 2_000 } = options;
  const attempts = new Map<string, () => Promise<boolean>>();
  const reporters = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let trying: Promise<boolean> | undefined;

  function complaint(): SwarmError | undefined {
    if (attempts.size === 0) return undefined;
    const what = `The disk that holds ${folder} is full: nothing is lost, and nobody goes on.`;
    return new SwarmError("temporary", what, { mend });
  }

  function wait(name: string, attempt: () => Promise<boolean>): void {
    const isFirst = attempts.size === 0;
    attempts.set(name, attempt);
    if (!isFirst) return;
    timer ??= setInterval(() => void retry(), everyMs);
    const words = complaint();
    if (words !== undefined) options.full(words);
  }

  async function tryAll(): Promise<boolean> {
    const all = [...attempts];
    const ends = await Promise.all(all.map(async ([, attempt]) => attempt()));
    for (const [at, [name, attempt]] of all.entries()) {
      if (ends[at] === true && attempts.get(name) === attempt) attempts.delete(name);
    }
    if (attempts.size > 0) return false;
    clearInterval(timer);
    timer = undefined;
    if (all.length > 0) options.room();
    return true;
  }

  function retry(): Promise<boolean> {
    trying ??= tryAll().finally(() => {
      trying = undefined;
    });
    return trying;
  }

  return {
    complaint,
    wait,
    retry,
    reported(who, isFull) {
      if (!isFull) {
        reporters.delete(who);
        if (attempts.has(who)) void retry();
        return;
      }
      reporters.add(who);
      wait(who, async () => !reporters.has(who));
    },
    async roomFor(name, work) {
      for (;;) {
        try {
          return await work();
        } catch (error) {
          if (!isDiskFull(error)) throw error;
          const { promise, resolve } = Promise.withResolvers<void>();
          wait(name, async () => {
            if (!(await hasRoom(folder))) return false;
            resolve();
            return true;
          });
          await promise;
        }
      }
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** Whether a file of some size can be written there: quotas and limits show only so. */
async function hasRoom(folder: string): Promise<boolean> {
  const probe = join(folder, `.room-${process.pid}`);
  try {
    await writeFile(probe, Buffer.alloc(PROBE_BYTES), { mode: 0o600 });
    return true;
  } catch (error) {
    if (isDiskFull(error)) return false;
    throw error;
  } finally {
    await rm(probe, { force: true });
  }
}

/** Whether nothing more can be written below the folder, as far as the file system says. */
export async function looksFull(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < PROBE_BYTES;
}

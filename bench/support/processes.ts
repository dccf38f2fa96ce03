/** What processes cost, read from /proc while they run. */
import { readdirSync, readFileSync } from "node:fs";
import { setInterval as every } from "node:timers/promises";

/** Linux reports processor time and start times in hundredths of a second, whatever its own clock. */
const TICKS_A_SECOND = 100;
const SAMPLE_EVERY = 25;

export interface Watched {
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** User and system seconds, those of ended children included. */
  cpu: number;
  /** Its own seconds only. */
  ownCpu: number;
}

export interface Watch extends AsyncDisposable {
  add(pid: number): Watched;
}

/** Reads the processor time of processes again and again: what was last seen of one stands for all of its life. */
export function openWatch(): Watch {
  const watched: Watched[] = [];
  const stop = new AbortController();
  const sampling = sample().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  async function sample(): Promise<void> {
    for await (const _ of every(SAMPLE_EVERY, undefined, { signal: stop.signal })) {
      for (const each of watched) update(each);
    }
  }
  return {
    add(pid) {
      const started = Number(readStat(pid)?.[19] ?? 0) / TICKS_A_SECOND;
      const uptime = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
      const startedAt = Date.now() - (uptime - started) * 1000;
      const each: Watched = { pid, startedAt, cpu: 0, ownCpu: 0 };
      update(each);
      watched.push(each);
      return each;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await sampling;
    },
  };
}

function update(each: Watched): void {
  const stat = readStat(each.pid);
  if (stat === undefined) return;
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = stat.slice(11, 15).map(Number);
  each.ownCpu = (user + system) / TICKS_A_SECOND;
  each.cpu = each.ownCpu + (childUser + childSystem) / TICKS_A_SECOND;
}

/** The fields of /proc/<pid>/stat from the third on; undefined for a process that is gone. */
function readStat(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

/** Proportional set size in MiB of a process and all its descendants. */
export function memoryOf(pid: number): number {
  const parents = new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), Number(readStat(Number(name))?.[1])]),
  );
  let sum = 0;
  for (const each of parents.keys()) {
    let at: number | undefined = each;
    while (at !== undefined && at !== pid) at = parents.get(at);
    if (at === pid) sum += readPss(each);
  }
  return sum;
}

/** Proportional set size in MiB: shared pages count by the share of each process that has them. */
export function readPss(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Resident set size in MiB, shared pages counted whole. */
export function readRss(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

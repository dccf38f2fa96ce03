/**
 * What a sandbox may use up: processes and memory, counted from outside, because neither limit of the kernel fits. Those of
 * a process know no whole, that for a user's processes does not hold root, and cgroups are writable in few places.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setPriority, totalmem } from "node:os";

const MOST_PROCESSES = 1_000;
const MEMORY_SHARE = 0.75;
const LOOK_EVERY = 200;
const PAGE = 4096;
/** Commands of agents step back behind whoever works at the machine, and are the first to go when its memory is full. */
const NICE = 5;
const OUT_OF_MEMORY_FIRST = "500";

/** To be called before the process `pid` has children: they take after it. */
export function stepBack(pid: number): void {
  attempt(() => setPriority(pid, NICE));
  attempt(() => writeFileSync(`/proc/${pid}/oom_score_adj`, OUT_OF_MEMORY_FIRST));
}

/**
 * Watches the sandbox of the bubblewrap process `pid`. What goes over a limit is killed as a whole, and `tell` hears in plain
 * words what it was. Call the returned function when the process has ended.
 */
export function watchLimits(pid: number, tell: (excess: string) => void): () => void {
  const most = totalmem() * MEMORY_SHARE;
  let first: string | undefined;
  const timer = setInterval(() => {
    first ??= attempt(() => firstProcess(pid));
    if (first === undefined) return;
    const excess = attempt(() => findExcess(`/proc/${first}/root/proc`, most));
    if (excess === undefined) return;
    clearInterval(timer);
    tell(excess);
    // The first process of its namespace takes all others with it.
    attempt(() => process.kill(Number(first), "SIGKILL"));
  }, LOOK_EVERY);
  timer.unref();
  return () => clearInterval(timer);
}

/** The init process of the sandbox is bubblewrap's only child. */
function firstProcess(pid: number): string | undefined {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
  return child === "" ? undefined : child;
}

/** `proc` is that of the sandbox: it shows its own processes alone. */
function findExcess(proc: string, mostMemory: number): string | undefined {
  const pids = readdirSync(proc).filter((name) => /^\d+$/.test(name));
  if (pids.length > MOST_PROCESSES) {
    return `it had ${pids.length} processes, more than the ${MOST_PROCESSES} that a command may have`;
  }
  const memory = pids.reduce((sum, pid) => sum + memoryOf(`${proc}/${pid}/statm`), 0);
  if (memory <= mostMemory) return undefined;
  return `it used more than ${Math.floor(mostMemory / 2 ** 20)} MB of memory, three quarters of this machine's`;
}

/** What is its own: pages shared with files and other processes don't count. */
function memoryOf(statm: string): number {
  const [, resident = 0, shared = 0] = (attempt(() => readFileSync(statm, "utf8")) ?? "")
    .split(" ")
    .map(Number);
  return (resident - shared) * PAGE;
}

/** Processes come and go while they are looked at. */
function attempt<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

/**
 * What a sandbox may use up: processes and memory, counted from outside, because neither limit of the kernel fits. Those of
 * a process know no whole, that for a user's processes does not hold root, and cgroups are writable in few places.
 */
import { readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { attempt } from "./attempt.ts";
import { findInmates, type Inmates, processesIn } from "./inmates.ts";

const MOST_PROCESSES = 1_000;
const MEMORY_SHARE = 0.75;
const LOOK_EVERY = 100;
/** The memory of more processes is added up at some looks only, since a look must not be work itself. */
const MANY = 100;
const MEMORY_OF_MANY_EVERY = 10;
const PAGE = 4096;

const NICE = 5;
const OUT_OF_MEMORY_FIRST = 500;

/**
 * What a shell in a sandbox does before it becomes the command: it steps back behind whoever works at the machine, its whole
 * session too, and is the first to go when memory runs out. Where Linux shares its processors out by session, niceness
 * counts within one alone (sched(7), "The autogroup feature").
 */
export const STEP_BACK = `{ echo ${OUT_OF_MEMORY_FIRST} >/proc/self/oom_score_adj; echo ${NICE} >/proc/self/autogroup; } 2>/dev/null; set -- nice -n ${NICE} "$@"`;

/**
 * Watches the sandbox of the bubblewrap process `pid`. What goes over a limit is killed as a whole, and `tell` hears in plain
 * words what it was. Call the returned function when the process has ended.
 */
export function watchLimits(pid: number, tell: (excess: string) => void): () => void {
  const most = totalmem() * MEMORY_SHARE;
  let inmates: Inmates | undefined;
  let looks = 0;

  function look(proc: string): string | undefined {
    const pids = processesIn(proc);
    if (pids.length > MOST_PROCESSES) {
      return `it had ${pids.length} processes, more than the ${MOST_PROCESSES} that a command may have`;
    }
    looks += 1;
    if (pids.length > MANY && looks % MEMORY_OF_MANY_EVERY !== 0) return undefined;
    const memory = pids.reduce((sum, one) => sum + memoryOf(`${proc}/${one}/statm`), 0);
    if (memory <= most) return undefined;
    return `it used more than ${Math.floor(most / 2 ** 20)} MB of memory, three quarters of this machine's`;
  }

  const timer = setInterval(() => {
    inmates ??= findInmates(pid);
    if (inmates === undefined) return;
    const { proc } = inmates;
    const excess = attempt(() => look(proc));
    if (excess === undefined) return;
    clearInterval(timer);
    tell(excess);
    inmates.end();
  }, LOOK_EVERY);
  timer.unref();
  return () => {
    clearInterval(timer);
    inmates?.release();
  };
}

/** What is its own: pages shared with files and other processes don't count. */
function memoryOf(statm: string): number {
  const [, resident = 0, shared = 0] = (attempt(() => readFileSync(statm, "utf8")) ?? "")
    .split(" ")
    .map(Number);
  return (resident - shared) * PAGE;
}

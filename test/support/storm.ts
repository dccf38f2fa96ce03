/**
 * A session under kills: its coordinator gets SIGKILL at chosen places of the whole run, every second time with all of
 * its workers, and the session is resumed each time, until it ends. Needs nothing of a test runner.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { parseEvent, type SessionEvent } from "../../src/session/events.ts";
import { followJournal } from "../../src/session/follow.ts";

export interface Storm {
  /** `bin/swarmux`, and the repository that it is started in. */
  readonly program: string;
  readonly repo: string;
  readonly env: NodeJS.ProcessEnv;
  readonly journal: string;
  readonly session: string;
  /** Arguments of the first start. */
  readonly run: readonly string[];
  /** After how many steps of the work the coordinator is killed, in rising order. */
  readonly kills: readonly number[];
  /** Told of each kill. */
  note(line: string): void;
}

export interface Weathered {
  readonly code: number | null;
  /** What the last process printed. */
  readonly output: string;
  /** Kills that hit a running coordinator. */
  readonly kills: number;
  readonly workersKilled: number;
}

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Starts the session and brings it to its end through all kills. */
export async function weather(storm: Storm): Promise<Weathered> {
  const left = [...storm.kills];
  let kills = 0;
  let workersKilled = 0;
  for (let args = storm.run; ; args = ["resume", "--headless", storm.session]) {
    const child = spawn(storm.program, args, {
      cwd: storm.repo,
      env: storm.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = collect(child);
    // Not `exit`: what was printed is all there only when the streams are closed.
    const closed = new Promise<Exit>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve({ code, signal }));
    });
    const over = new AbortController();
    const due = left[0];
    const killing =
      due === undefined ? undefined : killAt(storm, due, { child, over: over.signal, kills });
    const { code, signal } = await closed;
    over.abort();
    const killed = await killing;
    if (signal !== "SIGKILL") return { code, output: output(), kills, workersKilled };
    left.shift();
    kills += 1;
    workersKilled += killed ?? 0;
  }
}

/**
 * Places for kills over a run with so many steps, but for its last tenth: it may be over before a kill that was meant for it
 * arrives. The same seed gives the same places.
 */
export function pickKills(steps: number, count: number, seed: number): number[] {
  const random = generator(seed);
  const most = Math.max(1, Math.floor(steps * 0.9));
  return Array.from({ length: count }, () => 1 + Math.floor(random() * most)).toSorted(
    (a, b) => a - b,
  );
}

/** Numbers from 0 to 1 by a small generator (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Steps of the work itself: a session that was resumed makes each of them once, however often it was killed. */
export function isStep(event: SessionEvent): boolean {
  return STEPS.has(event.type);
}

const STEPS = new Set<SessionEvent["type"]>([
  "session.started",
  "integration.checked",
  "plan.proposed",
  "plan.approved",
  "task.created",
  "task.assigned",
  "tool.started",
  "tool.finished",
  "task.updated",
  "integration.queued",
  "integration.merged",
  "task.finished",
]);

interface Target {
  readonly child: ChildProcess;
  readonly over: AbortSignal;
  readonly kills: number;
}

/** Kills the coordinator once the journal holds so many steps; resolves with how many workers went with it. */
async function killAt(storm: Storm, due: number, target: Target): Promise<number> {
  const { child, over, kills } = target;
  const workers = new Map<string, number>();
  let steps = 0;
  for await (const line of followJournal(storm.journal, { signal: over })) {
    const event = parseEvent(line);
    if (event.type === "worker.ready") workers.set(event.worker, event.pid);
    if (event.type === "session.resumed") workers.clear();
    if (isStep(event)) steps += 1;
    if (steps < due) continue;
    const pids = kills % 2 === 1 ? [...workers.values()] : [];
    child.kill("SIGKILL");
    const killed = pids.filter(kill).length;
    storm.note(`kill ${kills + 1}: after step ${steps}, ${event.type}, with ${killed} workers`);
    return killed;
  }
  return 0;
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}

function collect({ stdout, stderr }: ChildProcess): () => string {
  let text = "";
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  }
  return () => text;
}

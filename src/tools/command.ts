/** One shell command: bounded in time and output, its whole process group ended before its end is told. */
import { once } from "node:events";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Enclosure } from "../risk/enclosure.ts";
import type { SecretFilter } from "../risk/hide-secrets.ts";
import { createCapture } from "./capture.ts";
import { endGroup } from "./process-group.ts";
import type { Shells } from "./shells.ts";
import { openTrail } from "./trail.ts";

export interface ProcessOptions {
  readonly shells: Shells;
  readonly enclosure: Enclosure;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Takes what it prints, piece by piece. */
  take(chunk: Buffer): void;
}

export interface ProcessEnd {
  /** Null when a signal ended it. */
  readonly exit: number | null;
  readonly killedBy: NodeJS.Signals | null;
  readonly ms: number;
  /** Why it was stopped, where it was; of a limit of the sandbox, which in words. */
  readonly stopped: "timeout" | "output" | "abort" | { readonly excess: string } | undefined;
}

export interface CommandOptions extends Omit<ProcessOptions, "take"> {
  /** Characters that the result may have. */
  readonly limit: number;
  /** Folder for output that is longer. */
  readonly outputs: string;
  readonly secrets: SecretFilter;
}

export interface CommandEnd extends ProcessEnd {
  readonly output: string;
}

const MAX_OUTPUT = 50 * 1024 * 1024;
/** How long a pipe may stay open that a process outside the group holds. */
const LINGER = 200;
const MAX_COMPLAINT = 2_000;

/** Runs a command and gives what it printed. Rejects where it can't be started. */
export async function runCommand(command: string, options: CommandOptions): Promise<CommandEnd> {
  const trail = openTrail(options.outputs);
  try {
    const capture = await createCapture({ ...options, follow: trail.add });
    const end = await runProcess(command, { ...options, take: capture.add });
    return { ...end, output: await capture.text() };
  } finally {
    trail.close();
  }
}

/** Resolves when it has ended with all that it had started. Rejects where it can't be started. */
export async function runProcess(command: string, options: ProcessOptions): Promise<ProcessEnd> {
  const started = performance.now();
  const { take } = options;
  const { child, attendant } = await options.shells.start(command, options.enclosure);
  const stopped = Promise.withResolvers<ProcessEnd["stopped"]>();
  attendant.watch((excess) => stopped.resolve({ excess }));
  const complaint = complaintOf(child.stderr);
  const onAbort = () => stopped.resolve("abort");
  const timer = setTimeout(() => stopped.resolve("timeout"), options.timeout);
  options.signal.addEventListener("abort", onAbort, { once: true });
  if (options.signal.aborted) onAbort();
  let size = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    size += chunk.length;
    try {
      if (size > MAX_OUTPUT) stopped.resolve("output");
      else take(chunk);
    } catch (error) {
      stopped.reject(error);
    }
  });
  const closed = once(child, "close").catch(() => undefined);
  try {
    const exited = once(child, "exit").then(() => undefined);
    let ended = started;
    const over = Promise.race([exited, stopped.promise]).finally(() => {
      ended = performance.now();
    });
    const why = await whenOver(over, child.pid);
    await Promise.race([closed, sleep(LINGER, undefined, { ref: false })]);
    const failure = complaint();
    if (failure !== "") take(Buffer.from(failure));
    const ms = ended - started;
    return { exit: child.exitCode, killedBy: child.signalCode, ms, stopped: why };
  } finally {
    clearTimeout(timer);
    attendant.leave();
    options.signal.removeEventListener("abort", onAbort);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** What is around the command may fail as well: nothing of the command's own comes this way. */
function complaintOf(stream: Readable): () => string {
  let text = "";
  stream.setEncoding("utf8").on("data", (part: string) => {
    text = (text + part).slice(0, MAX_COMPLAINT);
  });
  return () => (text === "" ? "" : `The sandbox could not be set up: ${text.trim()}\n`);
}

async function whenOver<Reason>(over: Promise<Reason>, pid: number | undefined): Promise<Reason> {
  try {
    return await over;
  } finally {
    if (pid !== undefined) await endGroup(pid);
  }
}

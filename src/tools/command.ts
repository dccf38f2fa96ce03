/** Runs one shell command: bounded in time and output, its whole process group ended before it returns. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Enclosure } from "../risk/enclosure.ts";
import type { SecretFilter } from "../risk/hide-secrets.ts";
import { createCapture } from "./capture.ts";
import { endGroup } from "./process-group.ts";

export interface CommandOptions {
  readonly folder: string;
  readonly enclosure: Enclosure;
  /** Milliseconds. */
  readonly timeout: number;
  /** Characters that the result may have. */
  readonly limit: number;
  /** Folder for output that is longer. */
  readonly outputs: string;
  readonly secrets: SecretFilter;
  readonly signal: AbortSignal;
}

export interface CommandEnd {
  readonly output: string;
  /** Null when a signal ended it. */
  readonly exit: number | null;
  readonly killedBy: NodeJS.Signals | null;
  readonly ms: number;
  /** Why it was stopped, where it was. */
  readonly stopped: "timeout" | "output" | "abort" | undefined;
}

const MAX_OUTPUT = 50 * 1024 * 1024;
/** How long a pipe may stay open that a process outside the group holds. */
const LINGER = 200;

// stdout and stderr share one pipe, so that their lines keep their order; `exec` leaves only the shell that is wanted.
const SHARED_PIPE = 'exec /bin/bash --noprofile --norc -c -- "$1" 2>&1';

/** Rejects where the command can't be started. */
export async function runCommand(command: string, options: CommandOptions): Promise<CommandEnd> {
  const capture = await createCapture(options);
  const started = performance.now();
  const { folder: cwd, enclosure } = options;
  const { file, args, env } = enclosure.enclose(["/bin/sh", "-c", SHARED_PIPE, "sh", command], {
    cwd,
  });
  const child = spawn(file, args, {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const stopped = Promise.withResolvers<CommandEnd["stopped"]>();
  const onAbort = () => stopped.resolve("abort");
  const timer = setTimeout(() => stopped.resolve("timeout"), options.timeout);
  options.signal.addEventListener("abort", onAbort, { once: true });
  if (options.signal.aborted) onAbort();
  child.stdout.on("data", (chunk: Buffer) => {
    try {
      if (capture.size() + chunk.length > MAX_OUTPUT) stopped.resolve("output");
      else capture.add(chunk);
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
    child.stdout.destroy();
    const output = await capture.text();
    const ms = ended - started;
    return { output, exit: child.exitCode, killedBy: child.signalCode, ms, stopped: why };
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener("abort", onAbort);
    child.stdout.destroy();
  }
}

async function whenOver<Reason>(over: Promise<Reason>, pid: number | undefined): Promise<Reason> {
  try {
    return await over;
  } finally {
    if (pid !== undefined) await endGroup(pid);
  }
}

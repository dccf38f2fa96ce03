/** Workers without a terminal: detached child processes, each the leader of its own process group, that write to a file. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { SwarmError } from "../errors.ts";
import {
  CLOSE_GRACE_MS,
  type Exit,
  type ExitListener,
  type Launch,
  type Launcher,
  type LiveWorker,
  type Started,
} from "./launcher.ts";
import { endProcess, signal } from "./process.ts";

interface Running {
  readonly pid: number;
  ended: Promise<void>;
  exit: Exit | null;
}

export interface ChildLauncherOptions {
  readonly onExit: ExitListener;
}

export function createChildLauncher({ onExit }: ChildLauncherOptions): Launcher {
  const workers = new Map<string, Running>();
  const starting = new Map<string, Promise<Started>>();
  let closed = false;

  async function start(launch: Launch): Promise<Started> {
    const { worker } = launch;
    if (closed) throw new Error(`The launcher is closed and can't start ${worker}.`);
    if (starting.has(worker) || workers.get(worker)?.exit === null) {
      throw new Error(`The worker ${worker} runs already.`);
    }
    const started = begin(launch).finally(() => starting.delete(worker));
    starting.set(worker, started);
    return started;
  }

  async function begin(launch: Launch): Promise<Started> {
    const exited = Promise.withResolvers<Exit>();
    const pid = await spawnDetached(launch, exited.resolve);
    const settle = async (): Promise<void> => {
      const exit = await exited.promise;
      running.exit = exit;
      // What the worker left behind in its group would go on changing its checkout.
      signal(-pid, "SIGKILL");
      // Whoever awaits the start learns of it before the exit.
      await setImmediate();
      if (!closed) onExit(launch.worker, exit);
    };
    const running: Running = { pid, ended: Promise.resolve(), exit: null };
    running.ended = settle();
    workers.set(launch.worker, running);
    return { pid, pane: null };
  }

  async function stop(worker: string, { graceMs }: { graceMs: number }): Promise<void> {
    const running = workers.get(worker);
    if (running === undefined) return;
    if (running.exit === null) await endProcess(running.pid, graceMs);
    await running.ended;
    if (workers.get(worker) === running) workers.delete(worker);
  }

  async function close(): Promise<void> {
    closed = true;
    await Promise.allSettled(starting.values());
    await Promise.all(
      [...workers.keys()].map((worker) => stop(worker, { graceMs: CLOSE_GRACE_MS })),
    );
  }

  return {
    start,
    setState: async () => {},
    show: async () => false,
    list: async () => [...workers].map(([worker, running]) => describe(worker, running)),
    stop,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function describe(worker: string, { pid, exit }: Running): LiveWorker {
  const { code, signal: name } = exit ?? { code: null, signal: null };
  return { worker, pid, pane: null, dead: exit !== null, code, signal: name };
}

/**
 * Resolves to the process's number once the program runs, so that a missing one is a failure of the start and not an
 * exit. The exit may come before that.
 */
async function spawnDetached(launch: Launch, onExit: (exit: Exit) => void): Promise<number> {
  const [program, ...args] = launch.argv;
  if (program === undefined) throw new Error(`The worker ${launch.worker} has no command.`);
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  let log: FileHandle | undefined;
  try {
    log = await open(launch.logFile, O_APPEND | O_CREAT | O_NOFOLLOW | O_WRONLY, 0o600);
    const child = spawn(program, args, {
      cwd: launch.cwd,
      env: launch.env,
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    child.once("exit", (code, name) => onExit({ code, signal: name }));
    await once(child, "spawn");
    if (child.pid === undefined) throw new Error("it has no process number");
    return child.pid;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SwarmError("failed", `The worker ${launch.worker} could not be started: ${why}.`, {
      mend: "swarmux doctor",
      cause,
    });
  } finally {
    await log?.close();
  }
}

/**
 * The workers' processes and their ends of the wire: starts them, tells them what the journal means to them, takes
 * what they say into the journal, and notices when one is gone.
 */
import { join } from "node:path";
import { programArgv } from "../install.ts";
import type { Hub } from "../ipc/hub.ts";
import { createKey, writeKey } from "../ipc/keys.ts";
import { startPulse } from "../ipc/pulse.ts";
import type { Log } from "../log.ts";
import type { Exit, Launch, Launcher, Started } from "../panes/launcher.ts";
import { colourOf, type Scheme } from "../panes/palette.ts";
import { networkEnvironment, toolEnvironment } from "../risk/environment.ts";
import type { SandboxState } from "../risk/sandbox/enclosures.ts";
import type { Disk } from "../session/disk.ts";
import type { SessionPaths } from "../session/folders.ts";
import { endLeftovers, SESSION_MARK, WORKER_MARK } from "../session/leftovers.ts";
import { newWorkerMark } from "../session/process-mark.ts";
import { isAlive, type ProcessId, processWord, startTimeOf } from "../session/processes.ts";
import type { Core } from "./core.ts";
import { downFor } from "./down.ts";
import type { Governor } from "./governor.ts";
import { createRestarts } from "./restarts.ts";
import { createBorders } from "./screen/border.ts";
import { paneState } from "./screen/states.ts";
import { createWatchdog } from "./watchdog.ts";

export interface SupervisorOptions {
  readonly core: Core;
  readonly hub: () => Hub;
  readonly launcher: Launcher;
  readonly governor: Governor;
  readonly disk: Disk;
  readonly folder: string;
  readonly at: SessionPaths;
  readonly session: string;
  readonly endpoint: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  /** Where the worker's process stands; it has no repository of its own yet. */
  readonly cwd: string;
  /** The background that its pane has. */
  readonly scheme: Scheme;
  readonly hasColours: boolean;
  readonly isAscii: boolean;
  readonly sandbox: SandboxState;
}

export interface Supervisor {
  /** Starts the process of a worker that the team knows. */
  spawn(worker: string, again: boolean): Promise<void>;
  keyOf(peer: string): Buffer | undefined;
  /** A worker gave a sign of life; `at` on the clock of `performance.now()`. */
  heard(worker: string, at: number): void;
  /** To be called once for each exit that the launcher reports. */
  exited(worker: string, exit: Exit): void;
  /** Ends all workers; from now on their exits are wanted. */
  close(): Promise<void>;
}

/** A worker's process. `why` is set when the supervisor ends it itself. */
interface Run extends ProcessId {
  readonly mark: number;
  why: string | undefined;
}

/** How often it looks who is silent. */
const PULSE_MS = 1_000;

/** Variables of the worker's own process; its tools get an allow-list made anew. */
const PASSED_ON = [
  "FAILPOINT",
  "SWARMUX_IDLE_MS",
  "NODE_COMPILE_CACHE",
  "XDG_STATE_HOME",
  "XDG_CONFIG_HOME",
  "COLORTERM",
  "SSH_AUTH_SOCK",
];

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { core, hub, launcher, governor, disk, at, log } = options;
  const keys = new Map<string, Buffer>();
  const borders = createBorders(launcher, log);
  const runs = new Map<string, Run>();
  const restarts = createRestarts();
  const self = { pid: process.pid, startTime: startTimeOf(process.pid) ?? "" };
  let isClosing = false;
  // One after another, so that panes stand in the order of their badges.
  let starting: Promise<unknown> = Promise.resolve();

  const watchdog = createWatchdog({
    stalled(worker, silent) {
      const silent_ms = Math.round(silent);
      void core.emit({ type: "worker.stalled", worker, silent_ms });
    },
    back(worker) {
      const pid = runs.get(worker)?.pid;
      if (pid !== undefined) void core.emit({ type: "worker.ready", worker, pid });
    },
    over(worker, silent) {
      const run = runs.get(worker);
      // One that is gone is reported by the launcher.
      if (run === undefined || !isAlive(run)) return;
      run.why = `nothing was heard of it for ${Math.round(silent / 1000)} s, so it was ended`;
      process.kill(run.pid, "SIGKILL");
    },
  });
  const stopPulse = startPulse(PULSE_MS, (isLate) => watchdog.look(performance.now(), isLate));

  core.watch((step) => {
    const { event } = step;
    if (event.type === "worker.ready") restarts.ready(event.worker);
    for (const worker of step.after.workers.keys()) {
      if (event.type === "session.resumed" && (event.worker ?? worker) === worker) {
        restarts.forgive(worker);
      }
      const down = downFor(step, worker);
      if (down !== undefined) hub().send(worker, event.seq, down);
    }
    for (const [name, worker] of step.after.workers) {
      const isSame = step.before.workers.get(name) === worker;
      const isLimitSame = step.before.limitedUntil === step.after.limitedUntil;
      if (isSame && isLimitSame && step.before.gates === step.after.gates) continue;
      borders.set(name, paneState(step.after, worker));
    }
  });

  /** Nobody is started while the session stops: that it can't be is no failure then. */
  async function startIn(launch: Launch): Promise<Started | undefined> {
    try {
      return await launcher.start(launch);
    } catch (error) {
      if (core.team().state === "running") throw error;
      log.warn("a worker was not started", { worker: launch.worker, why: String(error) });
      return undefined;
    }
  }

  async function spawnNow(name: string, again: boolean): Promise<void> {
    if (isClosing) return;
    const worker = core.team().workers.get(name);
    if (worker === undefined) return;
    const key = createKey();
    keys.set(name, key);
    await writeKey(join(at.keys, `${name}.key`), key);
    const mark = newWorkerMark(options.folder);
    const colour = colourOf(worker.badge, options.scheme);
    const started = await startIn({
      worker: name,
      badge: worker.badge,
      argv: programArgv("worker", [
        "--folder",
        options.folder,
        "--name",
        name,
        "--endpoint",
        options.endpoint,
        "--session",
        options.session,
        "--colour",
        options.hasColours ? String(colour.index) : "none",
        "--coordinator",
        processWord(self),
        "--mark",
        String(mark),
        "--sandbox",
        options.sandbox,
        ...(options.isAscii ? ["--ascii"] : []),
      ]),
      env: { ...workerEnvironment(options.env), [SESSION_MARK]: options.folder },
      cwd: options.cwd,
      logFile: at.pane(name),
    });
    if (started === undefined) return;
    const { pid, pane } = started;
    runs.set(name, { pid, startTime: startTimeOf(pid) ?? "", mark, why: undefined });
    const now = performance.now();
    watchdog.started(name, now);
    if (again) restarts.again(name, now);
    const { badge, model } = worker;
    if (again) await core.emit({ type: "worker.respawned", worker: name, pid, pane });
    else
      await core.emit({
        type: "worker.spawned",
        worker: name,
        pid,
        pane,
        colour: colour.tmux,
        badge,
        model,
      });
  }

  return {
    spawn(name, again) {
      const started = starting.then(() => spawnNow(name, again));
      starting = started.catch(() => {});
      return started;
    },
    keyOf: (peer) => keys.get(peer),
    heard: watchdog.heard,
    exited(name, exit) {
      const { why, mark } = runs.get(name) ?? {};
      runs.delete(name);
      watchdog.ended(name);
      governor.forget(name);
      disk.reported(name, false);
      // What its tools had started does not outlive it.
      endLeftovers({
        variables: { [SESSION_MARK]: options.folder, [WORKER_MARK]: name },
        isMarked: (one) => one === mark,
      }).catch((error: unknown) => {
        log.warn("leftovers were not ended", { worker: name, why: String(error) });
      });
      if (isClosing) {
        void core.emit({ type: "worker.exited", worker: name, code: exit.code });
        return;
      }
      const how = exit.signal === null ? `exit code ${exit.code ?? "unknown"}` : exit.signal;
      const reason = why ?? `its process ended: ${how}`;
      const count = restarts.count(name, performance.now());
      void core.emit({ type: "worker.lost", worker: name, reason, restarts: count });
    },
    async close() {
      isClosing = true;
      stopPulse();
      borders.close();
      const live = await launcher.list();
      await Promise.all(
        live
          .filter((worker) => !worker.dead)
          .map((worker) => launcher.stop(worker.worker, { graceMs: 2_000 })),
      );
      await launcher.close();
    },
  };
}

function workerEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const passed = PASSED_ON.flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const { TERM: _, NO_COLOR: __, ...plain } = toolEnvironment(env);
  return { ...plain, ...networkEnvironment(env), ...Object.fromEntries(passed) };
}

/** The person's `ANTHROPIC_*` variables, which a worker gets over the wire. */
export function modelEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith("ANTHROPIC_") && value !== undefined ? [[name, value]] : [],
    ),
  );
}

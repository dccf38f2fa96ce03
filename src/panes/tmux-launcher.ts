/**
 * Workers in panes of our own tmux server, for the coordinator that runs in the server's first pane. What tmux says
 * is asked anew each time (`list-panes`); kept are only the process numbers of the workers that this launcher started.
 */

import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { toAscii } from "../ascii.ts";
import { SwarmError } from "../errors.ts";
import {
  CLOSE_GRACE_MS,
  type Exit,
  type ExitListener,
  type Launch,
  type Launcher,
  type LiveWorker,
  type PaneState,
  type Started,
} from "./launcher.ts";
import { colourOf, type Scheme } from "./palette.ts";
import { endProcess, isAlive, signal, until } from "./process.ts";
import { createTmux, escape, sequence, type Tmux, tmuxFailure } from "./tmux.ts";
import {
  closePane,
  encodeWorker,
  LIST_PANES,
  type OpenedPane,
  openPane,
  type Pane,
  paneCommand,
  parsePanes,
} from "./tmux-panes.ts";
import { tmuxPaths } from "./tmux-server.ts";

/** What a server that answers no more takes until its process has ended. */
const GOING_DOWN_MS = 1_000;

export interface TmuxLauncherOptions {
  /** The run folder, where `openTmuxServer` has put the socket. */
  readonly run: string;
  readonly onExit: ExitListener;
  /** Called once when the server is gone, and with it every pane; no exits are reported after it. */
  readonly onServerGone: () => void;
  /** The colours that suit the terminal's background. */
  readonly scheme?: Scheme;
  /** Whether that terminal has no signs but those of ASCII. */
  readonly isAscii?: boolean;
  /** How often exits are looked for. */
  readonly pollMs?: number;
}

interface Running extends OpenedPane {
  state: string | undefined;
  exited: boolean;
  /** Since when the pane is not there while the process still is. */
  paneGoneAt: number | undefined;
}

const UNKNOWN: Exit = { code: null, signal: null };
const SHOWN_LENGTH = 40;

export function createTmuxLauncher(options: TmuxLauncherOptions): Launcher {
  const { run, onExit, onServerGone, scheme = "dark", isAscii = false, pollMs = 1_000 } = options;
  const tmux = createTmux(tmuxPaths(run));
  const workers = new Map<string, Running>();
  const inTurn = oneAtATime();
  let server: Promise<number> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let looking = false;
  let closed = false;
  let gone = false;

  async function start(launch: Launch): Promise<Started> {
    if (closed) throw new Error(`The launcher is closed and can't start ${launch.worker}.`);
    await checkFolder(launch);
    server ??= serverPid(tmux);
    await server;
    const panes = parsePanes(await tmux.run(LIST_PANES));
    const old = panes.find((pane) => pane.worker === launch.worker);
    const previous = workers.get(launch.worker);
    const runs = old === undefined ? previous && isAlive(previous.pid) : !old.dead;
    if (runs) throw new Error(`The worker ${launch.worker} runs already.`);
    if (previous !== undefined) reportExit(launch.worker, previous, old ?? UNKNOWN);

    const opened = old ? await reopen(tmux, old.pane, launch) : await openPane(tmux, panes, launch);
    await mark(tmux, opened.pane, { launch, colour: colourOf(launch.badge, scheme).tmux });
    workers.set(launch.worker, {
      ...opened,
      state: undefined,
      exited: false,
      paneGoneAt: undefined,
    });
    timer ??= setInterval(() => void look(), pollMs).unref();
    return opened;
  }

  /** Where a start fails because the whole server goes down, that is said before the failure is. */
  async function startOrNotice(launch: Launch): Promise<Started> {
    try {
      return await start(launch);
    } catch (error) {
      const pid = await server?.catch(() => undefined);
      if (pid !== undefined && !(await tmux.attempt(LIST_PANES)).ok) {
        await until(() => !isAlive(pid), GOING_DOWN_MS);
        await noticeServer();
      }
      throw error;
    }
  }

  /** Reports exits, never while a pane is being opened; skipped while the look before has not ended. */
  async function look(): Promise<void> {
    if (looking || closed || gone) return;
    looking = true;
    try {
      await inTurn(lookOnce);
    } finally {
      looking = false;
    }
  }

  async function lookOnce(): Promise<void> {
    const answer = await tmux.attempt(LIST_PANES);
    if (!answer.ok) return noticeServer();
    const panes = parsePanes(answer.text);
    for (const [worker, running] of workers) {
      const pane = panes.find((each) => each.pane === running.pane && each.pid === running.pid);
      if (pane === undefined) noticeLostPane(worker, running);
      else if (pane.dead) reportExit(worker, running, pane);
    }
  }

  async function noticeServer(): Promise<void> {
    const pid = await server;
    if (closed || gone || pid === undefined) return;
    if (isAlive(pid)) {
      // Cleaners of temporary folders remove sockets; the server makes its own again when asked.
      if (!existsSync(tmux.socket)) signal(pid, "SIGUSR1");
      return;
    }
    gone = true;
    clearInterval(timer);
    onServerGone();
  }

  /** Somebody closed the pane: its process was told so (SIGHUP), and its exit is reported when it is really gone. */
  function noticeLostPane(worker: string, running: Running): void {
    if (running.exited) return;
    if (!isAlive(running.pid)) {
      reportExit(worker, running, UNKNOWN);
      return;
    }
    const now = performance.now();
    running.paneGoneAt ??= now;
    if (now - running.paneGoneAt >= CLOSE_GRACE_MS) signal(-running.pid, "SIGKILL");
  }

  function reportExit(worker: string, running: Running, exit: Exit): void {
    if (running.exited) return;
    running.exited = true;
    if (!closed && !gone) onExit(worker, { code: exit.code, signal: exit.signal });
  }

  async function setState(worker: string, state: PaneState): Promise<void> {
    const running = workers.get(worker);
    const words = state.glyph === undefined ? state.word : `${state.glyph} ${state.word}`;
    const text = shown(isAscii ? toAscii(words) : words);
    if (running === undefined || running.state === text) return;
    running.state = text;
    const option = ["set-option", "-p", "-t", running.pane, "--", "@state"];
    await inTurn(() => tmux.attempt([...option, running.state ?? text]));
  }

  async function show(worker: string, { zoom }: { readonly zoom: boolean }): Promise<boolean> {
    const pane = (await panesLeft()).find((each) => each.worker === worker);
    if (pane === undefined) return false;
    const { window } = pane;
    const commands = [
      ["select-window", "-t", window],
      ["select-pane", "-t", pane.pane],
      // Choosing a pane of a zoomed window has put it back to its size.
      ...(zoom ? [["resize-pane", "-Z", "-t", pane.pane]] : []),
    ];
    return (await tmux.attempt(sequence(commands))).ok;
  }

  /** A server that is gone has none. */
  async function panesLeft(): Promise<Pane[]> {
    const answer = await tmux.attempt(LIST_PANES);
    return answer.ok ? parsePanes(answer.text) : [];
  }

  async function list(): Promise<LiveWorker[]> {
    const panes = await panesLeft();
    return panes.flatMap(({ worker, pid, pane, dead, code, signal: name }) =>
      worker === null ? [] : [{ worker, pid, pane, dead, code, signal: name }],
    );
  }

  async function stop(worker: string, { graceMs }: { graceMs: number }): Promise<void> {
    const found = async () => (await list()).find((each) => each.worker === worker);
    const running = workers.get(worker);
    const pane = await found();
    const pid = pane === undefined || pane.dead ? running?.pid : pane.pid;
    if (pid !== undefined && running?.exited !== true) await endProcess(pid, graceMs);
    // tmux learns of the death a moment later than we do.
    await until(async () => (await found())?.dead !== false, 2_000);
    await inTurn(async () => {
      const panes = await panesLeft();
      const last = panes.find((each) => each.worker === worker);
      if (running !== undefined) reportExit(worker, running, last ?? UNKNOWN);
      if (last !== undefined) await closePane(tmux, last.pane, panes);
      if (workers.get(worker) === running) workers.delete(worker);
    });
  }

  async function close(): Promise<void> {
    closed = true;
    clearInterval(timer);
    await inTurn(async () => {});
    const left = [...workers.values()].filter((running) => !running.exited);
    await Promise.all(left.map(({ pid }) => endProcess(pid, CLOSE_GRACE_MS)));
  }

  return {
    start: (launch) => inTurn(() => startOrNotice(launch)),
    setState,
    show,
    list,
    stop,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Runs what it is given one after another: a place for a pane is found and taken before the next one is looked for. */
function oneAtATime(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
}

async function serverPid(tmux: Tmux): Promise<number> {
  return Number(await tmux.run(["display-message", "-p", "#{pid}"]));
}

/** tmux would silently start the worker in the home folder instead. */
async function checkFolder({ worker, cwd }: Launch): Promise<void> {
  const folder = await stat(cwd).catch(() => undefined);
  if (folder?.isDirectory()) return;
  throw new SwarmError("failed", `The folder ${cwd} of the worker ${worker} is not there.`, {
    mend: "swarmux resume",
  });
}

/** A worker that comes back gets its old pane; -e values do not survive in it and are given again. */
async function reopen(tmux: Tmux, pane: string, launch: Launch): Promise<OpenedPane> {
  const respawn = ["respawn-pane", "-k", "-t", pane, ...paneCommand(launch)];
  const args = sequence([respawn, ["display-message", "-p", "-t", pane, "#{pane_pid}"]]);
  const answer = await tmux.attempt(args);
  if (!answer.ok) throw tmuxFailure(args, answer.text);
  return { pane, pid: Number(answer.text) };
}

async function mark(
  tmux: Tmux,
  pane: string,
  { launch, colour }: { launch: Launch; colour: string },
): Promise<void> {
  const options: [string, string][] = [
    ["@swarmux_worker", encodeWorker(launch.worker)],
    ["@badge", String(launch.badge)],
    ["@role", shown(launch.worker)],
    ["@color", colour],
    ["@state", ""],
  ];
  await tmux.run(
    sequence(options.map((option) => ["set-option", "-p", "-t", pane, "--", ...option])),
  );
}

/** Text for a border: without control characters, short, and nothing in it for tmux to act on. */
function shown(text: string): string {
  return escape(text.replaceAll(/\p{C}/gu, "").slice(0, SHOWN_LENGTH));
}

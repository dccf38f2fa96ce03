/**
 * A launcher starts worker processes, shows how they do, and says when they end. The coordinator holds one;
 * everything a worker says travels over the wire, so a launcher knows nothing but processes and where they are seen.
 */

export interface Launch {
  /** The worker's name: a new start under the same name takes the old one's place. */
  readonly worker: string;
  /** From 1; decides the colour. */
  readonly badge: number;
  /** Executable first. Never seen by a shell. */
  readonly argv: readonly string[];
  /** The whole environment of the worker. Nothing secret: other processes of the user can read it. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Where output goes that has no pane to go to. Appended to, made with mode 0600. */
  readonly logFile: string;
}

export interface Started {
  readonly pid: number;
  /** The tmux pane's id, null where there is none. */
  readonly pane: string | null;
}

/** What a person reads on the worker's border, e.g. `{ glyph: "●", word: "running" }`. */
export interface PaneState {
  readonly word: string;
  readonly glyph?: string;
}

/** How a process ended. Both are null where nobody could learn it: silence is not success. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A worker that was started and not stopped; it stays in the list when it is dead. */
export interface LiveWorker extends Started, Exit {
  readonly worker: string;
  readonly dead: boolean;
}

/** Called exactly once for each start, after it resolved and the process is gone, unless the launcher is closed first. */
export type ExitListener = (worker: string, exit: Exit) => void;

/**
 * Whoever opens a launcher closes it. `close` ends every worker that still runs (a polite signal, then SIGKILL)
 * and reports no exits after it began.
 */
export interface Launcher extends AsyncDisposable {
  /** Starting a worker that runs is a bug of the caller's and throws. Rejects with `SwarmError` where it can't be started. */
  start(launch: Launch): Promise<Started>;
  /** Costs nothing when nothing changed. Of a worker that is not there it is ignored. */
  setState(worker: string, state: PaneState): Promise<void>;
  list(): Promise<LiveWorker[]>;
  /** Puts whoever looks into the worker's pane, with `zoom` in the whole window. False where it has no pane. */
  show(worker: string, options: { readonly zoom: boolean }): Promise<boolean>;
  /** SIGTERM, then SIGKILL to its process group after `graceMs`; resolves when it is gone and its pane closed. */
  stop(worker: string, options: { graceMs: number }): Promise<void>;
  close(): Promise<void>;
}

/** How long `close` waits between the polite signal and SIGKILL. */
export const CLOSE_GRACE_MS = 2_000;

/**
 * The only place that runs tmux: one process a command, arguments as they are, never a shell, and always on the
 * socket given, so that the person's own server is not touched. Text that is not ours passes through `literal`
 * (an argument) or `escape` (a text that tmux expands): without it tmux runs what stands in it.
 */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import { SwarmError } from "../errors.ts";

/** The name of the one session on our own server; the person's name for it is the option `@swarmux_session`. */
export const TMUX_SESSION = "swarmux";

/** Longer paths do not fit into a socket's address. */
const SOCKET_BYTES = process.platform === "darwin" ? 103 : 107;
const TIME_LIMIT_MS = 15_000;
const OLDEST = [3, 2] as const;
const MEND = "sudo apt-get install tmux";

type Answer =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly text: string };

export interface Tmux {
  readonly socket: string;
  /** What tmux printed. Rejects with `SwarmError` where it failed. */
  run(args: readonly string[]): Promise<string>;
  /** Like `run`, for commands that may fail: `text` is then the complaint. */
  attempt(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Answer>;
}

export interface TmuxOptions {
  readonly socket: string;
  /** Read by the server when it starts; `/dev/null` for none. */
  readonly configPath: string;
  /** Where to look for tmux. */
  readonly searchPath?: string | undefined;
}

export function createTmux(options: TmuxOptions): Tmux {
  const { socket, configPath, searchPath = process.env["PATH"] } = options;
  if (Buffer.byteLength(socket) > SOCKET_BYTES) {
    throw new SwarmError(
      "config",
      `The path of the tmux socket, ${socket}, is longer than ${SOCKET_BYTES} bytes, which no socket can have.`,
      { mend: "export SWARMUX_STATE_DIR=~/.swarmux" },
    );
  }
  let found: Promise<FoundTmux> | undefined;

  async function attempt(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    found ??= findTmux(searchPath);
    const { program } = await found;
    // Without TMUX and TMUX_PANE, or tmux would think of the person's server; without PATH,
    // because a client's PATH replaces the one that a pane is given with -e.
    const { TMUX: _, TMUX_PANE: __, ...rest } = env;
    const result = await execa(program, ["-u", "-S", socket, "-f", configPath, ...args], {
      env: rest,
      extendEnv: false,
      cwd: dirname(socket),
      stdin: "ignore",
      reject: false,
      timeout: TIME_LIMIT_MS,
    });
    if (!result.failed) return { ok: true, text: result.stdout };
    return { ok: false, text: result.stderr || result.stdout || (result.shortMessage ?? "") };
  }

  async function run(args: readonly string[]): Promise<string> {
    const answer = await attempt(args);
    if (!answer.ok) throw tmuxFailure(args, answer.text);
    return answer.text;
  }

  return { socket, run, attempt };
}

export function tmuxFailure(args: readonly string[], complaint: string): SwarmError {
  return new SwarmError("failed", `tmux ${args[0] ?? ""} failed: ${complaint.trim()}.`, {
    mend: "swarmux doctor",
  });
}

/** An argument that reaches tmux unchanged: a last `;` would end the command and start another with what follows. */
export function literal(text: string): string {
  return text.endsWith(";") ? `${text.slice(0, -1)}\\;` : text;
}

/** Several commands in one call, which tmux carries out without a pause; it stops at the first that fails. */
export function sequence(commands: readonly (readonly string[])[]): string[] {
  return commands.flatMap((command, at) => (at === 0 ? [...command] : [";", ...command]));
}

/** A text that tmux expands (folders, titles, names, values that a border shows): `#(…)` in it would be run. */
export function escape(text: string): string {
  return literal(text.replaceAll("#", "##"));
}

export interface FoundTmux {
  /** Absolute path. */
  readonly program: string;
  /** As tmux prints it, e.g. `3.3a`. */
  readonly version: string;
}

/** Finds tmux; rejects with `SwarmError` of kind `missing` when there is none or it is too old. */
export async function findTmux(searchPath = process.env["PATH"]): Promise<FoundTmux> {
  const program = await which("tmux", searchPath ?? "");
  if (program === undefined) {
    throw new SwarmError("missing", "tmux is not installed, and the team's panes need it.", {
      mend: MEND,
    });
  }
  const { stdout } = await execa(program, ["-V"], { env: {}, extendEnv: false, reject: false });
  const version = stdout.replace(/^tmux /, "").trim();
  if (isTooOld(version)) {
    throw new SwarmError(
      "missing",
      `tmux ${version} at ${program} is too old: ${OLDEST.join(".")} or newer is needed.`,
      { mend: MEND },
    );
  }
  return { program, version };
}

/** Versions without two numbers (`master`, a build of somebody's) are taken to be new. */
export function isTooOld(version: string): boolean {
  const match = /^(?:next-)?(\d+)\.(\d+)/.exec(version);
  if (match === null) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

async function which(name: string, searchPath: string): Promise<string | undefined> {
  for (const folder of searchPath.split(delimiter)) {
    if (!folder.startsWith("/")) continue;
    const candidate = join(folder, name);
    const usable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return candidate;
  }
  return undefined;
}

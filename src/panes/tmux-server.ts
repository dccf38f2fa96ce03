/** Our own tmux server in the run folder: how it comes up with the coordinator in its first pane, and how it goes. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SwarmError } from "../errors.ts";
import { isAlive, until } from "./process.ts";
import { createTmux, escape, literal, sequence, TMUX_SESSION, tmuxFailure } from "./tmux.ts";
import { tmuxConfig } from "./tmux-config.ts";
import { paneCommand } from "./tmux-panes.ts";

export interface TmuxServerOptions {
  /** The run folder, absolute; it exists. */
  readonly run: string;
  /** The session's name as the person knows it. */
  readonly session: string;
  readonly columns: number;
  readonly rows: number;
  /** Its environment may hold secrets: it is the process's alone, and no other pane gets any of it. */
  readonly coordinator: {
    readonly argv: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly cwd: string;
  };
  /** The prefix key, as tmux writes keys. */
  readonly prefix?: string | undefined;
  /** False where the person wants none. */
  readonly hasColours?: boolean;
  /** True where the person's terminal has no signs but those of ASCII. */
  readonly isAscii?: boolean;
}

export interface TmuxServer {
  readonly socket: string;
  readonly pid: number;
  readonly coordinator: { readonly pid: number; readonly pane: string };
}

/** The name of the coordinator's window while nothing waits. */
export const TEAM_WINDOW = "team";

const NEUTRAL = "colour245";
const RELAYOUT = "if -F '#{window_zoomed_flag}' '' 'select-layout'";
/** tmux takes about 16 kB of arguments at once. */
const NAMES_AT_ONCE = 100;

export function tmuxPaths(run: string): { socket: string; configPath: string } {
  return { socket: join(run, "tmux.sock"), configPath: join(run, "tmux.conf") };
}

/** Starts the server, detached. One that is left over in the same run folder is ended first, with its panes. */
export async function openTmuxServer(options: TmuxServerOptions): Promise<TmuxServer> {
  const { run, session, columns, rows, coordinator, prefix, hasColours, isAscii } = options;
  const { socket, configPath } = tmuxPaths(run);
  const config = tmuxConfig({ prefix, hasColours, isAscii });
  const tmux = createTmux({ socket, configPath, searchPath: process.env["PATH"] });
  await closeTmuxServer({ run });
  await rm(socket, { force: true });
  await writeFile(configPath, config, { mode: 0o600 });

  const { argv, cwd, env } = coordinator;
  const target = `=${TMUX_SESSION}:`;
  const [names = [], ...more] = forget(Object.keys(env));
  const format = "#{pid} #{pane_id} #{pane_pid}";
  const size = ["-x", String(columns), "-y", String(rows)];
  const opening = ["new-session", "-d", "-s", TMUX_SESSION, "-n", TEAM_WINDOW, "-P", "-F", format];
  const create = sequence([
    [...opening, ...size, ...paneCommand({ argv, cwd, env: {} })],
    ["set-option", "-p", "-t", target, "@swarmux_coordinator", "1"],
    ["set-option", "-p", "-t", target, "@role", "coordinator"],
    ["set-option", "-pq", "-t", target, "allow-passthrough", "on"],
    ["set-option", "-p", "-t", target, "@color", NEUTRAL],
    ["select-pane", "-t", target, "-T", "coordinator"],
    ["set-option", "-g", "--", "@swarmux_session", escape(session)],
    ...names,
  ]);
  const answer = await tmux.attempt(create, env);
  if (!answer.ok) throw tmuxFailure(create, answer.text);
  const [pid, pane, panePid] = answer.text.trim().split(" ");
  if (pid === undefined || pane === undefined || panePid === undefined) {
    throw tmuxFailure(create, `it answered "${answer.text}"`);
  }
  for (const group of more) await tmux.run(sequence(group));
  // From tmux 3.4 on a pane that nobody looks at can be heard too.
  await tmux.attempt(["set-option", "-p", "-t", pane, "allow-passthrough", "all"]);
  await keepLayout(tmux, columns);
  return { socket, pid: Number(pid), coordinator: { pid: Number(panePid), pane } };
}

/** The environment that a server is started with becomes that of every pane: these commands, in groups, take it away again. */
function forget(names: readonly string[]): string[][][] {
  const commands = names.map((name) => ["set-environment", "-gu", "--", literal(name)]);
  const groups: string[][][] = [];
  for (let at = 0; at < commands.length; at += NAMES_AT_ONCE) {
    groups.push(commands.slice(at, at + NAMES_AT_ONCE));
  }
  return groups;
}

async function keepLayout(tmux: ReturnType<typeof createTmux>, columns: number): Promise<void> {
  // Percentages and this hook are known from tmux 3.3 on; 3.2 keeps the number of columns.
  const share = await tmux.attempt(["set-option", "-wg", "main-pane-width", "60%"]);
  if (share.ok) await tmux.attempt(["set-hook", "-g", "window-resized", RELAYOUT]);
  else await tmux.run(["set-option", "-wg", "main-pane-width", String(Math.floor(columns * 0.6))]);
}

/** Ends our server and every pane in it; resolves when it is gone. Without a server it does nothing. */
export async function closeTmuxServer({ run }: { run: string }): Promise<void> {
  const tmux = createTmux(tmuxPaths(run));
  const answer = await tmux.attempt(["display-message", "-p", "#{pid}"]);
  const pid = answer.ok ? Number(answer.text) : 0;
  if (!(pid > 0)) return;
  await tmux.attempt(["kill-server"]);
  // A new server on this socket fails while the old one is still going down.
  if (await until(() => !isAlive(pid), 5_000)) return;
  throw new SwarmError("failed", `The tmux server ${pid} did not end.`, { mend: `kill -9 ${pid}` });
}

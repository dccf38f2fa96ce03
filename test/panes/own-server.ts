/** A temporary run folder with our own tmux server in it, a launcher on it, and what the launcher has reported. */
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attachArgs } from "../../src/panes/attach.ts";
import type { Exit, Launch, Launcher } from "../../src/panes/launcher.ts";
import { createTmux, literal, type Tmux } from "../../src/panes/tmux.ts";
import { createTmuxLauncher } from "../../src/panes/tmux-launcher.ts";
import {
  closeTmuxServer,
  openTmuxServer,
  type TmuxServer,
  tmuxPaths,
} from "../../src/panes/tmux-server.ts";

export const PATH = process.env["PATH"] ?? "/usr/bin:/bin";

export interface TempFolder extends AsyncDisposable {
  readonly path: string;
}

export async function tempFolder(prefix = "swarmux-panes-"): Promise<TempFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), prefix)));
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}

export interface OwnServer extends AsyncDisposable {
  readonly run: string;
  readonly tmux: Tmux;
  readonly server: TmuxServer;
  readonly launcher: Launcher;
  readonly exits: [string, Exit][];
  serversGone(): number;
  /** A launch of `/bin/sh -c script` in the run folder. */
  launch(worker: string, badge: number, script?: string): Launch;
}

export interface OwnServerOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly session?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export async function openOwnServer(options: OwnServerOptions = {}): Promise<OwnServer> {
  const { columns = 200, rows = 50, session = "calm-otter", env = { PATH } } = options;
  const folder = await tempFolder();
  const run = folder.path;
  const coordinator = { argv: ["sleep", "600"], env, cwd: run };
  const server = await openTmuxServer({ run, session, columns, rows, coordinator });
  const exits: [string, Exit][] = [];
  let gone = 0;
  const launcher = createTmuxLauncher({
    run,
    onExit: (worker, exit) => exits.push([worker, exit]),
    onServerGone: () => {
      gone += 1;
    },
    pollMs: 50,
  });
  return {
    run,
    tmux: createTmux(tmuxPaths(run)),
    server,
    launcher,
    exits,
    serversGone: () => gone,
    launch: (worker, badge, script = "exec sleep 600") => ({
      worker,
      badge,
      argv: ["/bin/sh", "-c", script],
      env: { PATH },
      cwd: run,
      logFile: join(run, "worker.log"),
    }),
    [Symbol.asyncDispose]: async () => {
      await launcher.close();
      await closeTmuxServer({ run });
      await folder[Symbol.asyncDispose]();
    },
  };
}

export interface PersonsServer extends AsyncDisposable {
  readonly tmux: Tmux;
}

/** A second server, as a person has one; its first pane runs `argv`. */
export async function openPersonsServer(
  folder: string,
  argv: readonly string[],
): Promise<PersonsServer> {
  const socket = join(folder, "person.sock");
  const tmux = createTmux({ socket, configPath: "/dev/null" });
  const size = ["-x", "200", "-y", "51"];
  const answer = await tmux.attempt(
    ["new-session", "-d", "-s", "home", ...size, "-c", folder, "--", ...argv.map(literal)],
    { PATH, TERM: "xterm-256color" },
  );
  if (!answer.ok) throw new Error(answer.text);
  return {
    tmux,
    [Symbol.asyncDispose]: async () => {
      await tmux.attempt(["kill-server"]);
    },
  };
}

/** Our server as a terminal shows it, with colours, drawn by the person's server. */
export function viewArgv(socket: string): string[] {
  return ["env", "-u", "TMUX", "LC_ALL=C.UTF-8", "TERM=tmux-256color", ...attachArgs({ socket })];
}

/** A session whose coordinator runs elsewhere: in the first pane of a tmux server of its own, or detached without a terminal. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { evolve } from "../coordinator/evolve.ts";
import { eventLine } from "../coordinator/screen/lines.ts";
import { summaryLines } from "../coordinator/screen/summary.ts";
import { outcomeOf } from "../coordinator/session-plan.ts";
import { EMPTY_TEAM, type Team } from "../coordinator/team.ts";
import { EXIT, SwarmError } from "../errors.ts";
import { programArgv } from "../install.ts";
import { attachArgs, openInPersonsTmux } from "../panes/attach.ts";
import { closeTmuxServer, openTmuxServer, tmuxPaths } from "../panes/tmux-server.ts";
import { parseEvent } from "../session/events.ts";
import { paths } from "../session/folders.ts";
import { followJournal } from "../session/follow.ts";
import { isLocked } from "../session/lock.ts";
import { findRunFolder, openRunFolder } from "../session/run-folder.ts";
import { askCoordinator } from "./ask.ts";
import type { Launch } from "./coordinator.ts";
import { OUTCOME_EXIT } from "./outcome-exit.ts";
import { colourLevel, type Output } from "./output.ts";
import { readReport } from "./report.ts";
import { viewSession } from "./session-view.ts";

/** The size of the team's window while nobody looks. */
const COLUMNS = 200;
const ROWS = 50;

export async function runInTmux(
  output: Output,
  launch: Launch,
  { detach, epoch }: { detach: boolean; epoch: number },
): Promise<number> {
  const { folder, session, repository, tmuxPrefix } = launch;
  const run = await openRunFolder(folder, process.env);
  const { TMUX: _, TMUX_PANE: __, ...own } = process.env;
  // Without a terminal it is still one that the team will be looked at on.
  const hasColours = (output.isTerminal ? output.colour : colourLevel(undefined, own, true)) > 0;
  const env = hasColours ? own : { ...own, NO_COLOR: "1", FORCE_COLOR: undefined };
  const { socket } = await openTmuxServer({
    run,
    session,
    columns: process.stdout.columns ?? (Number(process.env["COLUMNS"]) || COLUMNS),
    rows: process.stdout.rows ?? (Number(process.env["LINES"]) || ROWS),
    coordinator: {
      argv: coordinatorArgv(folder),
      env: Object.fromEntries(
        Object.entries(env).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value]],
        ),
      ),
      cwd: repository.root,
    },
    hasColours,
    isAscii: launch.display.ascii,
    ...(tmuxPrefix === null ? {} : { prefix: tmuxPrefix }),
  });
  if (detach) {
    output.line(session);
    output.note(
      `It runs in the background. Look: swarmux attach ${session}   Stop: swarmux stop --session ${session}`,
    );
    return EXIT.done;
  }
  if (process.env["TMUX"] !== undefined) {
    await openInPersonsTmux({ socket, env: process.env });
    output.note(`The team is in the new window of this tmux session. Ctrl-C here stops it.`);
    return follow(output, { folder, session, epoch });
  }
  await attachTerminal(socket);
  return afterAttach(output, { folder, session, epoch });
}

/**
 * It lives for hours beside the person's own programs, so it is kept small: what it drops at once is collected often, and its
 * threads share their memory.
 */
function coordinatorArgv(folder: string): string[] {
  const [node = "", ...program] = programArgv("coordinator", ["--folder", folder, "--pane"]);
  return ["env", "MALLOC_ARENA_MAX=2", node, "--max-semi-space-size=1", ...program];
}

/** A headless coordinator that outlives this command. */
export async function runDetached(output: Output, launch: Launch): Promise<number> {
  const { folder, session, repository } = launch;
  const file = openSync(paths(folder).pane("coordinator"), "a", 0o600);
  const [program = "", ...args] = programArgv("coordinator", ["--folder", folder]);
  const child = spawn(program, args, {
    cwd: repository.root,
    detached: true,
    stdio: ["ignore", file, file],
  });
  await once(child, "spawn");
  child.unref();
  output.line(session);
  output.note(
    `It runs in the background. Look: swarmux status ${session}   Stop: swarmux stop --session ${session}`,
  );
  return EXIT.done;
}

/** `swarmux attach`. */
export async function attach(output: Output, name: string | undefined): Promise<number> {
  const view = await viewSession(name);
  const run = view.isLive ? await findRunFolder(view.folder) : undefined;
  if (run === undefined) {
    throw new SwarmError("usage", `The session ${view.name} has no running coordinator.`, {
      mend: `swarmux status ${view.name}`,
    });
  }
  if (view.team.session?.options.panes !== "tmux") {
    throw new SwarmError("usage", `The session ${view.name} runs without panes.`, {
      mend: `swarmux log --follow ${view.name}`,
    });
  }
  const { socket } = tmuxPaths(run);
  if (process.env["TMUX"] !== undefined) {
    await openInPersonsTmux({ socket, env: process.env });
    return EXIT.done;
  }
  if (!process.stdin.isTTY) {
    throw new SwarmError("usage", "There is no terminal to show the panes on.", {
      mend: `swarmux log --follow ${view.name}`,
    });
  }
  await attachTerminal(socket);
  const { folder, name: session, team } = view;
  return afterAttach(output, { folder, session, epoch: team.epoch });
}

async function attachTerminal(socket: string): Promise<void> {
  const [program = "", ...args] = attachArgs({ socket });
  const child = spawn(program, args, { stdio: "inherit" });
  await once(child, "exit");
}

/** `epoch`: the start of the coordinator that is watched. What an earlier one has stopped is over for that one alone. */
type Which = Pick<Launch, "folder" | "session"> & { readonly epoch: number };

/** The person is back in their terminal: the session is over, or goes on without them. */
async function afterAttach(output: Output, which: Which): Promise<number> {
  const { folder, session } = which;
  const at = paths(folder);
  // The coordinator closes its panes before it ends; give it the moment that it needs.
  for (let waited = 0; waited < 20 && (await isLocked(at.lock)); waited += 1) {
    const run = await findRunFolder(folder);
    if (run !== undefined && (await hasServer(tmuxPaths(run).socket))) {
      output.note(
        `The team goes on. Come back: swarmux attach ${session}   Stop it: swarmux stop --session ${session}`,
      );
      return EXIT.done;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return follow(output, which, { quiet: true });
}

async function hasServer(socket: string): Promise<boolean> {
  const child = spawn("tmux", ["-S", socket, "has-session"], { stdio: "ignore" });
  const [code] = await once(child, "exit");
  return code === 0;
}

/** Prints the session's lines until it ends; its exit code is this command's. The first Ctrl-C stops it. */
async function follow(
  output: Output,
  { folder, session, epoch }: Which,
  options: { quiet?: boolean } = {},
): Promise<number> {
  const at = paths(folder);
  const end = new AbortController();
  process.on("SIGINT", () => {
    if (end.signal.aborted) process.exit(EXIT.interrupted);
    output.note("\nstopping the session; press Ctrl-C again to leave it running");
    askCoordinator(
      { name: session, folder, at, isLive: true },
      { type: "stop", worker: null },
    ).catch(() => end.abort());
  });
  let team: Team = EMPTY_TEAM;
  const isOver = () => team.epoch >= epoch && team.state !== "running";
  // A coordinator that was killed says nothing more; its lock is free then.
  const watch = setInterval(() => {
    if (team.seq === 0 || isOver()) return;
    isLocked(at.lock).then(
      (isHeld) => isHeld || end.abort(),
      () => {},
    );
  }, 2_000);
  for await (const line of followJournal(at.journal, { signal: end.signal })) {
    const before = team;
    const event = parseEvent(line);
    team = evolve(team, event);
    const text = options.quiet
      ? undefined
      : eventLine({ before, after: team, event }, output.colour);
    if (text !== undefined) output.line(text);
    if (isOver()) break;
  }
  clearInterval(watch);
  if (!isOver()) {
    output.note(`The coordinator is gone. Go on: swarmux resume ${session}`);
    const run = await findRunFolder(folder);
    if (run !== undefined) await closeTmuxServer({ run });
  }
  for (const line of summaryLines(await readReport(folder))) output.line(line);
  return OUTCOME_EXIT[outcomeOf(team)];
}

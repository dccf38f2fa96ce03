/** Runs a session's coordinator in this process, from its beginning or its resumption to what is left to say at its end. */
import { type Carrier, openNotifier } from "../coordinator/notifier.ts";
import type { Console } from "../coordinator/screen/console.ts";
import { eventLine } from "../coordinator/screen/lines.ts";
import { summaryLines } from "../coordinator/screen/summary.ts";
import { runSession } from "../coordinator/session.ts";
import { EMPTY_TEAM, type Team } from "../coordinator/team.ts";
import { armFailpoint } from "../failpoint.ts";
import { createLog } from "../log.ts";

import { createChildLauncher } from "../panes/child-launcher.ts";
import { notification } from "../panes/notification.ts";
import { createTeamWindow } from "../panes/team-window.ts";
import { createTmuxLauncher } from "../panes/tmux-launcher.ts";
import { closeTmuxServer } from "../panes/tmux-server.ts";
import type { Outcome } from "../session/events.ts";
import { paths } from "../session/folders.ts";
import { openRunFolder, removeRunFolder } from "../session/run-folder.ts";
import { configuredCarriers } from "./carriers.ts";
import type { HereOptions, Launch } from "./coordinator.ts";
import { type ModelServer, startModelServer } from "./model-server.ts";
import { OUTCOME_EXIT } from "./outcome-exit.ts";
import type { Output } from "./output.ts";
import { readReport } from "./report.ts";
import { openStopSignals } from "./stop-signals.ts";

interface Shown extends HereOptions {
  readonly screen: Console | undefined;
}

export async function coordinate(output: Output, launch: Launch, here: Shown): Promise<number> {
  armFailpoint("coordinator", { folder: launch.folder, wanted: process.env["FAILPOINT"] });
  const { screen } = here;
  const { scheme, ascii } = launch.display;
  const goOn = `swarmux resume ${launch.session}`;
  using stop = openStopSignals({
    stopping: () => {
      const words = `stopping; go on later with: ${goOn}   Press Ctrl-C again to kill`;
      (screen?.line ?? output.note)(words);
    },
    kill: () => {
      screen?.close();
      output.note(`killed; what was acknowledged is on disk. Go on: ${goOn}`);
      const isGone = here.inPane ? endOwnServer(launch) : Promise.resolve();
      void isGone.finally(() => process.exit(OUTCOME_EXIT.interrupted));
    },
  });
  output.whenUnread(stop.unread);

  const offline = launch.options.offline
    ? startModelServer(paths(launch.folder).offline)
    : undefined;
  const print = here.inPane || output.isTerminal ? output.line : output.note;
  let team: Team | undefined;
  let outcome: Outcome;
  const { session } = launch;
  const log = createLog(paths(launch.folder).log, "notices");
  const terminal = terminalCarrier(launch, here.inPane);
  const notifier = openNotifier({
    team: () => team ?? EMPTY_TEAM,
    carriers: [
      ...(here.json || launch.options.headless ? [] : [terminal]),
      ...configuredCarriers(launch.notify, { session, env: process.env }),
    ],
    failed: (error) => log.warn("a notice was not brought", { why: String(error) }),
  });
  try {
    outcome = await runSession(
      {
        ...launch,
        scheme,
        hasColours: output.colour > 0,
        isAscii: ascii,
        planOnly: here.planOnly === true,
        env: process.env,
        modelEnv: offline === undefined ? Promise.resolve({}) : offline.then(modelEnv),
        openLauncher: async ({ run, onExit, onGone }) =>
          here.inPane
            ? createTmuxLauncher({ run, onExit, onServerGone: onGone, scheme, isAscii: ascii })
            : createChildLauncher({ onExit }),
        onStep: (step) => {
          team = step.after;
          notifier.step(step);
          if (here.json) return output.json(step.event);
          if (screen !== undefined) return screen.step(step);
          const line = eventLine(step, output.colour);
          if (line !== undefined) print(line);
        },
        say: (text) => {
          (screen?.line ?? output.note)(text);
          screen?.refresh();
        },
        signal: stop.signal,
      },
      (handle) => screen?.attach(handle),
    );
  } finally {
    screen?.close();
    if (screen?.cost != null) log.info("the screen was drawn", { ...screen.cost });
    await notifier[Symbol.asyncDispose]();
    (await offline)?.close();
  }
  if (team !== undefined && here.planOnly === true) {
    printPlan(output, team, here);
  } else if (team !== undefined) {
    for (const line of summaryLines(await readReport(launch.folder)))
      (here.json ? output.note : output.line)(line);
  }
  // Ends our own pane with the server; whoever is attached is back in their own terminal.
  if (here.inPane) await endOwnServer(launch);
  await removeRunFolder(launch.folder);
  return OUTCOME_EXIT[outcome];
}

async function endOwnServer({ folder }: Launch): Promise<void> {
  await closeTmuxServer({ run: await openRunFolder(folder, process.env) });
}

/** Asks the terminals that show the team to tell the person. */
function terminalCarrier({ folder, session }: Launch, inPane: boolean): Carrier {
  const { stdout, env } = process;
  if (!stdout.isTTY || env["TERM"] === "dumb") return () => {};
  const words = (text: string) => `${session}: ${text}`;
  if (inPane) {
    const window = openRunFolder(folder, env).then((run) => createTeamWindow({ run, session }));
    return async ({ text }) => {
      stdout.write(await (await window).notificationFor(words(text)));
    };
  }
  // Behind a tmux of the person's own only a bell gets through.
  const type = env["TMUX"] === undefined ? terminalType(env) : "";
  return ({ text }) => {
    stdout.write(notification({ name: env["TERM"] ?? "", type, isFocused: false }, words(text)));
  };
}

function terminalType(env: NodeJS.ProcessEnv): string {
  const { TERM_PROGRAM = "", VTE_VERSION, WT_SESSION } = env;
  if (WT_SESSION !== undefined) return "windows terminal";
  return VTE_VERSION === undefined ? TERM_PROGRAM : "vte";
}

/** What `swarmux plan` prints: the tasks and their risks. */
function printPlan(output: Output, team: Team, { json }: HereOptions): void {
  for (const task of team.tasks.values()) {
    if (json) continue;
    const needs = task.blockedBy.length === 0 ? "" : `  after ${task.blockedBy.join(", ")}`;
    output.line(`${task.id.padEnd(4)} ${task.risk.padEnd(6)} ${task.subject}${needs}`);
    if (task.files.length > 0) output.line(`     files: ${task.files.join(", ")}`);
    if (task.check !== undefined) output.line(`     check: ${task.check}`);
  }
  if (team.tasks.size === 0 && !json) output.line(team.summary);
}

function modelEnv(server: ModelServer): Record<string, string> {
  return { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: "offline", ANTHROPIC_AUTH_TOKEN: "" };
}

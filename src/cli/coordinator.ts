/** The coordinator's process from its first moment: the screen stands before anything heavy is read. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../config.ts";
import { type Console, openConsole } from "../coordinator/screen/console.ts";
import type { ReadPage } from "../coordinator/screen/read-page.ts";
import type { SessionPlan } from "../coordinator/session-plan.ts";
import type { TeamWindow } from "../panes/team-window.ts";
import { openRunFolder } from "../session/run-folder.ts";
import type { Output } from "./output.ts";
import type { Display } from "./theme.ts";

/** Everything a coordinator needs to know, as `launch.json` holds it for one that is started in a pane. */
export interface Launch
  extends Pick<
    SessionPlan,
    | "folder"
    | "session"
    | "task"
    | "repository"
    | "options"
    | "prompts"
    | "instructions"
    | "prices"
    | "rules"
  > {
  readonly tmuxPrefix: string | null;
  readonly display: Display;
  readonly notify: Config["user"]["notify"];
  readonly resume: boolean;
}

export interface HereOptions {
  readonly json: boolean;
  /** In a pane of our tmux server, with workers in panes beside it. */
  readonly inPane: boolean;
  readonly planOnly?: boolean;
}

/** With what `launch.json` in the session's folder says. */
export async function runCoordinator(
  output: Output,
  folder: string,
  inPane: boolean,
): Promise<number> {
  const launch: Launch = JSON.parse(await readFile(join(folder, "launch.json"), "utf8"));
  return runHere(output, launch, { json: false, inPane });
}

export async function runHere(output: Output, launch: Launch, here: HereOptions): Promise<number> {
  const isPlain = here.json || launch.options.headless || !process.stdin.isTTY;
  const screen = isPlain ? undefined : openScreen(output, { launch, inPane: here.inPane });
  try {
    const { coordinate } = await import("./coordinate.ts");
    return await coordinate(output, launch, { ...here, screen });
  } finally {
    screen?.close();
  }
}

interface Screened {
  readonly launch: Launch;
  readonly inPane: boolean;
}

/** The person's console. What waits is also said where they may look meanwhile: the window's name or the title. */
function openScreen(output: Output, { launch, inPane }: Screened): Console {
  const { stdin, stdout } = process;
  const { session, folder, task } = launch;
  const { scheme, ascii, isStill } = launch.display;
  const theme = { level: output.colour, scheme, ascii, attributes: true };
  const opening = { session, task };
  const read: ReadPage = async (page, team) => {
    const { createPageReader } = await import("../coordinator/screen/read-page.ts");
    return createPageReader(folder)(page, team);
  };
  const common = { stdin, stdout, theme, isStill, opening, read };
  if (!inPane) {
    const hasTitle =
      stdout.isTTY && process.env["TMUX"] === undefined && process.env["TERM"] !== "dumb";
    return openConsole({
      ...common,
      onWaiting: (count) => {
        const mark = count === 0 ? "" : `⧗${count} `;
        if (hasTitle) stdout.write(`\x1b]2;${mark}swarmux ${session}\x07`);
      },
    });
  }
  let opened: Promise<TeamWindow> | undefined;
  const window = () => {
    opened ??= openWindow(folder, session);
    return opened;
  };
  return openConsole({
    ...common,
    onWaiting: (count) => {
      // Nothing depends on the flag, and the server goes away at the end.
      window()
        .then((team) => team.setWaiting(count))
        .catch(() => {});
    },
    detach: async () => {
      await (await window()).detach();
      return `The team goes on. Come back: swarmux attach ${session}`;
    },
  });
}

async function openWindow(folder: string, session: string): Promise<TeamWindow> {
  const { createTeamWindow } = await import("../panes/team-window.ts");
  return createTeamWindow({ run: await openRunFolder(folder, process.env), session });
}

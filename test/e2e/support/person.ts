/** A person at a terminal with a session on it: types with `send-keys`, looks with `capture-pane`. */
import { stripVTControlCharacters } from "node:util";
import { expect } from "vitest";
import type { Tmux } from "../../../src/panes/tmux.ts";
import { LIST_PANES, parsePanes } from "../../../src/panes/tmux-panes.ts";
import { eventually } from "../../support/eventually.ts";
import { goEnvironment } from "./go.ts";
import { BIN, scripted } from "./swarmux.ts";
import { openTeamsTmux } from "./teams-tmux.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import type { Workplace } from "./workplace.ts";

export interface Person extends AsyncDisposable {
  readonly terminal: Terminal;
  /** Types into the terminal: `Tab`, `Enter`, `Escape` and `C-…` are keys, anything else is text. */
  type(...keys: string[]): Promise<void>;
  /** The coordinator's pane without colours. */
  pane(): Promise<string>;
  /** The same with its lines as they were before they were wrapped, from the beginning. */
  history(): Promise<string>;
  /** Waits until the pane shows it. */
  sees(what: string | RegExp): Promise<void>;
  /** Brings up what waits, and waits until it can be answered. */
  opens(first: string): Promise<void>;
  /** Waits until the choice can be pressed. */
  mayPress(first: string): Promise<void>;
  /** The coordinator's pane with its colours. */
  painted(): Promise<string>;
  tmux(): Promise<Tmux>;
  /** Gives the terminal another size, and waits until the team's window has it too. */
  resize(columns: number, rows: number): Promise<void>;
  /** As if the window was closed with everything in it. */
  closeTerminal(): Promise<void>;
}

export interface PersonOptions {
  readonly scenario: string;
  readonly size?: readonly [columns: number, rows: number];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Its workers are held until `go`. */
  readonly go?: boolean;
  /** Address of a server that answers in the place of the offline model: a model that costs money. */
  readonly api?: string;
}

const PROMPT = "prompt> ";
const KEYS = /^(?:Tab|BTab|Enter|Escape|Up|Down|Left|S-Up|S-Down|Home|End|PageUp|PageDown|C-.)$/;

/** Starts the session `s` in a shell of the person's. */
export async function sitDown(place: Workplace, options: PersonOptions): Promise<Person> {
  const { scenario, size = [200, 50], args = [] } = options;
  const [width, height] = size;
  const held = options.go === true ? goEnvironment(place) : {};
  const paid =
    options.api === undefined
      ? {}
      : { ANTHROPIC_BASE_URL: options.api, ANTHROPIC_API_KEY: "offline" };
  const env: Record<string, string> = {
    ...scripted(scenario).env,
    ...held,
    ...paid,
    ...options.env,
    PS1: PROMPT,
  };
  const { TERM } = env;
  // Their tmux names its own panes.
  const term = TERM === undefined ? [] : [`TERM=${TERM}`];
  const argv = ["env", "-u", "TMUX", "-u", "TMUX_PANE", ...term, "sh"];
  const terminal = await openTerminal(place, { columns: width, rows: height, argv, env });
  await eventually(async () => expect(await terminal.screen()).toContain(PROMPT.trim()));
  const send = (...keys: string[]) => terminal.tmux.run(["send-keys", "-t", "home:", ...keys]);

  async function type(...keys: string[]): Promise<void> {
    for (const key of keys) await (KEYS.test(key) ? send(key) : send("-l", "--", key));
  }

  const tmux = () => openTeamsTmux(place);

  async function capture(...flags: string[]): Promise<string> {
    const own = await tmux();
    const panes = parsePanes(await own.run(LIST_PANES));
    const pane = panes.find(({ coordinator }) => coordinator)?.pane ?? "";
    return own.run(["capture-pane", "-p", ...flags, "-t", pane]);
  }

  const pane = async () => stripVTControlCharacters(await capture());

  async function sees(what: string | RegExp): Promise<void> {
    await eventually(async () => expect(await pane()).toMatch(what));
  }

  /** Choices are bold once they can be pressed. */
  async function mayPress(first: string): Promise<void> {
    const isArmed = async () => {
      const lines = (await capture("-e")).split("\n");
      const line = lines.find((one) => stripVTControlCharacters(one).startsWith(first)) ?? "";
      const codes = line.slice(0, line.indexOf(first)).matchAll(/\[([\d;]*)m/g);
      expect([...codes].flatMap(([, code = ""]) => code.split(";"))).toContain("1");
    };
    await eventually(isArmed);
  }

  async function resize(columns: number, rows: number): Promise<void> {
    const to = ["-x", `${columns}`, "-y", `${rows}`];
    await terminal.tmux.run(["resize-window", "-t", "home:", ...to]);
    const own = await tmux();
    const across = () => own.run(["display-message", "-p", "#{window_width}"]);
    await eventually(async () => expect(await across()).toBe(`${columns}`));
  }

  const model = options.api === undefined ? "--offline" : "--model claude-sonnet-5-5";
  await type([BIN, "run", model, "--session", "s", ...args, "'do it'"].join(" "), "Enter");
  return {
    terminal,
    type,
    pane,
    history: () => capture("-J", "-S", "-"),
    sees,
    tmux,
    resize,
    closeTerminal: async () => void (await terminal.tmux.run(["kill-server"])),
    async opens(first) {
      await type("Tab");
      await mayPress(first);
    },
    mayPress,
    painted: () => capture("-e"),
    [Symbol.asyncDispose]: async () => {
      await (await tmux().catch(() => undefined))?.attempt(["kill-server"]);
      await terminal[Symbol.asyncDispose]();
    },
  };
}

/** Pastes two lines that would each be an answer. */
export async function pasteOnes(tmux: Tmux, pane: string): Promise<void> {
  await tmux.run(["set-buffer", "--", "1\n1\n"]);
  await tmux.run(["paste-buffer", "-p", "-t", pane]);
}

/** A person's terminal: a tmux server of its own, which can be looked at and typed into. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createTmux, literal, type Tmux } from "../../../src/panes/tmux.ts";
import type { Workplace } from "./workplace.ts";

export interface Terminal extends AsyncDisposable {
  readonly tmux: Tmux;
  /** What is on the screen, with colours if asked. */
  screen(...flags: string[]): Promise<string>;
}

export interface TerminalOptions {
  readonly columns: number;
  readonly rows: number;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export async function openTerminal(place: Workplace, options: TerminalOptions): Promise<Terminal> {
  const { columns, rows, argv, env = {} } = options;
  const tmux = createTmux({ socket: join(place.folder, "person.sock"), configPath: "/dev/null" });
  const size = ["-x", String(columns), "-y", String(rows)];
  const opening = ["new-session", "-d", "-s", "home", ...size, "-c", place.repo];
  const answer = await tmux.attempt([...opening, "--", ...argv.map(literal)], {
    ...place.env,
    TERM: "xterm-256color",
    ...env,
  });
  if (!answer.ok) throw new Error(answer.text);
  await tmux.run(["set-option", "-g", "status", "off"]);
  return {
    tmux,
    screen: (...flags) => tmux.run(["capture-pane", "-p", ...flags, "-t", "home:"]),
    [Symbol.asyncDispose]: async () => {
      await tmux.attempt(["kill-server"]);
      await rm(tmux.socket, { force: true });
    },
  };
}

/** The palette index of the last foreground colour set before `text` on a screen with colours. */
export function colourBefore(screen: string, text: string): string | undefined {
  const at = screen.indexOf(text);
  const colours = [...screen.slice(0, at).matchAll(/\[(?:\d+;)*?38;5;(\d+)(?:;\d+)*m/g)];
  return at === -1 ? undefined : colours.at(-1)?.[1];
}

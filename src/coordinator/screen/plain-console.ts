/** The console where no cursor can be moved: lines only, and whole lines typed where there is somebody to type them. */
import { createInterface } from "node:readline";
import { carryOut } from "./carry-out.ts";
import type { Console, ConsoleHandle, ConsoleOptions } from "./console.ts";
import { waitingItems } from "./dialogs/waiting.ts";
import { CHAT_LINES, readChat } from "./input/chat-commands.ts";
import { eventLine } from "./lines.ts";
import { showHidden } from "./terminal/printable.ts";
import { boardLines } from "./view/header.ts";

export function openPlainConsole(options: ConsoleOptions): Console {
  const { stdin, stdout, theme, onWaiting } = options;
  let handle: ConsoleHandle | undefined;
  const line = (text: string) => void stdout.write(`${text}\n`);
  const lines = stdin.isTTY ? createInterface({ input: stdin, terminal: false }) : undefined;
  let waiting = 0;

  async function take(text: string): Promise<void> {
    if (handle === undefined) return line("The session is not open yet.");
    const { person, team } = handle;
    const act = readChat(text, { isPlanOpen: team().plan.status === "proposed" });
    switch (act.do) {
      case "nothing":
        return;
      case "page":
        if (act.page.kind === "help") return line(HELP);
        return line("There are no pages on this terminal. In another one: swarmux --help");
      case "lists":
        return line(showHidden(boardLines(team()).join("\n")));
      case "explain":
        return line(showHidden(act.text));
      case "gates":
      case "edit-plan":
        return line("Look and answer from another terminal: swarmux gates");
      case "show":
      case "detach":
        return line("This session has no panes. Ctrl-C stops it.");
      case "tell":
      case "pause":
      case "continue":
      case "stop":
      case "plan":
      case "retry":
      case "move":
      case "drop": {
        const said = await carryOut(person, act);
        if (said.type === "refused") line(showHidden(said.why));
      }
    }
  }

  lines?.on("line", (text) => {
    take(text).catch((error: unknown) => line(String(error)));
  });
  return {
    cost: null,
    line,
    refresh: () => {},
    attach(opened) {
      handle = opened;
    },
    step(step) {
      const text = eventLine(step, theme.level);
      if (text !== undefined) line(text);
      const count = waitingItems(step.after, [], 0).length;
      if (count !== waiting) onWaiting?.(count);
      waiting = count;
    },
    close() {
      lines?.close();
      onWaiting?.(0);
    },
  };
}

const HELP = CHAT_LINES.map(([typed, what]) => `${typed.padEnd(20)} ${what}`).join("\n");

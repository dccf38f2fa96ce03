/** The console where no cursor can be moved: lines only, and whole lines typed where there is somebody to type them. */
import { createInterface } from "node:readline";
import { carryOut } from "./carry-out.ts";
import { CHAT_HELP, readChat } from "./chat-commands.ts";
import type { Console, ConsoleOptions } from "./console.ts";
import { showHidden } from "./printable.ts";
import { boardLines } from "./status-line.ts";
import { waitingItems } from "./waiting.ts";

export function openPlainConsole({ handle, stdin, stdout, onWaiting }: ConsoleOptions): Console {
  const { person, team } = handle;
  const line = (text: string) => void stdout.write(`${text}\n`);
  const lines = stdin.isTTY ? createInterface({ input: stdin, terminal: false }) : undefined;
  let waiting = 0;

  async function take(text: string): Promise<void> {
    const act = readChat(text, { isPlanOpen: team().plan.status === "proposed" });
    switch (act.do) {
      case "nothing":
        return;
      case "help":
        return line(CHAT_HELP.join("\n"));
      case "status":
        return line(showHidden(boardLines(team()).join("\n")));
      case "explain":
        return line(showHidden(act.text));
      case "gates":
        return line("Look and answer from another terminal: swarmux gates");
      case "detach":
        return line("This session has no panes to leave. Ctrl-C stops it.");
      case "tell":
      case "pause":
      case "continue":
      case "stop":
      case "plan": {
        const said = await carryOut(person, act);
        if (said.type === "refused") line(showHidden(said.why));
      }
    }
  }

  lines?.on("line", (text) => {
    take(text).catch((error: unknown) => line(String(error)));
  });
  return {
    line,
    update(next) {
      const count = waitingItems(next, [], 0).length;
      if (count !== waiting) onWaiting?.(count);
      waiting = count;
    },
    close() {
      lines?.close();
      onWaiting?.(0);
    },
  };
}

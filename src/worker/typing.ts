/** Lines that a person types into a worker's pane: words for this worker, before its next model call. */
import { createInterface } from "node:readline";
import type { ReadStream } from "node:tty";
import type { Up } from "../ipc/messages.ts";
import type { Pane } from "./pane.ts";

export interface TypingOptions {
  readonly stdin: ReadStream;
  readonly pane: Pick<Pane, "note">;
  say(body: Extract<Up, { type: "typed" }>): Promise<void>;
  /** The words could not be kept. */
  failed(error: unknown): void;
}

/** Nothing is read where there is no terminal. The terminal itself shows and mends what is being typed. */
export function openTyping({ stdin, pane, say, failed }: TypingOptions): { close(): void } {
  if (!stdin.isTTY) return { close: () => {} };
  const lines = createInterface({ input: stdin, terminal: false });
  lines.on("line", (line) => {
    const text = line.trim();
    if (text === "") return;
    pane.note(`you: ${text}`);
    say({ type: "typed", text }).catch(failed);
  });
  return { close: () => lines.close() };
}

/** `swarmux status --watch`: the board again whenever it changes, in place where there is a terminal. */
import { setTimeout as sleep } from "node:timers/promises";
import { Chalk } from "chalk";
import type { Output } from "./output.ts";
import { sessionState, viewSession } from "./session-view.ts";
import { statusLines, statusObject } from "./status.ts";

const EVERY_MS = 1_000;

export interface WatchOptions {
  readonly session?: string;
  readonly json?: boolean;
}

/** Ends with the session, or at a Ctrl-C. */
export async function watchStatus(output: Output, options: WatchOptions): Promise<void> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, onSignal);
  const paint = new Chalk({ level: output.colour });
  // The newest session at the start stays the one that is watched.
  const { name } = await viewSession(options.session);
  let shown = "";
  while (!stop.signal.aborted) {
    const view = await viewSession(name);
    const lines = options.json ? [JSON.stringify(statusObject(view))] : statusLines(view, paint);
    const text = lines.join("\n");
    if (text !== shown)
      show(output, { lines, isFirst: shown === "", isJson: options.json === true });
    shown = text;
    if (sessionState(view) !== "running" && !view.isLive) return;
    await sleep(EVERY_MS, undefined, { signal: stop.signal }).catch(() => {});
  }
}

interface Picture {
  readonly lines: readonly string[];
  readonly isFirst: boolean;
  readonly isJson: boolean;
}

function show(output: Output, { lines, isFirst, isJson }: Picture): void {
  if (output.isTerminal && !isJson) {
    const height = process.stdout.rows ?? 24;
    // A picture that fits is drawn over the old one without a flicker: each line is cleared to its end.
    const rows = lines.slice(0, height - 1).map((line) => `${line}\x1b[K`);
    const start = isFirst ? "\x1b[2J\x1b[H" : "\x1b[H";
    // Without wrapping, because a line that wraps shifts all below it.
    process.stdout.write(`\x1b[?7l${start}${rows.join("\n")}\n\x1b[J\x1b[?7h`);
    return;
  }
  if (!isFirst && !isJson) output.line("");
  for (const line of lines) output.line(line);
}

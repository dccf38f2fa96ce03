/** What a command prints: data on stdout, everything else on stderr, colour by one rule for all commands. */
import type { ColorSupportLevel } from "chalk";
import { EXIT, SwarmError } from "../errors.ts";
import { isDiskFull, reasonOf } from "../session/failure.ts";

export interface Output {
  /** A line of data for people. */
  line(text: string): void;
  /** One object a line. */
  json(value: unknown): void;
  /** A line that is not data. */
  note(text: string): void;
  readonly colour: ColorSupportLevel;
  readonly isTerminal: boolean;
  /** Calls `listener` once nobody reads what is printed, instead of ending the process there. */
  whenUnread(listener: () => void): void;
}

export interface OutputOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  readonly color: string | undefined;
}

export function createOutput({ stdout, stderr, env, color }: OutputOptions): Output {
  let unread: (() => void) | undefined;
  for (const stream of [stdout, stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      // EIO: the terminal is gone. EPIPE: whoever reads may stop reading, as `head` does, and that is no error.
      if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
      if (unread !== undefined) unread();
      else if (error.code === "EPIPE") process.exit(0);
    });
  }
  return {
    whenUnread(listener) {
      unread = listener;
    },
    line: (text) => void stdout.write(`${text}\n`),
    json: (value) => void stdout.write(`${JSON.stringify(value)}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    colour: colourLevel(color, env, stdout.isTTY),
    isTerminal: stdout.isTTY,
  };
}

/** `--color`, then FORCE_COLOR, NO_COLOR, TERM=dumb, then whether it is a terminal. */
export function colourLevel(
  flag: string | undefined,
  env: NodeJS.ProcessEnv,
  isTerminal: boolean,
): ColorSupportLevel {
  if (flag === "always") return 2;
  if (flag === "never") return 0;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced === "0" || forced === "false" ? 0 : 2;
  if ((env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb") return 0;
  return isTerminal ? 2 : 0;
}

/** Prints a failure the way a person can act on it; answers with the exit code. Bugs keep their stack. */
export function reportFailure(error: unknown, note: (text: string) => void): number {
  if (!(error instanceof SwarmError) && isDiskFull(error)) {
    note(`swarmux: The disk is full: ${reasonOf(error)}`);
    note("  mend it: free some space, then again; a session goes on with: swarmux resume");
    return EXIT.temporary;
  }
  if (error instanceof SwarmError) {
    note(`swarmux: ${error.message}`);
    if (error.mend !== undefined) note(`  mend it: ${error.mend}`);
    return EXIT[error.kind];
  }
  note("swarmux: an internal error, which should never happen. Please report it with these lines:");
  note(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 70;
}

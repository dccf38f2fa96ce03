/**
 * One program in a terminal of its own: a pty, and an emulator that keeps the screen. node-pty is an optional package with native
 * code, so it is loaded when the first terminal is opened, and its absence is told to the model.
 */
import type { Terminal as Emulator } from "@xterm/headless";
import type { IPty } from "node-pty";
import { ToolError } from "../errors.ts";
import type { Enclosure } from "../risk/enclosure.ts";
import { endSession } from "./process-group.ts";

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface TerminalOptions extends TerminalSize {
  readonly folder: string;
  readonly enclosure: Enclosure;
  /** It is ended after so many milliseconds. */
  readonly timeout: number;
}

export interface Terminal {
  /** Sends bytes as a keyboard would. */
  send(data: string): void;
  resize(size: TerminalSize): void;
  /** Resolves when nothing was printed for a moment, when `seen` says so, or after `wait` ms. */
  settle(how: { wait: number; signal: AbortSignal; seen?: () => boolean }): Promise<void>;
  /** The lines of the screen, without blanks at their ends; long lines that were wrapped are one. */
  lines(): readonly { readonly text: string; readonly rows: number }[];
  /** How it ended, in words; undefined while it runs. */
  end(): string | undefined;
  size(): TerminalSize;
  /** Ends the program with all that it has started. */
  close(): Promise<void>;
}

const MAX_OUTPUT = 50 * 1024 * 1024;
/** More of what was printed is not taken before the emulator has followed. */
const MAX_PENDING = 1024 * 1024;
const QUIET = 150;
const MAX_LINES_KEPT = 1_000;

/** Throws `ToolError` where this machine can't. */
export async function openTerminal(
  argv: readonly [string, ...string[]],
  options: TerminalOptions,
): Promise<Terminal> {
  const { folder: cwd, enclosure, columns, rows } = options;
  const [{ spawn }, { Terminal: Screen }] = await Promise.all([loadPty(), loadEmulator()]);
  const { file, args, env, attend } = enclosure.enclose(argv, { cwd, terminal: true });
  const pty: IPty = spawn(file, [...args], {
    name: "xterm-256color",
    cols: columns,
    rows,
    cwd,
    env: { ...env, TERM: "xterm-256color" },
  });
  const screen: Emulator = new Screen({
    cols: columns,
    rows,
    scrollback: MAX_LINES_KEPT,
    allowProposedApi: true,
  });
  let end: string | undefined;
  let why: string | undefined;
  let printed = 0;
  let pending = 0;
  let changed = performance.now();
  const wakers = new Set<() => void>();
  const wake = () => {
    for (const one of wakers) one();
  };
  const stop = (reason: string) => {
    why ??= reason;
    void endSession(pty.pid);
  };
  const attendant = attend(pty.pid);
  attendant.watch(stop);
  const timer = setTimeout(() => stop("it ran into its time limit"), options.timeout);
  const exited = Promise.withResolvers<void>();

  pty.onData((data) => {
    printed += data.length;
    if (printed > MAX_OUTPUT) return stop("it printed more than 50 MB");
    pending += data.length;
    if (pending > MAX_PENDING) pty.pause();
    screen.write(data, () => {
      pending -= data.length;
      if (pending <= MAX_PENDING) pty.resume();
      changed = performance.now();
      wake();
    });
  });
  // What the program asks its terminal, the emulator answers.
  screen.onData((data) => {
    if (end === undefined) pty.write(data);
  });
  pty.onExit(({ exitCode, signal }) => {
    const how = signal !== undefined && signal !== 0 ? `signal ${signal}` : `exit ${exitCode}`;
    end = why === undefined ? `ended with ${how}` : `was stopped: ${why}`;
    clearTimeout(timer);
    attendant.leave();
    exited.resolve();
    wake();
  });

  return {
    send: (data) => {
      changed = performance.now();
      pty.write(data);
    },
    resize(size) {
      pty.resize(size.columns, size.rows);
      screen.resize(size.columns, size.rows);
      changed = performance.now();
    },
    async settle({ wait, signal, seen }) {
      const deadline = performance.now() + wait;
      for (;;) {
        signal.throwIfAborted();
        const now = performance.now();
        const isQuiet = pending === 0 && now - changed >= QUIET;
        if (end !== undefined && pending === 0) return;
        if (seen === undefined ? isQuiet : pending === 0 && seen()) return;
        if (now >= deadline) return;
        const next = seen === undefined && pending === 0 ? changed + QUIET : deadline;
        await nextChange(wakers, Math.min(next, deadline) - now, signal);
      }
    },
    lines: () => readLines(screen),
    end: () => end,
    size: () => ({ columns: screen.cols, rows: screen.rows }),
    async close() {
      clearTimeout(timer);
      if (end === undefined) {
        why ??= "it was closed";
        await endSession(pty.pid);
        await exited.promise;
      }
      screen.dispose();
    },
  };
}

async function nextChange(wakers: Set<() => void>, ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, Math.max(1, ms));
  wakers.add(resolve);
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
  wakers.delete(resolve);
}

function readLines(screen: Emulator): { text: string; rows: number }[] {
  const { active } = screen.buffer;
  const lines: { text: string; rows: number }[] = [];
  for (let row = 0; row < screen.rows; row += 1) {
    const line = active.getLine(active.baseY + row);
    const last = lines.at(-1);
    if (line?.isWrapped === true && last !== undefined) {
      lines[lines.length - 1] = {
        text: last.text + line.translateToString(true),
        rows: last.rows + 1,
      };
    } else lines.push({ text: line?.translateToString(true) ?? "", rows: 1 });
  }
  return lines;
}

async function loadPty(): Promise<typeof import("node-pty")> {
  try {
    return await import("node-pty");
  } catch (cause) {
    throw new ToolError(
      "There is no Terminal on this machine: the package node-pty could not be loaded. Use Bash, and give a program's answers by options or by a pipe. (A person can build it: npm rebuild node-pty, with python3, make and g++ installed.)",
      { cause },
    );
  }
}

async function loadEmulator(): Promise<typeof import("@xterm/headless")> {
  return import("@xterm/headless");
}

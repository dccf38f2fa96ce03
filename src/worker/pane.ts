/** What a worker's pane shows: plain lines that are only ever appended, so that scrolling and copying work. */

import { Chalk, type ColorSupportLevel } from "chalk";
import type { AgentEvent } from "../agent/seat.ts";
import { clockOf } from "../clock.ts";
import { countOf } from "../count.ts";
import type { ChangedLine } from "../tools/changed-lines.ts";
import { shortDiff } from "./short-diff.ts";

/** Longer lines of a file or a command are cut here: the pane is for looking on. */
const MAX_WIDTH = 160;

export interface Pane {
  task(task: { readonly id: string; readonly subject: string }): void;
  note(text: string): void;
  show(event: AgentEvent): void;
  callStarted(call: { id: string; name: string; input: Record<string, unknown> }): void;
  /** A call waits until a person has answered. */
  waiting(call: {
    readonly name: string;
    readonly input: Record<string, unknown>;
    readonly reasons: readonly string[];
  }): void;
  callFinished(call: {
    readonly id: string;
    readonly ok: boolean;
    readonly ms: number;
    readonly refused: string | undefined;
    /** What the agent is told. */
    readonly content: string;
  }): void;
}

export interface PaneOptions {
  write(text: string): void;
  readonly colour: ColorSupportLevel;
  /** The worker's palette index. */
  readonly index: number;
}

export function createPane({ write, colour, index }: PaneOptions): Pane {
  const chalk = new Chalk({ level: colour });
  const own = chalk.ansi256(index);
  const calls = new Map<string, { name: string; input: Record<string, unknown> }>();
  // What is being streamed: a change of kind starts a new line.
  let streaming: "text" | "thinking" | undefined;

  function endStream(): void {
    if (streaming !== undefined) write("\n");
    streaming = undefined;
  }

  function line(text: string): void {
    endStream();
    write(`${text}\n`);
  }

  function stream(kind: "text" | "thinking", delta: string): void {
    if (streaming !== kind) endStream();
    streaming = kind;
    const safe = printable(delta);
    write(kind === "thinking" ? chalk.dim.italic(safe) : safe);
  }

  return {
    task: ({ id, subject }) => line(`\n${own.bold(`▌ ${id} ${printable(subject)}`)}`),
    note: (text) => line(chalk.dim(`· ${printable(text)}`)),
    show(event) {
      switch (event.type) {
        case "text":
          return stream("text", event.delta);
        case "thinking":
          return stream("thinking", event.delta);
        case "retry": {
          const words = `↻ ${printable(event.why)} Again at ${clockOf(event.until)}.`;
          return line(chalk.yellow(words));
        }
        case "call":
          return endStream();
        case "answer":
          return endStream();
      }
    },
    callStarted({ id, name, input }) {
      calls.set(id, { name, input });
    },
    waiting({ name, input, reasons }) {
      line(
        `${chalk.yellow.bold("⧗ waits for you in the coordinator's pane:")} ${title(name, input)}`,
      );
      for (const why of reasons) line(chalk.yellow(`  - ${printable(why)}`));
    },
    callFinished({ id, ok, ms, refused, content }) {
      const { name = "", input = {} } = calls.get(id) ?? {};
      calls.delete(id);
      const time = ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
      if (refused !== undefined) {
        line(`${chalk.yellow("⊘")} ${title(name, input)} ${chalk.yellow("refused")}`);
      } else {
        line(`${ok ? chalk.green("✓") : chalk.red("✗")} ${title(name, input)} ${chalk.dim(time)}`);
      }
      if (ok) showChange(name, input);
      else if (content.trim() !== "") line(chalk.red(`  ${printable(firstLine(content))}`));
    },
  };

  function title(name: string, input: Record<string, unknown>): string {
    return `${own(name)} ${printable(hint(input))}`.trimEnd();
  }

  function showChange(name: string, input: Record<string, unknown>): void {
    const diff = shortDiff(name, input);
    if (diff === null) return;
    for (const { sign, text } of diff.lines) {
      line(colourOf(sign)(`  ${sign} ${printable(text.slice(0, MAX_WIDTH))}`));
    }
    if (diff.more > 0) line(chalk.dim(`  … ${countOf(diff.more, "more line")}`));
  }

  function colourOf(sign: ChangedLine["sign"]): (text: string) => string {
    if (sign === " ") return chalk.dim;
    return sign === "+" ? chalk.green : chalk.red;
  }
}

/** The part of a call's input that tells a person most, on one line. */
function hint(input: Record<string, unknown>): string {
  const value =
    input["command"] ??
    input["file_path"] ??
    input["pattern"] ??
    input["url"] ??
    input["query"] ??
    input["text"] ??
    input["summary"];
  return typeof value === "string" ? (value.split("\n")[0] ?? "").slice(0, MAX_WIDTH) : "";
}

function firstLine(text: string): string {
  return (text.split("\n").find((one) => one.trim() !== "") ?? "").slice(0, MAX_WIDTH);
}

/** Control characters of a model's or a file's text are shown, not obeyed; line ends and tabs stay. */
function printable(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex -- these are what is looked for
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g,
    (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Text with its look apart from it, so that it can be measured and wrapped before any colour code stands in it. */
import type { ChalkInstance } from "chalk";
import { breakAtWords, breakExactly, widthOf } from "./text-width.ts";

type Look = "plain" | "bold" | "dim" | "alert" | "warn" | "mark";

interface Span {
  readonly text: string;
  readonly look: Look;
  /** An index of the 256-colour palette. */
  readonly colour?: number;
}

/** One line of a terminal. */
export type Line = readonly Span[];

/** A paragraph that is broken at the width of the screen; `exact` ones only where the width ends. */
export interface Paragraph extends Span {
  readonly indent: number;
  readonly exact: boolean;
}

export function span(text: string, look: Look = "plain"): Span {
  return { text, look };
}

export function paragraph(text: string, more: Partial<Paragraph> = {}): Paragraph {
  return { text, look: "plain", indent: 0, exact: false, ...more };
}

export function widthOfLine(line: Line): number {
  return line.reduce((sum, { text }) => sum + widthOf(text), 0);
}

/** Breaks a paragraph; what is continued is indented by two more. Tabs become blanks. */
export function wrap({ text, indent, exact, ...look }: Paragraph, width: number): Line[] {
  const flat = text.replaceAll("\t", "    ");
  const room = Math.max(width - indent - 2, 8);
  const pieces = exact ? breakExactly(flat, room) : breakAtWords(flat, room);
  return pieces.map((piece, at) => [
    { ...look, text: `${" ".repeat(at === 0 ? indent : indent + 2)}${piece}` },
  ]);
}

export function paint(line: Line, chalk: ChalkInstance): string {
  return line.map((one) => paintSpan(one, chalk)).join("");
}

function paintSpan({ text, look, colour }: Span, chalk: ChalkInstance): string {
  const base = colour === undefined ? chalk : chalk.ansi256(colour);
  switch (look) {
    case "plain":
      return colour === undefined ? text : base(text);
    case "bold":
      return base.bold(text);
    case "dim":
      return base.dim(text);
    case "alert":
      return base.bold.red(text);
    case "warn":
      return base.yellow(text);
    case "mark":
      return base.inverse(text);
  }
}

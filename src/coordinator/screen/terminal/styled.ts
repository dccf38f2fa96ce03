/** Text with its look apart from it, so that it can be measured, cut and wrapped before any colour code stands in it. */
import { breakAtWords, breakExactly, characters, cutTo, widthOf } from "./text-width.ts";

export type Look =
  | "plain"
  | "bold"
  | "dim"
  | "alert"
  | "danger"
  | "warn"
  | "good"
  | "mark"
  | "title"
  | "added"
  | "removed"
  | "place"
  | "keyword"
  | "string"
  | "comment";

export interface Span {
  readonly text: string;
  readonly look: Look;
  /** A worker's badge: the text stands in that worker's colour. */
  readonly badge?: number;
}

/** One line of a terminal. */
export type Line = readonly Span[];

/** A paragraph that is broken at the width of the screen; `exact` ones only where the width ends. */
export interface Paragraph {
  readonly spans: Line;
  readonly indent: number;
  /** Of what is continued on further lines. */
  readonly hang: number;
  readonly exact: boolean;
}

export function span(text: string, look: Look = "plain"): Span {
  return { text, look };
}

type Layout = Partial<Omit<Paragraph, "spans">>;

export function paragraph(
  text: string,
  { look = "plain", badge, ...layout }: Layout & Partial<Omit<Span, "text">> = {},
): Paragraph {
  const one = badge === undefined ? { text, look } : { text, look, badge };
  return styledParagraph([one], layout);
}

/** What is continued is indented by two more, where nothing else is said. */
export function styledParagraph(spans: Line, layout: Layout = {}): Paragraph {
  const { indent = 0, hang = indent + 2, exact = false } = layout;
  return { spans, indent, hang, exact };
}

/** Breaks spans at the line ends in them. */
export function linesOf(spans: Line): Line[] {
  const lines: Span[][] = [[]];
  for (const one of spans) {
    const [first = "", ...more] = one.text.split("\n");
    lines.at(-1)?.push({ ...one, text: first });
    for (const text of more) lines.push([{ ...one, text }]);
  }
  return lines.map((line) => line.filter(({ text }) => text !== ""));
}

export function textOfLine(line: Line): string {
  return line.map(({ text }) => text).join("");
}

export function widthOfLine(line: Line): number {
  return line.reduce((sum, { text }) => sum + widthOf(text), 0);
}

/** Breaks a paragraph. Tabs become blanks. */
export function wrap({ spans, indent, hang, exact }: Paragraph, width: number): Line[] {
  const flat = spans.map((one) => ({ ...one, text: one.text.replaceAll("\t", "    ") }));
  const room = Math.max(width - Math.max(indent, hang), 8);
  const text = textOfLine(flat);
  const pieces = exact ? breakExactly(text, room) : breakAtWords(text, room);
  let from = 0;
  return pieces.map((piece, at) => {
    // A break between words stands for the blanks that were there.
    while (!text.startsWith(piece, from) && text[from] === " ") from += 1;
    const part = slice(flat, from, from + piece.length);
    from += piece.length;
    const margin = " ".repeat(at === 0 ? indent : hang);
    const [first = span(""), ...rest] = part;
    return [{ ...first, text: margin + first.text }, ...rest];
  });
}

/** The characters of a line from one place in its text to another. */
function slice(line: Line, from: number, to: number): Span[] {
  const parts: Span[] = [];
  let at = 0;
  for (const one of line) {
    const text = one.text.slice(Math.max(from - at, 0), Math.max(to - at, 0));
    at += one.text.length;
    if (text !== "") parts.push({ ...one, text });
  }
  return parts;
}

/** The beginning of a line that fits, with `…` where something is left out. */
export function cutLine(line: Line, width: number): Line {
  if (widthOfLine(line) <= width) return line;
  let left = width;
  const parts: Span[] = [];
  for (const one of line) {
    const needed = widthOf(one.text);
    if (needed <= left - 1) {
      parts.push(one);
      left -= needed;
      continue;
    }
    const [first = ""] = characters(one.text);
    const text = left <= widthOf(first) ? "…" : cutTo(`${one.text}  `, left);
    return left <= 0 ? parts : [...parts, { ...one, text }];
  }
  return parts;
}

/** A line of exactly this width: cut, or filled with blanks. */
export function fitLine(line: Line, width: number): Line {
  const cut = cutLine(line, width);
  const missing = width - widthOfLine(cut);
  return missing > 0 ? [...cut, span(" ".repeat(missing))] : cut;
}

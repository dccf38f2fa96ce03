/** Texts that may be longer than their place: what stands above and below is said, and nothing is cut off in silence. */
import type { Shown } from "../input/focus.ts";
import { type Line, type Paragraph, span, wrap } from "../terminal/styled.ts";
import { cutTo, widthOf } from "../terminal/text-width.ts";

export interface Place {
  readonly title: string;
  readonly scroll: number;
  readonly width: number;
  readonly height: number;
}

export function layScrolled(
  lines: readonly Line[],
  at: Place,
): { readonly lines: readonly Line[]; readonly shown: Shown } {
  const height = Math.max(at.height - 1, 0);
  const maxScroll = Math.max(lines.length - height, 0);
  const first = Math.min(at.scroll, maxScroll);
  const last = Math.min(first + height, lines.length);
  const below = lines.length - last;
  const rest = below > 0 ? `↓ ${below} more` : "end";
  const place = maxScroll === 0 ? "" : `${first + 1}–${last} of ${lines.length} · ${rest}`;
  const rule = ruleLine(at.title, { place, width: at.width, isOpen: true });
  return {
    lines: at.height === 0 ? [] : [rule, ...lines.slice(first, last)],
    shown: { maxScroll, height, seenEnd: below === 0 },
  };
}

/** A line across the screen with a title in it, and how much of a list is shown. */
export function ruleLine(
  title: string,
  { place, width, isOpen }: { place: string; width: number; isOpen: boolean },
): Line {
  const left = `── ${title} `;
  const right = place === "" ? "" : ` ${place} ──`;
  const line = "─".repeat(Math.max(width - widthOf(left) - widthOf(right), 0));
  return [span(cutTo(`${left}${line}${right}`, width), isOpen ? "bold" : "dim")];
}

interface Wrapped {
  readonly width: number;
  readonly lines: readonly Line[];
}

const wrapped = new WeakMap<Paragraph, Wrapped>();

/** A paragraph is wrapped once for each width. */
export function wrapOnce(one: Paragraph, width: number): readonly Line[] {
  const known = wrapped.get(one);
  if (known?.width === width) return known.lines;
  const lines = wrap(one, width);
  wrapped.set(one, { width, lines });
  return lines;
}

export function wrapAll(paragraphs: readonly Paragraph[], width: number): Line[] {
  return paragraphs.flatMap((one) => wrapOnce(one, width));
}

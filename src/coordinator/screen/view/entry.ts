/** A line that is being written, on as many rows as it needs, with the cursor in it. */
import { type Editor, textOf } from "../input/editor.ts";
import { showHidden } from "../terminal/printable.ts";
import { type Line, span } from "../terminal/styled.ts";
import { breakExactly, cutTo, widthOf } from "../terminal/text-width.ts";

export interface Cursor {
  readonly line: number;
  readonly column: number;
}

/** Lines of which one may have the cursor. */
export interface Block {
  readonly lines: readonly Line[];
  readonly cursor: Cursor | null;
}

const MOST_ROWS = 4;

export function stack(lines: readonly Line[], { lines: more, cursor }: Block): Block {
  return {
    lines: [...lines, ...more],
    cursor: cursor === null ? null : { ...cursor, line: lines.length + cursor.line },
  };
}

export function layEntry(
  editor: Editor,
  { prompt, hint, width }: { prompt: string; hint: string; width: number },
): Block {
  const indent = widthOf(prompt);
  const room = Math.max(width - indent, 4);
  if (textOf(editor) === "") {
    const line = [span(prompt, "bold"), span(cutTo(hint, room), "dim")];
    return { lines: [line], cursor: { line: 0, column: indent } };
  }
  const pieces = breakExactly(shown(textOf(editor)), room);
  const before = breakExactly(shown(editor.before), room);
  const at = before.length - 1;
  const first = Math.max(0, Math.min(at - MOST_ROWS + 1, pieces.length - MOST_ROWS));
  const lines = pieces
    .slice(first, first + MOST_ROWS)
    .map(
      (piece, row): Line => [span(row === 0 ? prompt : " ".repeat(indent), "bold"), span(piece)],
    );
  return { lines, cursor: { line: at - first, column: indent + widthOf(before.at(-1) ?? "") } };
}

/** A line end inside of a line that is being written is a sign of one column. */
function shown(text: string): string {
  return showHidden(text).replaceAll("\n", "⏎");
}

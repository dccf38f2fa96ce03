/** Rows whose parts stand below each other. What does not fit goes column by column, from the right. */
import { cutLine, fitLine, type Line, span, widthOfLine } from "../terminal/styled.ts";

export interface Column {
  readonly cells: readonly Line[];
  /** Takes the room that the others leave; there is one of it. */
  readonly isFlexible?: boolean;
  /** Stays, however narrow it gets. */
  readonly isKept?: boolean;
}

const GAP = 2;
/** Below this the flexible column is not worth another one beside it; a narrow screen takes less. */
const LEAST = 28;
const LEAST_NARROW = 18;
const NARROW = 60;

export function layColumns(columns: readonly Column[], width: number): Line[] {
  const kept = columns.filter(({ cells }) => cells.some((cell) => widthOfLine(cell) > 0));
  const least = width < NARROW ? LEAST_NARROW : LEAST;
  while (kept.length > 1 && neededBy(kept, least) > width) {
    const at = kept.findLastIndex(({ isFlexible, isKept }) => !(isFlexible || isKept));
    if (at < 0) break;
    kept.splice(at, 1);
  }
  const fixed = kept.reduce((sum, column) => sum + (column.isFlexible ? 0 : widest(column)), 0);
  const room = Math.max(width - fixed - GAP * (kept.length - 1), 1);
  const rows = Math.max(0, ...columns.map(({ cells }) => cells.length));
  return Array.from({ length: rows }, (_, row) => {
    const line = kept.flatMap((column, at) => {
      const cell = column.cells[row] ?? [];
      const isLast = at === kept.length - 1;
      const wide = column.isFlexible ? Math.min(room, Math.max(widest(column), 1)) : widest(column);
      const shown = isLast ? cutLine(cell, wide) : fitLine(cell, wide);
      return isLast ? shown : [...shown, span(" ".repeat(GAP))];
    });
    return cutLine(line, width);
  });
}

function neededBy(columns: readonly Column[], least: number): number {
  const widths = columns.map((column) =>
    column.isFlexible ? Math.min(least, widest(column)) : widest(column),
  );
  return widths.reduce((sum, width) => sum + width, 0) + GAP * (columns.length - 1);
}

function widest({ cells }: Column): number {
  return Math.max(0, ...cells.map(widthOfLine));
}

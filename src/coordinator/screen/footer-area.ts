/**
 * Keeps a footer below lines that are only ever appended: it is taken away before them and drawn again behind them, in
 * one write, on the ordinary screen, so that scrolling back and copying work.
 */
import type { WriteStream } from "node:tty";
import type { ChalkInstance } from "chalk";
import type { Footer } from "./footer.ts";
import { paint, widthOfLine } from "./styled.ts";

export interface FooterArea {
  /** The size of the screen at this moment. */
  size(): { readonly columns: number; readonly rows: number };
  /** Appends lines and draws the footer below them; writes nothing when neither changed. */
  draw(appended: readonly string[], footer: Footer): void;
  /** The next `draw` writes in any case. */
  forget(): void;
  /** Takes the footer away. */
  clear(): void;
}

interface Drawn {
  readonly text: string;
  readonly widths: readonly number[];
  readonly cursor: Footer["cursor"];
}

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";

export function createFooterArea(stdout: WriteStream, chalk: ChalkInstance): FooterArea {
  let drawn: Drawn | undefined;
  let isStale = false;

  /** The cursor goes to where the footer begins, and everything from there on is erased. */
  function erase(): string {
    if (drawn === undefined) return "";
    const { widths, cursor } = drawn;
    // A terminal that became narrower has broken the lines that were wider.
    const { columns } = size();
    const rows = widths
      .slice(0, cursor.line)
      .reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    const up = rows + Math.floor(cursor.column / columns);
    return `\r${up > 0 ? `\x1b[${up}A` : ""}\x1b[J`;
  }

  function size() {
    // Asked of the terminal itself: the stream learns of a change a moment later.
    const [columns, rows] = stdout.getWindowSize();
    return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
  }

  return {
    size,
    draw(appended, { lines, cursor }) {
      const below = lines.length - 1 - cursor.line;
      const text = `${lines.map((line) => paint(line, chalk)).join("\n")}${below > 0 ? `\x1b[${below}A` : ""}\r${cursor.column > 0 ? `\x1b[${cursor.column}C` : ""}`;
      if (appended.length === 0 && text === drawn?.text && !isStale) return;
      const above = appended.map((line) => `${line}\n`).join("");
      stdout.write(`${HIDE_CURSOR}${erase()}${above}${text}${SHOW_CURSOR}`);
      drawn = { text, widths: lines.map(widthOfLine), cursor };
      isStale = false;
    },
    forget() {
      isStale = true;
    },
    clear() {
      stdout.write(erase());
      drawn = undefined;
    },
  };
}

/**
 * The alternate screen as lines: only those that changed are written, each frame in one write that the terminal shows at
 * once (CSI 2026). Whatever ends the process, the terminal is given back as it was.
 */
import { writeSync } from "node:fs";
import type { WriteStream } from "node:tty";

export interface Frame {
  /** One for each row of the screen, with their colours, none wider than it. */
  readonly lines: readonly string[];
  /** Where the cursor stands, counted from 0; null hides it. */
  readonly cursor: { readonly line: number; readonly column: number } | null;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Surface {
  /** The size of the screen at this moment. */
  size(): Size;
  /** Writes what differs from the last frame; nothing when nothing does. */
  draw(frame: Frame): void;
  /** The next `draw` writes everything. */
  forget(): void;
  bell(): void;
  /** Back to the ordinary screen, at once. Does nothing the second time. */
  close(): void;
}

// Lines that are too wide for a moment while the size changes are cut by the terminal, not wrapped over the next ones.
const ENTER = "\x1b[?1049h\x1b[?7l\x1b[?2004h\x1b[2J";
const LEAVE = "\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[0m\x1b[?1049l";
const BEGIN = "\x1b[?2026h\x1b[?25l";
const END = "\x1b[?2026l";

export function openSurface(stdout: WriteStream): Surface {
  let shown: readonly string[] | undefined = [];
  let cursor = "";
  let isClosed = false;

  function leave(): void {
    if (isClosed) return;
    isClosed = true;
    process.off("exit", leave);
    try {
      // Nothing that is written later may come before it, and an exiting process writes nothing later.
      writeSync(process.stdout.fd, LEAVE);
    } catch {
      // The terminal is gone.
    }
  }

  process.on("exit", leave);
  stdout.write(ENTER);

  return {
    size() {
      // Asked of the terminal itself: the stream learns of a change a moment later.
      const [columns, rows] = stdout.getWindowSize();
      return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
    },
    draw(frame) {
      if (isClosed) return;
      const clear = shown === undefined ? "\x1b[0m\x1b[2J" : "";
      const before = shown ?? [];
      const changed = frame.lines.flatMap((line, row) =>
        line === before[row] ? [] : [`\x1b[${row + 1};1H${line}\x1b[0m\x1b[K`],
      );
      const place =
        frame.cursor === null
          ? ""
          : `\x1b[${frame.cursor.line + 1};${frame.cursor.column + 1}H\x1b[?25h`;
      if (clear === "" && changed.length === 0 && place === cursor) return;
      stdout.write(`${BEGIN}${clear}${changed.join("")}${place}${END}`);
      shown = frame.lines;
      cursor = place;
    },
    forget() {
      shown = undefined;
    },
    bell: () => void stdout.write("\x07"),
    close: leave,
  };
}

/** What stands below the event lines: how the session does, and the line or dialog that has the keyboard. Pure. */
import type { Team } from "../team.ts";
import { DEFAULT_DIGIT, type Dialog, dialogOf } from "./dialog.ts";
import { type Editor, textOf } from "./editor.ts";
import { isArmed, type Keyboard } from "./keyboard.ts";
import { showHidden } from "./printable.ts";
import { statusLine } from "./status-line.ts";
import { type Line, span, widthOfLine, wrap } from "./styled.ts";
import { breakExactly, cutTo, widthOf } from "./text-width.ts";
import type { WaitingItem } from "./waiting.ts";

export interface Footer {
  readonly lines: readonly Line[];
  /** Where the cursor stands: the line, counted from the first, and the column. */
  readonly cursor: { readonly line: number; readonly column: number };
  /** The dialog's body where it does not fit: it has to be printed above once. */
  readonly above: { readonly of: string; readonly lines: readonly Line[] } | null;
}

export interface FooterParts {
  readonly team: Team;
  readonly keyboard: Keyboard;
  readonly items: readonly WaitingItem[];
  readonly now: number;
  /** Of the screen; the last column stays free, so that no line wraps by itself. */
  readonly columns: number;
  readonly rows: number;
}

/** Rows that stay for the event lines. */
const KEPT_ROWS = 2;
const CHAT_ROWS = 4;
const PLACEHOLDER = "words for the coordinator, @worker text, :help";

export function layFooter(parts: FooterParts): Footer {
  const { team, keyboard, items, columns } = parts;
  const width = Math.max(columns - 1, 10);
  const status = statusLine(team, items.length, width);
  const { focus } = keyboard;
  const item = focus.on === "item" ? items.find(({ id }) => id === focus.id) : undefined;
  if (focus.on === "chat" || item === undefined) {
    const entry = layEntry(keyboard.chat, { prompt: "> ", hint: PLACEHOLDER, width });
    return { ...stack([status], entry), above: null };
  }
  const dialog = dialogOf(item, team, parts.now);
  const at = items.indexOf(item) + 1;
  const place = `── ${item.kind} ${at} of ${items.length} ──`;
  const rule = [span(`${place}${"─".repeat(Math.max(width - widthOf(place), 0))}`.slice(0, width))];
  const body = dialog.body.flatMap((one) => wrap(one, width));
  const answer = layAnswer(dialog, { ...parts, width });
  const whole = stack([status, rule, ...body], answer);
  if (whole.lines.length <= parts.rows - KEPT_ROWS) return { ...whole, above: null };
  const ask: Line = [span(cutTo(`${dialog.ask} (all of it stands above)`, width), "bold")];
  const above = { of: `${item.id} ${item.version}`, lines: [rule, ...body] };
  return { ...stack([status, ask], answer), above };
}

interface Block {
  readonly lines: readonly Line[];
  readonly cursor: Footer["cursor"];
}

function stack(lines: readonly Line[], { lines: more, cursor }: Block): Block {
  return {
    lines: [...lines, ...more],
    cursor: { line: lines.length + cursor.line, column: cursor.column },
  };
}

function layAnswer(
  { choices }: Dialog,
  { keyboard, now, width }: Pick<FooterParts, "keyboard" | "now"> & { width: number },
): Block {
  const { focus } = keyboard;
  const look = isArmed(focus, now) ? "bold" : "dim";
  if (focus.on === "item" && focus.line !== null) {
    const isNote = choices.length > 0;
    const entry = layEntry(focus.line, {
      prompt: isNote ? "note: " : "answer: ",
      hint: isNote ? "what to do instead" : "words, or a number of the list",
      width,
    });
    const keys = `Enter sends · Esc ${isNote ? "cancels" : "chat"}`;
    return stack([[span(cutTo(keys, width), "dim")]], entry);
  }
  const texts = choices.map(
    ({ digit, text }) => `${digit} ${text}${digit === DEFAULT_DIGIT ? " (default)" : ""}`,
  );
  const keys = [...texts, "Tab next", "Esc chat"];
  const lines: string[] = [];
  for (const key of keys) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + widthOf(key) + 3 <= width) {
      lines[lines.length - 1] = `${last}   ${key}`;
    } else lines.push(cutTo(key, width));
  }
  const rows = lines.map((text): Line => [span(text, look)]);
  const last = rows.at(-1) ?? [];
  return { lines: rows, cursor: { line: rows.length - 1, column: widthOfLine(last) } };
}

function layEntry(
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
  const first = Math.max(0, Math.min(at - CHAT_ROWS + 1, pieces.length - CHAT_ROWS));
  const lines = pieces
    .slice(first, first + CHAT_ROWS)
    .map(
      (piece, row): Line => [span(row === 0 ? prompt : " ".repeat(indent), "bold"), span(piece)],
    );
  return { lines, cursor: { line: at - first, column: indent + widthOf(before.at(-1) ?? "") } };
}

/** A line end inside of a line that is being written is a sign of one column. */
function shown(text: string): string {
  return showHidden(text).replaceAll("\n", "⏎");
}

/** The whole screen as lines: what is known goes in, rows of text come out. Pure; it draws nothing and asks for nothing. */
import type { Team } from "../../team.ts";
import { dialogOf } from "../dialogs/dialog.ts";
import type { ReadGate } from "../dialogs/gate.ts";
import type { WaitingItem } from "../dialogs/waiting.ts";
import type { Keyboard, Shown } from "../input/focus.ts";
import { type Line, type Paragraph, paragraph } from "../terminal/styled.ts";
import { type BoardParts, listsOf } from "./board.ts";
import type { Block } from "./entry.ts";
import { layFooter } from "./footer.ts";
import { headerLines } from "./header.ts";
import { pageParagraphs, pageTitle, type Told } from "./pages.ts";
import { planEditParagraphs } from "./plan-edit.ts";
import { layScrolled, wrapAll } from "./scroll.ts";
import { laySections } from "./sections.ts";

export interface ScreenParts {
  readonly team: Team;
  readonly keyboard: Keyboard;
  readonly items: readonly WaitingItem[];
  /** The story, oldest first. */
  readonly told: readonly Told[];
  /** What was read for the page that is open. */
  readonly read: readonly Paragraph[] | null;
  readonly readGate: ReadGate;
  /** What the person's last key led to, for a while. */
  readonly notice: string | null;
  readonly opening: { readonly session: string; readonly task: string };
  /** The clock of keys, in milliseconds. */
  readonly now: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The last column stays free, so that no line wraps by itself. */
  readonly columns: number;
  readonly rows: number;
}

export interface Screen extends Block {
  readonly shown: Shown;
}

const NOTHING_SHOWN: Shown = { maxScroll: 0, height: 1, seenEnd: true };
/** Lower screens have one line of header. */
const LOW = 14;

export function layScreen(parts: ScreenParts): Screen {
  const { team, items, keyboard, opening, at, now, rows } = parts;
  const width = Math.max(parts.columns - 1, 10);
  const board: BoardParts = { team, items, sieve: keyboard.sieve };
  const header = headerLines({ team, waiting: items.length, at, opening, width });
  const top = rows < LOW ? header.slice(1) : header;
  const footer = layFooter({ team, keyboard, items, lists: listsOf(board), now, width });
  const notice = parts.notice === null ? [] : wrapNotice(parts.notice, width);
  const bottom = [...notice, ...footer.lines].slice(-Math.max(rows - top.length, 1));
  const height = Math.max(rows - top.length - bottom.length, 0);
  const { lines, shown } = layBody(parts, { width, height, board });
  const all = [...top, ...fill(lines, height), ...bottom].slice(0, rows);
  const { cursor } = footer;
  return {
    lines: all,
    cursor:
      cursor === null
        ? null
        : { ...cursor, line: Math.max(all.length - footer.lines.length, 0) + cursor.line },
    shown,
  };
}

interface Body {
  readonly width: number;
  readonly height: number;
  readonly board: BoardParts;
}

function layBody(
  parts: ScreenParts,
  body: Body,
): { readonly lines: readonly Line[]; readonly shown: Shown } {
  const { keyboard, team, told, read, readGate } = parts;
  const { focus } = keyboard;
  const { width, height } = body;
  if (focus.on === "page") {
    const lines = wrapAll(pageParagraphs(focus.page, { team, told, read, readGate }), width);
    return layScrolled(lines, {
      title: pageTitle(focus.page),
      scroll: focus.scroll,
      width,
      height,
    });
  }
  const open = openDialog(parts);
  if (open === undefined) {
    return { lines: laySections(parts, body), shown: NOTHING_SHOWN };
  }
  const lines = wrapAll(open.body, width);
  const own = Math.min(lines.length + 1, height);
  const rest = laySections(parts, { ...body, height: height - own });
  const scroll = focus.on === "item" ? focus.scroll : open.scroll;
  const box = layScrolled(lines, { title: open.title, scroll, width, height: own });
  return { lines: [...fill(rest, height - own), ...box.lines], shown: box.shown };
}

interface OpenDialog {
  readonly title: string;
  readonly body: readonly Paragraph[];
  readonly scroll: number;
}

function openDialog({ keyboard, items, team, now, readGate }: ScreenParts): OpenDialog | undefined {
  const { focus } = keyboard;
  if (focus.on === "plan")
    return { ...planEditParagraphs(focus, items), title: "the plan, to change" };
  if (focus.on !== "item") return undefined;
  const item = items.find(({ id }) => id === focus.id);
  if (item === undefined) return undefined;
  const title = `${item.kind} ${items.indexOf(item) + 1} of ${items.length}`;
  return { title, body: dialogOf(item, { team, now, readGate }).body, scroll: focus.scroll };
}

function wrapNotice(text: string, width: number): Line[] {
  return wrapAll(
    text.split("\n").map((line) => paragraph(line, { look: "warn", hang: 2 })),
    width,
  ).slice(0, 4);
}

function fill(lines: readonly Line[], height: number): readonly Line[] {
  return [...lines, ...Array.from({ length: Math.max(height - lines.length, 0) }, () => [])].slice(
    0,
    height,
  );
}

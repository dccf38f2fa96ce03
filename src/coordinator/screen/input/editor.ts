/** One line that a person writes: its text, where the cursor stands, and the lines sent before it. */

import { characters } from "../terminal/text-width.ts";
import type { Key } from "./keys.ts";

export interface Editor {
  readonly before: string;
  readonly after: string;
  /** Lines sent, oldest first. */
  readonly history: readonly string[];
  /** Which line of the history is shown; its length for the new one. */
  readonly at: number;
  /** The new line while one of the history is shown. */
  readonly draft: string;
}

const LONGEST_HISTORY = 200;

export const EMPTY_EDITOR: Editor = { before: "", after: "", history: [], at: 0, draft: "" };

export function textOf({ before, after }: Editor): string {
  return before + after;
}

/** The line as it is sent: kept in the history, and gone. */
export function sent(editor: Editor): Editor {
  const text = textOf(editor);
  const isNew = text.trim() !== "" && editor.history.at(-1) !== text;
  const history = isNew ? [...editor.history, text].slice(-LONGEST_HISTORY) : editor.history;
  return { ...EMPTY_EDITOR, history, at: history.length };
}

/** What a key makes of the line; keys that mean something else change nothing. */
export function edit(editor: Editor, key: Key): Editor {
  if (key.kind !== "key") {
    return { ...editor, before: editor.before + clean(key.text) };
  }
  const { before, after } = editor;
  switch (key.name) {
    case "left":
      return { ...editor, before: butLast(before), after: last(before) + after };
    case "right":
      return { ...editor, before: before + first(after), after: after.slice(first(after).length) };
    case "home":
      return { ...editor, before: "", after: before + after };
    case "end":
      return { ...editor, before: before + after, after: "" };
    case "backspace":
      return { ...editor, before: butLast(before) };
    case "delete":
    case "end-of-input":
      return { ...editor, after: after.slice(first(after).length) };
    case "cut-before":
      return { ...editor, before: "" };
    case "cut-after":
      return { ...editor, after: "" };
    case "cut-word":
      return { ...editor, before: before.replace(/\S*\s*$/, "") };
    case "up":
      return recall(editor, editor.at - 1);
    case "down":
      return recall(editor, editor.at + 1);
    case "enter":
    case "tab":
    case "back-tab":
    case "escape":
    case "interrupt":
    case "redraw":
    case "page-up":
    case "page-down":
    case "shift-up":
    case "shift-down":
    case "unknown":
      return editor;
  }
}

function recall(editor: Editor, at: number): Editor {
  const { history } = editor;
  if (at < 0 || at > history.length) return editor;
  const draft = editor.at === history.length ? textOf(editor) : editor.draft;
  return { ...editor, at, draft, before: history[at] ?? draft, after: "" };
}

/** Line ends stay: they are shown, and sent as they are. Other controls go. */
function clean(text: string): string {
  return text
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll("\t", "  ")
    .replaceAll(/(?!\n)\p{Cc}/gu, "");
}

function last(text: string): string {
  return characters(text).at(-1) ?? "";
}

function butLast(text: string): string {
  return text.slice(0, text.length - last(text).length);
}

function first(text: string): string {
  return characters(text)[0] ?? "";
}

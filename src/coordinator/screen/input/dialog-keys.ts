/** Keys in a dialog: digits answer, and only once it is armed; a yes also only once its end was on the screen. */
import { changedLines } from "../../../tools/changed-lines.ts";
import { editableText } from "../../person-actions.ts";
import { choicesOf } from "../dialogs/dialog.ts";
import type { WaitingItem } from "../dialogs/waiting.ts";
import { EMPTY_EDITOR, edit, textOf } from "./editor.ts";
import {
  type Act,
  type Around,
  explain,
  type Focus,
  type Keyboard,
  type Pressed,
  scrolled,
  toChat,
  toItem,
  toList,
  toPage,
  toPlan,
  withFocus,
} from "./focus.ts";
import type { Key } from "./keys.ts";

type ItemFocus = Extract<Focus, { on: "item" }>;
type Parts = Around & { readonly key: Key; readonly item: WaitingItem };

export function pressInDialog(keyboard: Keyboard, focus: ItemFocus, parts: Parts): Pressed {
  const { key, item, now } = parts;
  const isEscape = key.kind === "key" && key.name === "escape";
  const isNote = focus.line !== null && item.kind !== "question";
  if (isEscape && isNote) return { keyboard: toItem(keyboard, item, now) };
  if (isEscape) return { keyboard: toChat(keyboard) };
  const moved = scroll(focus, parts);
  if (moved !== undefined) return { keyboard: withFocus(keyboard, moved) };
  if (now < focus.armedAt) return { keyboard };
  if (focus.line === null) return choose(keyboard, focus, parts);
  const text = textOf(focus.line);
  if (key.kind !== "key" || key.name !== "enter") {
    return { keyboard: withFocus(keyboard, { ...focus, line: edit(focus.line, key) }) };
  }
  if (text.trim() === "") return { keyboard };
  return { keyboard: toChat(keyboard), act: written(item, focus.writes, text) };
}

/** A typed line keeps the arrows for itself. */
function scroll(focus: ItemFocus, { key, shown }: Parts): ItemFocus | undefined {
  if (key.kind !== "key") return undefined;
  const isTyping = focus.line !== null;
  switch (key.name) {
    case "page-up":
    case "page-down":
      return { ...focus, scroll: scrolled(focus.scroll, key.name, shown) };
    case "up":
    case "down":
      if (isTyping) return undefined;
      return { ...focus, scroll: scrolled(focus.scroll, key.name, shown) };
    case "home":
    case "end":
      if (isTyping) return undefined;
      return {
        ...focus,
        scroll: scrolled(focus.scroll, key.name === "home" ? "first" : "last", shown),
      };
    case "enter":
    case "tab":
    case "back-tab":
    case "escape":
    case "backspace":
    case "delete":
    case "left":
    case "right":
    case "shift-up":
    case "shift-down":
    case "interrupt":
    case "end-of-input":
    case "cut-before":
    case "cut-after":
    case "cut-word":
    case "redraw":
    case "unknown":
      return undefined;
  }
}

function choose(keyboard: Keyboard, focus: ItemFocus, { key, item, shown }: Parts): Pressed {
  if (key.kind !== "text") return { keyboard };
  if (key.text === "v" && hasChange(item)) {
    const page = { kind: "gate", gate: item.id } as const;
    return { keyboard: toPage(keyboard, page, { on: "item", id: item.id }) };
  }
  const choice = choicesOf(item).find(({ digit }) => digit === key.text);
  switch (choice?.says) {
    case undefined:
      return { keyboard };
    case "note":
      return { keyboard: withFocus(keyboard, { ...focus, line: EMPTY_EDITOR, writes: "note" }) };
    case "edit": {
      if (item.kind !== "gate") return { keyboard: toPlan(keyboard) };
      const line = { ...EMPTY_EDITOR, before: editableText(item.gate) ?? "" };
      return { keyboard: withFocus(keyboard, { ...focus, line, writes: "edit" }) };
    }
    case "no":
      return { keyboard: toChat(keyboard), act: pressed(item, "no") };
    case "yes":
    case "session":
      if (!shown.seenEnd) {
        return explain(keyboard, "There is more below. Look at its end first: End, or ↓");
      }
      return { keyboard: toChat(keyboard), act: pressed(item, choice.says) };
  }
}

/** Whether `v` has something to show. */
export function hasChange(item: WaitingItem): boolean {
  return item.kind === "gate" && changedLines(item.gate.tool, item.gate.input) !== null;
}

function pressed(item: WaitingItem, says: "yes" | "session" | "no"): Act {
  if (item.kind !== "gate") return { do: "plan", approve: says === "yes", note: "" };
  const answer = says === "yes" ? "once" : says === "no" ? "deny" : "session";
  return { do: "gate", gate: item.id, hash: item.gate.hash, answer, note: "" };
}

function written(item: WaitingItem, writes: ItemFocus["writes"], text: string): Act {
  switch (item.kind) {
    case "gate": {
      const {
        id: gate,
        gate: { hash },
      } = item;
      return writes === "edit"
        ? { do: "gate", gate, hash, answer: "edit", note: "", text }
        : { do: "gate", gate, hash, answer: "deny", note: text };
    }
    case "plan":
      return { do: "plan", approve: false, note: text };
    case "question":
      return { do: "question", question: item.id, text: numbered(item.question.text, text) };
  }
}

/** The label behind a number, where the question numbers its options. */
function numbered(question: string, said: string): string {
  const number = /^\s*(\d+)\s*$/.exec(said)?.[1];
  if (number === undefined) return said;
  const option = question
    .split("\n")
    .map((line) => /^\s*(\d+)\. (.+)$/.exec(line))
    .find((found) => found?.[1] === number);
  return option?.[2] ?? said;
}

/** Whether something is to be stopped: 1 is yes, once it is armed. */
export function pressInStop(
  keyboard: Keyboard,
  focus: Extract<Focus, { on: "stop" }>,
  { key, now }: Around & { readonly key: Key },
): Pressed {
  const back = toList(keyboard, focus.list);
  if (key.kind === "key" && key.name === "escape") return { keyboard: back };
  if (key.kind !== "text" || now < focus.armedAt) return { keyboard };
  if (key.text === "2") return { keyboard: back };
  if (key.text !== "1") return { keyboard };
  return { keyboard: back, act: { do: "stop", worker: focus.worker } };
}

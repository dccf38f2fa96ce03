/**
 * Who has the keyboard, and what a key means there. The chat has it until the person asks for what waits; an answer
 * counts only some time after its dialog came up, so that nothing typed for something else can be one.
 */
import { type ChatAction, readChat } from "./chat-commands.ts";
import { choicesOf } from "./dialog.ts";
import { type Editor, EMPTY_EDITOR, edit, sent, textOf } from "./editor.ts";
import type { Key } from "./keys.ts";
import type { WaitingItem } from "./waiting.ts";

/** How long a dialog that came up is deaf. */
export const ARMING_MS = 400;

type Focus =
  /** `deafUntil`: keys that were meant for a dialog which is gone. */
  | { readonly on: "chat"; readonly deafUntil: number }
  | {
      readonly on: "item";
      readonly id: string;
      readonly version: string;
      readonly armedAt: number;
      /** The note or answer being written; null while a choice is to be pressed. */
      readonly line: Editor | null;
    };

export interface Keyboard {
  readonly chat: Editor;
  /** When the line in the chat was begun. */
  readonly chatSince: number;
  readonly focus: Focus;
}

/** What the person wants done. */
export type Act =
  | Exclude<ChatAction, { readonly do: "gates" | "nothing" }>
  | {
      readonly do: "gate";
      readonly gate: string;
      readonly hash: string;
      readonly approve: boolean;
      readonly note: string;
    }
  | { readonly do: "question"; readonly question: string; readonly text: string }
  | { readonly do: "interrupt" | "redraw" };

export interface Pressed {
  readonly keyboard: Keyboard;
  readonly act?: Act;
}

export interface Around {
  readonly items: readonly WaitingItem[];
  readonly now: number;
}

export const NEW_KEYBOARD: Keyboard = {
  chat: EMPTY_EDITOR,
  chatSince: 0,
  focus: { on: "chat", deafUntil: 0 },
};

export function press(keyboard: Keyboard, key: Key, around: Around): Pressed {
  if (key.kind === "key") {
    if (key.name === "interrupt") return { keyboard, act: { do: "interrupt" } };
    if (key.name === "redraw") return { keyboard, act: { do: "redraw" } };
    if (key.name === "tab") return { keyboard: focusNext(keyboard, around) };
  }
  const { focus } = keyboard;
  if (focus.on === "chat") return pressInChat(keyboard, focus, { key, ...around });
  const item = around.items.find(({ id }) => id === focus.id);
  if (item === undefined) return { keyboard: toChat(keyboard, 0) };
  return pressInDialog(keyboard, focus, { key, item, now: around.now });
}

/** The keyboard after what waits has changed; `gone` is the item whose dialog was open. */
export function notice(
  keyboard: Keyboard,
  { items, now }: Around,
): { readonly keyboard: Keyboard; readonly gone?: string } {
  const { focus } = keyboard;
  if (focus.on === "chat") return { keyboard };
  const item = items.find(({ id }) => id === focus.id);
  if (item === undefined) return { keyboard: toChat(keyboard, now + ARMING_MS), gone: focus.id };
  if (item.version === focus.version) return { keyboard };
  return { keyboard: { ...keyboard, focus: focusOn(item, now) } };
}

export function isArmed(focus: Focus, now: number): boolean {
  return focus.on === "item" && now >= focus.armedAt;
}

function focusOn(item: WaitingItem, now: number): Focus {
  const line = item.kind === "question" ? EMPTY_EDITOR : null;
  return { on: "item", id: item.id, version: item.version, armedAt: now + ARMING_MS, line };
}

/** Whether a key alone is an answer. */
export function isChoosing({ focus }: Keyboard): boolean {
  return focus.on === "item" && focus.line === null;
}

/** The oldest item, the one after the one that is open, or the chat after the last. */
function focusNext(keyboard: Keyboard, { items, now }: Around): Keyboard {
  const { focus } = keyboard;
  const at = focus.on === "chat" ? -1 : items.findIndex(({ id }) => id === focus.id);
  const next = items[at + 1];
  if (next === undefined) return toChat(keyboard, 0);
  return { ...keyboard, focus: focusOn(next, now) };
}

function toChat(keyboard: Keyboard, deafUntil: number): Keyboard {
  return { ...keyboard, focus: { on: "chat", deafUntil } };
}

function pressInChat(
  keyboard: Keyboard,
  focus: Extract<Focus, { on: "chat" }>,
  { key, items, now }: Around & { key: Key },
): Pressed {
  if (now < focus.deafUntil) return { keyboard };
  const { chat } = keyboard;
  const text = textOf(chat);
  if (key.kind !== "key" || key.name !== "enter") {
    const chatSince = text === "" ? now : keyboard.chatSince;
    return { keyboard: { ...keyboard, chat: edit(chat, key), chatSince } };
  }
  const plan = items.find(({ kind }) => kind === "plan");
  const action = readChat(text, { isPlanOpen: plan !== undefined });
  if (action.do === "plan" && plan !== undefined && plan.since > keyboard.chatSince) {
    const explain = "The plan came while you were typing. Look at it, then press Enter again.";
    const again = { ...keyboard, chatSince: now };
    return { keyboard: again, act: { do: "explain", text: explain } };
  }
  const after = { ...keyboard, chat: sent(chat) };
  switch (action.do) {
    case "nothing":
      return { keyboard: after };
    case "gates":
      return items.length === 0
        ? { keyboard: after, act: { do: "explain", text: "Nothing waits for you." } }
        : { keyboard: focusNext(after, { items, now }) };
    case "tell":
    case "pause":
    case "continue":
    case "stop":
    case "plan":
    case "status":
    case "help":
    case "detach":
    case "explain":
      return { keyboard: after, act: action };
  }
}

function pressInDialog(
  keyboard: Keyboard,
  focus: Extract<Focus, { on: "item" }>,
  { key, item, now }: { key: Key; item: WaitingItem; now: number },
): Pressed {
  const isEscape = key.kind === "key" && key.name === "escape";
  const isNote = focus.line !== null && item.kind !== "question";
  if (isEscape && isNote) return { keyboard: { ...keyboard, focus: focusOn(item, now) } };
  if (isEscape || (key.kind === "key" && key.name === "back-tab")) {
    return { keyboard: toChat(keyboard, 0) };
  }
  if (!isArmed(focus, now)) return { keyboard };
  if (focus.line === null) return choose(keyboard, focus, { key, item });
  const text = textOf(focus.line);
  if (key.kind !== "key" || key.name !== "enter") {
    return { keyboard: { ...keyboard, focus: { ...focus, line: edit(focus.line, key) } } };
  }
  if (text.trim() === "") return { keyboard };
  return { keyboard: toChat(keyboard, 0), act: answer(item, { approve: false, text }) };
}

function choose(
  keyboard: Keyboard,
  focus: Extract<Focus, { on: "item" }>,
  { key, item }: { key: Key; item: WaitingItem },
): Pressed {
  if (key.kind !== "text") return { keyboard };
  const choice = choicesOf(item).find(({ digit }) => digit === key.text);
  if (choice === undefined) return { keyboard };
  if (choice.withNote)
    return { keyboard: { ...keyboard, focus: { ...focus, line: EMPTY_EDITOR } } };
  return {
    keyboard: toChat(keyboard, 0),
    act: answer(item, { approve: choice.approve, text: "" }),
  };
}

function answer(item: WaitingItem, said: { approve: boolean; text: string }): Act {
  const { approve, text: note } = said;
  switch (item.kind) {
    case "gate":
      return { do: "gate", gate: item.id, hash: item.gate.hash, approve, note };
    case "plan":
      return { do: "plan", approve, note };
    case "question":
      return { do: "question", question: item.id, text: numbered(item.question.text, note) };
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

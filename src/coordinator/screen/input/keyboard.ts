/**
 * What a key means where the keyboard is. The chat has it until the person goes elsewhere; an answer counts only some
 * time after its dialog came up, so that nothing typed for something else can be one.
 */
import type { WaitingItem } from "../dialogs/waiting.ts";
import { pressInChat, runCommand } from "./chat.ts";
import { pressInDialog, pressInStop } from "./dialog-keys.ts";
import { edit, textOf } from "./editor.ts";
import {
  ARMING_MS,
  type Around,
  type Focus,
  goBack,
  type Keyboard,
  type Pressed,
  scrolled,
  toChat,
  toItem,
  toList,
  withFocus,
} from "./focus.ts";
import { find, PAGE_KEYS } from "./keymap.ts";
import type { Key } from "./keys.ts";
import { pressInList } from "./list-keys.ts";
import { pressInPlan } from "./plan-keys.ts";

export function press(keyboard: Keyboard, key: Key, around: Around): Pressed {
  if (key.kind === "key") {
    if (key.name === "interrupt") return { keyboard, act: { do: "interrupt" } };
    if (key.name === "redraw") return { keyboard, act: { do: "redraw" } };
    if (key.name === "tab") return { keyboard: cycle(keyboard, around, 1) };
    if (key.name === "back-tab") return { keyboard: cycle(keyboard, around, -1) };
  }
  const { focus } = keyboard;
  switch (focus.on) {
    case "chat":
      return pressInChat(keyboard, focus, { key, ...around });
    case "item": {
      const item = around.items.find(({ id }) => id === focus.id);
      if (item === undefined) return { keyboard: toChat(keyboard) };
      return pressInDialog(keyboard, focus, { key, item, ...around });
    }
    case "list":
      return pressInList(keyboard, focus, { key, ...around });
    case "page":
      return pressOnPage(keyboard, focus, { key, ...around });
    case "line":
      return pressInLine(keyboard, focus, { key, ...around });
    case "stop":
      return pressInStop(keyboard, focus, { key, ...around });
    case "plan":
      return pressInPlan(keyboard, focus, { key, ...around });
  }
}

/** The keyboard after what waits has changed; `gone` is the item whose dialog was open. */
export function notice(
  keyboard: Keyboard,
  { items, now }: { readonly items: readonly WaitingItem[]; readonly now: number },
): { readonly keyboard: Keyboard; readonly gone?: string } {
  const { focus } = keyboard;
  const open = openItem(focus);
  if (open === undefined) return { keyboard };
  const item = items.find(({ id }) => id === open);
  if (item === undefined) return { keyboard: toChat(keyboard, now + ARMING_MS), gone: open };
  if (focus.on !== "item" || item.version === focus.version) return { keyboard };
  return { keyboard: toItem(keyboard, item, now) };
}

/** The item whose dialog the person is in. */
function openItem(focus: Focus): string | undefined {
  if (focus.on === "item") return focus.id;
  if (focus.on === "plan") return "plan";
  return focus.on === "page" && focus.back.on === "item" ? focus.back.id : undefined;
}

export function isArmed(focus: Focus, now: number): boolean {
  return (focus.on === "item" || focus.on === "stop") && now >= focus.armedAt;
}

/**
 * What text is at this moment: a line that is written, keys that each do something, or an answer, which only a single
 * sign that was pressed can be.
 */
export function hears({ focus }: Keyboard): "line" | "keys" | "answer" {
  switch (focus.on) {
    case "item":
      return focus.line === null ? "answer" : "line";
    case "stop":
      return "answer";
    case "plan":
      return focus.field === null ? "keys" : "line";
    case "list":
    case "page":
      return "keys";
    case "chat":
    case "line":
      return "line";
  }
}

/** Through the chat, what waits with the oldest first, and the lists that hold something. */
function cycle(keyboard: Keyboard, { items, lists, now }: Around, step: 1 | -1): Keyboard {
  const { focus } = keyboard;
  const stops: readonly { readonly key: string; go(): Keyboard }[] = [
    { key: "chat", go: () => toChat(keyboard) },
    ...items.map((item) => ({ key: `item ${item.id}`, go: () => toItem(keyboard, item, now) })),
    ...(["tasks", "workers"] as const).flatMap((list) =>
      lists[list].length === 0 ? [] : [{ key: list, go: () => toList(keyboard, list) }],
    ),
  ];
  const at = stops.findIndex(({ key }) => key === stopOf(focus));
  if (stops.length === 1) return focus.on === "chat" ? keyboard : toChat(keyboard);
  // Where the keyboard is may be gone: then it goes on from the chat.
  return stops.at((Math.max(at, 0) + step) % stops.length)?.go() ?? toChat(keyboard);
}

function stopOf(focus: Focus): string {
  switch (focus.on) {
    case "chat":
      return "chat";
    case "item":
      return `item ${focus.id}`;
    case "plan":
      return "item plan";
    case "list":
    case "line":
    case "stop":
      return focus.list;
    case "page":
      if (focus.back.on === "item") return `item ${focus.back.id}`;
      return focus.back.on === "list" ? focus.back.list : "chat";
  }
}

function pressOnPage(
  keyboard: Keyboard,
  focus: Extract<Focus, { on: "page" }>,
  { key, ...around }: Around & { readonly key: Key },
): Pressed {
  const action = find(PAGE_KEYS, key);
  if (action === undefined) return { keyboard };
  if (action === "back") return { keyboard: goBack(keyboard, focus.back, around) };
  const scroll = scrolled(focus.scroll, action, around.shown);
  return { keyboard: withFocus(keyboard, { ...focus, scroll }) };
}

function pressInLine(
  keyboard: Keyboard,
  focus: Extract<Focus, { on: "line" }>,
  { key, ...around }: Around & { readonly key: Key },
): Pressed {
  const back = toList(keyboard, focus.list);
  const isFilter = focus.writes === "filter";
  if (key.kind === "key" && key.name === "escape") {
    return { keyboard: isFilter ? filtered(back, "") : back };
  }
  const text = textOf(focus.line);
  if (key.kind === "key" && key.name === "enter") {
    if (isFilter) return { keyboard: filtered(back, text.trim()) };
    return text.trim() === "" ? { keyboard: back } : runCommand(back, `:${text}`, around);
  }
  // Backspace in an empty line is the way back, as in other programs with such a line.
  if (key.kind === "key" && key.name === "backspace" && text === "") {
    return { keyboard: isFilter ? filtered(back, "") : back };
  }
  const line = edit(focus.line, key);
  const next = withFocus(keyboard, { ...focus, line });
  return { keyboard: isFilter ? filtered(next, textOf(line).trim()) : next };
}

function filtered(keyboard: Keyboard, filter: string): Keyboard {
  return { ...keyboard, sieve: { ...keyboard.sieve, filter } };
}

/** Keys in the chat line, and what a line or a command of it leads to. */
import { readChat } from "./chat-commands.ts";
import { edit, sent, textOf } from "./editor.ts";
import {
  type Around,
  backOf,
  explain,
  type Focus,
  type Keyboard,
  type Pressed,
  toItem,
  toList,
  toPage,
  toPlan,
} from "./focus.ts";
import type { Key } from "./keys.ts";

export function pressInChat(
  keyboard: Keyboard,
  focus: Extract<Focus, { on: "chat" }>,
  { key, ...around }: Around & { readonly key: Key },
): Pressed {
  const { items, now } = around;
  if (now < focus.deafUntil) return { keyboard };
  const { chat } = keyboard;
  const text = textOf(chat);
  if (key.kind === "key" && key.name === "page-up") {
    return { keyboard: toPage(keyboard, { kind: "log", agent: null }, { on: "chat" }) };
  }
  if (key.kind !== "key" || key.name !== "enter") {
    const chatSince = text === "" ? now : keyboard.chatSince;
    return { keyboard: { ...keyboard, chat: edit(chat, key), chatSince } };
  }
  const plan = items.find(({ kind }) => kind === "plan");
  const action = readChat(text, { isPlanOpen: plan !== undefined });
  if (action.do === "plan" && plan !== undefined && plan.since > keyboard.chatSince) {
    const why = "The plan came while you were typing. Look at it, then press Enter again.";
    return explain({ ...keyboard, chatSince: now }, why);
  }
  return runCommand({ ...keyboard, chat: sent(chat) }, text, around);
}

/** What a line of the chat, or a command typed elsewhere, does. */
export function runCommand(keyboard: Keyboard, text: string, around: Around): Pressed {
  const { items, now, lists } = around;
  const plan = items.find(({ kind }) => kind === "plan");
  const action = readChat(text, { isPlanOpen: plan !== undefined });
  switch (action.do) {
    case "nothing":
      return { keyboard };
    case "gates": {
      const item = action.id === null ? items[0] : items.find(({ id }) => id === action.id);
      if (item !== undefined) return { keyboard: toItem(keyboard, item, now) };
      const waiting = items.map(({ id }) => id).join(", ");
      if (waiting === "") return explain(keyboard, "Nothing waits for you.");
      return explain(keyboard, `No ${action.id} waits. Waiting: ${waiting}.`);
    }
    case "page":
      return { keyboard: toPage(keyboard, action.page, backOf(keyboard.focus)) };
    case "lists": {
      const { filter = keyboard.sieve.filter, problems = keyboard.sieve.problems } = action;
      const sieved = { ...keyboard, sieve: { filter, problems } };
      const isEmpty = lists.tasks.length + lists.workers.length === 0;
      return isEmpty
        ? explain(sieved, "There are no tasks yet.")
        : { keyboard: toList(sieved, "tasks") };
    }
    case "edit-plan":
      if (plan === undefined) return explain(keyboard, "No plan waits for you.");
      return { keyboard: toPlan(keyboard) };
    case "tell":
    case "pause":
    case "continue":
    case "stop":
    case "plan":
    case "retry":
    case "move":
    case "drop":
    case "show":
    case "detach":
    case "explain":
      return { keyboard, act: action };
  }
}

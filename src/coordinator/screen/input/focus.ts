/** Who has the keyboard: the chat, something that waits, a list, a page, a line that is being written, a plan that is changed. */
import type { Task } from "../../../task.ts";
import type { Team } from "../../team.ts";
import type { WaitingItem } from "../dialogs/waiting.ts";
import type { Chosen, ListName, Lists, Sieve } from "../view/board.ts";
import type { ChatAction } from "./chat-commands.ts";
import { type Editor, EMPTY_EDITOR } from "./editor.ts";

/** How long a dialog that came up is deaf. */
export const ARMING_MS = 400;

/** Something to read that takes the place of the lists. */
export type Page =
  | { readonly kind: "help" }
  /** The story: of one agent, or with null of all. */
  | { readonly kind: "log"; readonly agent: string | null }
  | { readonly kind: "task"; readonly task: string }
  | { readonly kind: "peek"; readonly worker: string }
  /** Of a task, or with null of the integration branch. */
  | { readonly kind: "diff"; readonly task: string | null }
  /** A gate with the whole of its change. */
  | { readonly kind: "gate"; readonly gate: string };

/** Where Escape leads. */
export type Back =
  | { readonly on: "chat" }
  | { readonly on: "list"; readonly list: ListName }
  | { readonly on: "item"; readonly id: string };

export type PlanField = "subject" | "description" | "files" | "blockedBy";

export type Focus =
  /** `deafUntil`: keys that were meant for a dialog which is gone. */
  | { readonly on: "chat"; readonly deafUntil: number }
  | {
      readonly on: "item";
      readonly id: string;
      readonly version: string;
      readonly armedAt: number;
      /** What is being written; null while a choice is to be pressed. */
      readonly line: Editor | null;
      /** What the line becomes: a note beside a no, or what is to run instead. */
      readonly writes: "answer" | "note" | "edit";
      readonly scroll: number;
    }
  | { readonly on: "list"; readonly list: ListName }
  /** `scroll` is the first line shown; beyond the last one it stays at the end while the page grows. */
  | { readonly on: "page"; readonly page: Page; readonly scroll: number; readonly back: Back }
  | {
      readonly on: "line";
      readonly writes: "filter" | "command";
      readonly line: Editor;
      readonly list: ListName;
    }
  /** Whether a worker's task, or with null the session, is to be stopped. */
  | {
      readonly on: "stop";
      readonly worker: string | null;
      readonly armedAt: number;
      readonly list: ListName;
    }
  | {
      readonly on: "plan";
      readonly chosen: Chosen | null;
      readonly field: { readonly name: PlanField; readonly line: Editor } | null;
      /** The next `x` drops the chosen task. */
      readonly isDropping: boolean;
    };

export interface Keyboard {
  readonly chat: Editor;
  /** When the line in the chat was begun. */
  readonly chatSince: number;
  readonly focus: Focus;
  readonly chosen: Readonly<Record<ListName, Chosen | null>>;
  readonly sieve: Sieve;
}

/** What the person wants done. */
export type Act =
  | Exclude<ChatAction, { readonly do: "gates" | "nothing" | "page" | "lists" | "edit-plan" }>
  | {
      readonly do: "gate";
      readonly gate: string;
      readonly hash: string;
      readonly answer: "once" | "session" | "edit" | "deny";
      readonly note: string;
      /** Of `edit`: what runs instead. */
      readonly text?: string;
    }
  | { readonly do: "question"; readonly question: string; readonly text: string }
  | { readonly do: "edit"; readonly task: string; readonly change: Partial<Omit<Task, "id">> }
  | { readonly do: "interrupt" | "redraw" };

export interface Pressed {
  readonly keyboard: Keyboard;
  readonly act?: Act;
}

/** What the last frame showed of a dialog or a page. */
export interface Shown {
  /** The last place that its first line may have. */
  readonly maxScroll: number;
  /** Lines of it that fit at once. */
  readonly height: number;
  /** Whether its end has been on the screen. */
  readonly seenEnd: boolean;
}

export interface Around {
  readonly team: Team;
  readonly items: readonly WaitingItem[];
  readonly lists: Lists;
  readonly shown: Shown;
  readonly now: number;
}

export const NEW_KEYBOARD: Keyboard = {
  chat: EMPTY_EDITOR,
  chatSince: 0,
  focus: { on: "chat", deafUntil: 0 },
  chosen: { tasks: null, workers: null },
  sieve: { filter: "", problems: false },
};

export function withFocus(keyboard: Keyboard, focus: Focus): Keyboard {
  return { ...keyboard, focus };
}

export function toChat(keyboard: Keyboard, deafUntil = 0): Keyboard {
  return withFocus(keyboard, { on: "chat", deafUntil });
}

export function toList(keyboard: Keyboard, list: ListName): Keyboard {
  return withFocus(keyboard, { on: "list", list });
}

export function toItem(keyboard: Keyboard, item: WaitingItem, now: number): Keyboard {
  const line = item.kind === "question" ? EMPTY_EDITOR : null;
  const { id, version } = item;
  const armedAt = now + ARMING_MS;
  return withFocus(keyboard, {
    on: "item",
    id,
    version,
    armedAt,
    line,
    writes: "answer",
    scroll: 0,
  });
}

export function toPlan(keyboard: Keyboard): Keyboard {
  return withFocus(keyboard, { on: "plan", chosen: null, field: null, isDropping: false });
}

/** Pages that grow are shown from their end. */
export function toPage(keyboard: Keyboard, page: Page, back: Back): Keyboard {
  const isGrowing = page.kind === "log" || page.kind === "peek";
  const scroll = isGrowing ? Number.POSITIVE_INFINITY : 0;
  return withFocus(keyboard, { on: "page", page, scroll, back });
}

export function goBack(keyboard: Keyboard, back: Back, { items, now }: Around): Keyboard {
  switch (back.on) {
    case "chat":
      return toChat(keyboard);
    case "list":
      return toList(keyboard, back.list);
    case "item": {
      const item = items.find(({ id }) => id === back.id);
      return item === undefined ? toChat(keyboard, now + ARMING_MS) : toItem(keyboard, item, now);
    }
  }
}

/** The page that a focus would come back to. */
export function backOf(focus: Focus): Back {
  switch (focus.on) {
    case "list":
      return focus;
    case "item":
      return { on: "item", id: focus.id };
    case "page":
      return focus.back;
    case "line":
    case "stop":
      return { on: "list", list: focus.list };
    case "chat":
    case "plan":
      return { on: "chat" };
  }
}

export function explain(keyboard: Keyboard, text: string): Pressed {
  return { keyboard, act: { do: "explain", text } };
}

/** Where a scrolled text stands after a key: null where the key does not scroll. */
export function scrolled(
  scroll: number,
  key: "up" | "down" | "page-up" | "page-down" | "first" | "last",
  { maxScroll, height }: Shown,
): number {
  const from = Math.min(scroll, maxScroll);
  const screen = Math.max(height - 1, 1);
  const steps = { up: -1, down: 1, "page-up": -screen, "page-down": screen };
  if (key === "first") return 0;
  // Staying at the end also when more comes.
  if (key === "last") return Number.POSITIVE_INFINITY;
  const to = Math.max(0, from + steps[key]);
  return to >= maxScroll && maxScroll > 0 && steps[key] > 0 ? Number.POSITIVE_INFINITY : to;
}

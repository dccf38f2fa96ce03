/** Keys in the lists of tasks and workers, and which of them mean something for a row. */
import { EVERYBODY, isHeld, isSettled } from "../../team.ts";
import { type ListName, type Lists, placeOf, type Row } from "../view/board.ts";
import { EMPTY_EDITOR } from "./editor.ts";
import {
  ARMING_MS,
  type Around,
  explain,
  type Focus,
  type Keyboard,
  type Pressed,
  toChat,
  toItem,
  toList,
  toPage,
  toPlan,
  withFocus,
} from "./focus.ts";
import { find, LIST_KEYS, type ListAction } from "./keymap.ts";
import type { Key } from "./keys.ts";

export function pressInList(
  keyboard: Keyboard,
  { list }: Extract<Focus, { on: "list" }>,
  { key, ...around }: Around & { readonly key: Key },
): Pressed {
  const action = find(LIST_KEYS, key);
  if (action === undefined) return { keyboard };
  const row = chosenRow(keyboard, list, around.lists);
  if (!works(action, row, around)) return explain(keyboard, whyNot(action, row));
  const back = { on: "list", list } as const;
  switch (action) {
    case "up":
    case "down":
    case "first":
    case "last":
      return { keyboard: choose(keyboard, list, { action, lists: around.lists }) };
    case "open":
      return { keyboard: open(keyboard, list, { row, around }) };
    case "chat":
      return { keyboard: toChat(keyboard) };
    case "oldest": {
      const [item] = around.items;
      return { keyboard: item === undefined ? keyboard : toItem(keyboard, item, around.now) };
    }
    case "worker":
      return { keyboard: jump(keyboard, key, around.lists) };
    case "diff":
      return { keyboard: toPage(keyboard, { kind: "diff", task: row?.task?.id ?? null }, back) };
    case "diff-all":
      return { keyboard: toPage(keyboard, { kind: "diff", task: null }, back) };
    case "log": {
      const agent = row?.worker?.name ?? null;
      return { keyboard: toPage(keyboard, { kind: "log", agent }, back) };
    }
    case "go":
    case "zoom":
      return {
        keyboard,
        act: { do: "show", worker: row?.worker?.name ?? "", zoom: action === "zoom" },
      };
    case "pause": {
      const worker = row?.worker?.name ?? null;
      const isOn = worker !== null && isHeld(around.team, worker);
      return { keyboard, act: { do: isOn ? "continue" : "pause", worker } };
    }
    case "pause-all": {
      const isOn = around.team.held.has(EVERYBODY);
      return { keyboard, act: { do: isOn ? "continue" : "pause", worker: null } };
    }
    case "stop":
    case "stop-all": {
      const worker = action === "stop" ? (row?.worker?.name ?? null) : null;
      const armedAt = around.now + ARMING_MS;
      return { keyboard: withFocus(keyboard, { on: "stop", worker, armedAt, list }) };
    }
    case "retry":
      return { keyboard, act: { do: "retry", task: row?.task?.id ?? "" } };
    case "edit":
      return { keyboard: toPlan(keyboard) };
    case "problems": {
      const { filter, problems } = keyboard.sieve;
      return { keyboard: { ...keyboard, sieve: { filter, problems: !problems } } };
    }
    case "filter":
    case "command": {
      const line = { ...EMPTY_EDITOR, before: action === "filter" ? keyboard.sieve.filter : "" };
      return { keyboard: withFocus(keyboard, { on: "line", writes: action, line, list }) };
    }
    case "help":
      return { keyboard: toPage(keyboard, { kind: "help" }, back) };
    case "detach":
      return { keyboard, act: { do: "detach" } };
  }
}

export function chosenRow(keyboard: Keyboard, list: ListName, lists: Lists): Row | null {
  const rows = lists[list];
  return rows[placeOf(rows, keyboard.chosen[list])] ?? null;
}

/** Whether a key does something for the row at this moment. */
export function works(
  action: ListAction,
  row: Row | null,
  { team, items }: Pick<Around, "team" | "items">,
): boolean {
  switch (action) {
    case "open":
      return row !== null;
    case "oldest":
      return items.length > 0;
    case "diff":
      return row?.task != null && row.task.base !== null;
    case "go":
    case "zoom":
      return row?.worker?.pane != null;
    case "pause":
      return row?.worker != null && row.worker.pid !== null;
    case "stop": {
      const task = team.tasks.get(row?.worker?.task ?? "");
      return task !== undefined && !isSettled(task);
    }
    case "retry":
      return row?.task?.phase === "failed" || row?.task?.phase === "blocked";
    case "edit":
      return items.some(({ kind }) => kind === "plan");
    case "up":
    case "down":
    case "first":
    case "last":
    case "chat":
    case "worker":
    case "diff-all":
    case "log":
    case "pause-all":
    case "stop-all":
    case "problems":
    case "filter":
    case "command":
    case "help":
    case "detach":
      return true;
  }
}

/** Why a key does nothing for the row: the keys that `works` has said no to. */
function whyNot(action: ListAction, row: Row | null): string {
  if (action === "oldest") return "Nothing waits for you.";
  if (action === "edit") return "No plan waits for you.";
  if (action === "retry") return "Only a failed or blocked task can be tried again.";
  if (action === "pause" || action === "stop") return "No worker is at work in this row.";
  if (action === "go" || action === "zoom") {
    return row?.worker == null ? "This row has no worker." : `${row.worker.name} has no pane.`;
  }
  if (action === "diff") {
    return row?.task == null
      ? "This row has no task; D shows the integration branch."
      : `${row.task.id} has not begun: there is nothing to compare.`;
  }
  return "There is nothing here.";
}

function choose(
  keyboard: Keyboard,
  list: ListName,
  { action, lists }: { action: "up" | "down" | "first" | "last"; lists: Lists },
): Keyboard {
  const rows = lists[list];
  const from = placeOf(rows, keyboard.chosen[list]);
  const last = rows.length - 1;
  const to = { up: from - 1, down: from + 1, first: 0, last }[action];
  // Past the end of one list lies the other.
  if (action === "down" && to > last && list === "tasks" && lists.workers.length > 0) {
    return toList(keyboard, "workers");
  }
  if (action === "up" && to < 0 && list === "workers" && lists.tasks.length > 0) {
    return toList(keyboard, "tasks");
  }
  return choosing(keyboard, list, { rows, at: Math.max(0, Math.min(to, last)) });
}

function choosing(
  keyboard: Keyboard,
  list: ListName,
  { rows, at }: { rows: readonly Row[]; at: number },
): Keyboard {
  const row = rows[at];
  if (row === undefined) return keyboard;
  return { ...keyboard, chosen: { ...keyboard.chosen, [list]: { id: row.id, at } } };
}

function jump(keyboard: Keyboard, key: Key, lists: Lists): Keyboard {
  const badge = key.kind === "text" ? Number(key.text) : 0;
  const at = lists.workers.findIndex(({ worker }) => worker?.badge === badge);
  if (at < 0) return keyboard;
  return toList(choosing(keyboard, "workers", { rows: lists.workers, at }), "workers");
}

function open(
  keyboard: Keyboard,
  list: ListName,
  { row, around }: { row: Row | null; around: Around },
): Keyboard {
  if (row === null) return keyboard;
  const back = { on: "list", list } as const;
  if (row.item !== null && list === "tasks") return toItem(keyboard, row.item, around.now);
  if (list === "workers") return toPage(keyboard, { kind: "peek", worker: row.id }, back);
  return toPage(keyboard, { kind: "task", task: row.id }, back);
}

/** Keys while a plan is changed: each change is the person's own event, made at once; the yes comes after it. */
import { RISKS } from "../../../risk-level.ts";
import type { BoardTask } from "../../team.ts";
import type { WaitingItem } from "../dialogs/waiting.ts";
import { placeOf } from "../view/board.ts";
import { EMPTY_EDITOR, edit, textOf } from "./editor.ts";
import {
  type Act,
  type Around,
  type Focus,
  goBack,
  type Keyboard,
  type PlanField,
  type Pressed,
  withFocus,
} from "./focus.ts";
import { find, PLAN_KEYS } from "./keymap.ts";
import type { Key } from "./keys.ts";

type PlanFocus = Extract<Focus, { on: "plan" }>;

export function pressInPlan(
  keyboard: Keyboard,
  focus: PlanFocus,
  { key, ...around }: Around & { readonly key: Key },
): Pressed {
  const tasks = planTasks(around.items);
  const at = chosenTask(focus, tasks);
  const task = tasks[at];
  const set = (change: Partial<PlanFocus>): Keyboard =>
    withFocus(keyboard, { ...focus, ...change });
  if (focus.field !== null) return pressInField(keyboard, focus, { key, task });
  const action = find(PLAN_KEYS, key);
  if (action === "back") return { keyboard: goBack(keyboard, { on: "item", id: "plan" }, around) };
  if (action === undefined || task === undefined) return { keyboard: set({ isDropping: false }) };
  const here = { chosen: { id: task.id, at } };
  switch (action) {
    case "up":
    case "down": {
      const to = Math.max(0, Math.min(at + (action === "up" ? -1 : 1), tasks.length - 1));
      const chosen = { id: tasks[to]?.id ?? task.id, at: to };
      return { keyboard: set({ chosen, isDropping: false }) };
    }
    case "subject":
    case "description":
    case "files":
      return { keyboard: set({ ...here, field: fieldOf(action, task) }) };
    case "after":
      return { keyboard: set({ ...here, field: fieldOf("blockedBy", task) }) };
    case "risk": {
      const risk = RISKS[(RISKS.indexOf(task.risk) + 1) % RISKS.length] ?? task.risk;
      const act: Act = { do: "edit", task: task.id, change: { risk } };
      return { keyboard: set({ ...here, isDropping: false }), act };
    }
    case "earlier":
    case "later": {
      const act: Act = { do: "move", task: task.id, to: action === "earlier" ? "up" : "down" };
      return { keyboard: set({ ...here, isDropping: false }), act };
    }
    case "drop":
      if (!focus.isDropping) return { keyboard: set({ ...here, isDropping: true }) };
      return {
        keyboard: set({ ...here, isDropping: false }),
        act: { do: "drop", task: task.id },
      };
  }
}

/** The tasks that the person has not said yes to. */
export function planTasks(items: readonly WaitingItem[]): readonly BoardTask[] {
  return items.flatMap((item) => (item.kind === "plan" ? item.tasks : []));
}

export function chosenTask({ chosen }: PlanFocus, tasks: readonly BoardTask[]): number {
  const rows = tasks.map((task) => ({ id: task.id, item: null, task, worker: null }));
  return placeOf(rows, chosen);
}

function fieldOf(name: PlanField, task: BoardTask): PlanFocus["field"] {
  const value = task[name];
  const before = typeof value === "string" ? value : value.join(", ");
  return { name, line: { ...EMPTY_EDITOR, before } };
}

function pressInField(
  keyboard: Keyboard,
  focus: PlanFocus,
  { key, task }: { key: Key; task: BoardTask | undefined },
): Pressed {
  const { field } = focus;
  const done = withFocus(keyboard, { ...focus, field: null, isDropping: false });
  if (field === null || task === undefined) return { keyboard: done };
  if (key.kind === "key" && key.name === "escape") return { keyboard: done };
  if (key.kind === "key" && key.name === "enter") {
    const change = changeOf(field.name, textOf(field.line));
    if (change === null) return { keyboard };
    const isSame = Object.entries(change).every(
      ([name, value]) => JSON.stringify(value) === JSON.stringify(Object(task)[name]),
    );
    if (isSame) return { keyboard: done };
    return { keyboard: done, act: { do: "edit", task: task.id, change } };
  }
  const line = edit(field.line, key);
  return { keyboard: withFocus(keyboard, { ...focus, field: { ...field, line } }) };
}

/** Null for a subject or a text of nothing. */
function changeOf(
  name: PlanField,
  text: string,
): Extract<Act, { readonly do: "edit" }>["change"] | null {
  switch (name) {
    case "subject":
      return text.trim() === "" ? null : { subject: text.trim() };
    case "description":
      return text.trim() === "" ? null : { description: text.trim() };
    case "files":
      return {
        files: text
          .split(",")
          .map((one) => one.trim())
          .filter(Boolean),
      };
    case "blockedBy":
      return { blockedBy: text.split(/[\s,]+/).filter(Boolean) };
  }
}

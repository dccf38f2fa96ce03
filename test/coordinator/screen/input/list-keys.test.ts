/** Keys in the lists: what is chosen stays chosen, and each key acts on the chosen row alone. */
import { expect, test } from "vitest";
import type { Act, Focus } from "../../../../src/coordinator/screen/input/focus.ts";
import { itemsOf, pressAll, textOf } from "../support.ts";
import { teamAt } from "../view/story.ts";

const team = teamAt();
const items = itemsOf(team);

/** Shift-Tab from the chat is in the workers, twice in the tasks. */
const WORKERS = "\x1b[Z";
const TASKS = "\x1b[Z\x1b[Z";
const DOWN = "\x1b[B";

function press(...keys: readonly string[]) {
  return pressAll(
    items,
    keys.map((key, at) => [at * 500, key] as const),
    { team },
  );
}

test.each<[string, readonly string[], readonly Act[]]>([
  ["p holds the worker", [WORKERS, "p"], [{ do: "pause", worker: "ada" }]],
  ["P holds everybody", [WORKERS, "P"], [{ do: "pause", worker: null }]],
  ["z shows the pane", [WORKERS, "2", "z"], [{ do: "show", worker: "ben", zoom: true }]],
  ["o goes there", [WORKERS, DOWN, "o"], [{ do: "show", worker: "ben", zoom: false }]],
  ["q leaves", [TASKS, "q"], [{ do: "detach" }]],
  ["x asks first", [WORKERS, "x"], []],
  ["x and a no stop nothing", [WORKERS, "x", "2"], []],
  ["x and a yes stop the task", [WORKERS, "x", "1"], [{ do: "stop", worker: "ada" }]],
  ["a yes too early stops nothing", [`${WORKERS}x1`], []],
  ["X asks about the session", [TASKS, "X", "1"], [{ do: "stop", worker: null }]],
  [
    "r of a task that did not fail says why not",
    [TASKS, DOWN, "r"],
    [{ do: "explain", text: "Only a failed or blocked task can be tried again." }],
  ],
  [
    "r tries a failed task again",
    [TASKS, DOWN, DOWN, DOWN, DOWN, "r"],
    [{ do: "retry", task: "t6" }],
  ],
  ["a command is run from a list", [TASKS, ":", "stop ada\r"], [{ do: "stop", worker: "ada" }]],
  ["i is the chat, where letters are text", [TASKS, "i", "pxq"], []],
])("%s", (_what, keys, acts) => {
  expect(press(...keys).acts).toEqual(acts);
});

test.each<[string, readonly string[], Partial<Focus>]>([
  ["Enter on what waits opens its dialog", [TASKS, "\r"], { on: "item", id: "cleo-1" }],
  ["Enter on a task", [TASKS, DOWN, "\r"], { on: "page", page: { kind: "task", task: "t2" } }],
  ["Enter on a worker", [WORKERS, "\r"], { on: "page", page: { kind: "peek", worker: "ada" } }],
  ["d on a task", [TASKS, DOWN, "d"], { on: "page", page: { kind: "diff", task: "t2" } }],
  ["D anywhere", [WORKERS, "D"], { on: "page", page: { kind: "diff", task: null } }],
  ["a goes to what waits longest", [WORKERS, "a"], { on: "item", id: "cleo-1" }],
  [
    "Escape from a page is back in its list",
    [WORKERS, "?", "\x1b"],
    { on: "list", list: "workers" },
  ],
  ["below the last task are the workers", [TASKS, "G", DOWN], { on: "list", list: "workers" }],
  ["Tab goes on from what waits to the tasks", ["\t", "\t"], { on: "list", list: "tasks" }],
])("%s", (_what, keys, focus) => {
  expect(press(...keys).keyboard.focus).toMatchObject(focus);
});

test("a filter narrows both lists, and Escape shows all again", () => {
  const narrowed = press(TASKS, "/", "cart").keyboard;
  const screen = textOf(team, { size: [120, 40], keyboard: narrowed });
  expect(screen).toContain("/cart");
  expect(screen).toMatch(/ t2 +Move the cart/);
  expect(screen).not.toMatch(/ t5 +Update/);
  expect(press(TASKS, "/", "cart", "\x1b").keyboard.sieve.filter).toBe("");
});

test("problems only leaves what needs somebody", () => {
  const { keyboard } = press(TASKS, "!");
  const screen = textOf(team, { size: [120, 40], keyboard });
  expect(screen).toMatch(/⧗ cleo-1 [^]*✗ t6 /);
  expect(screen).not.toMatch(/[●✓○] t[1235] /);
});

test("the chosen row stays chosen when it moves, and its neighbour is chosen when it goes", () => {
  const { keyboard } = press(TASKS, DOWN, DOWN);
  expect(keyboard.chosen.tasks).toEqual({ id: "t3", at: 2 });
  const later = { ...team, gates: new Map() };
  expect(textOf(later, { size: [120, 40], keyboard })).toMatch(/▸. t3/);
  const tasks = new Map([...team.tasks].filter(([id]) => id !== "t3"));
  expect(textOf({ ...team, tasks }, { size: [120, 40], keyboard })).toMatch(/▸. t5/);
});

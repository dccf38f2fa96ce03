/** Keys while a plan is changed: each acts on the chosen task, which stays chosen wherever it moves. */
import { expect, test } from "vitest";
import type { Act } from "../../../../src/coordinator/screen/input/focus.ts";
import type { EventBody } from "../../../../src/session/events.ts";
import { created, started, teamOf } from "../../support.ts";
import { itemsOf, pressAll, textOf } from "../support.ts";

const SHIFT_UP = "\x1b[1;2A";
const SHIFT_DOWN = "\x1b[1;2B";
const PLAN: readonly EventBody[] = [
  started({ yes: false }),
  created("t1"),
  created("t2"),
  created("t3", { blockedBy: ["t1"] }),
  { type: "plan.proposed", tasks: ["t1", "t2", "t3"] },
];
const team = teamOf(...PLAN);

/** From the chat into the plan's editor, then these keys. */
function press(...keys: readonly string[]) {
  const all = ["\t", "5", ...keys].map((key, at) => [at * 500, key] as const);
  return pressAll(itemsOf(team), all, { team });
}

test.each<[string, readonly string[], readonly Act[]]>([
  ["K moves the chosen task up", ["j", "K"], [{ do: "move", task: "t2", to: "up" }]],
  ["J moves it down", ["J"], [{ do: "move", task: "t1", to: "down" }]],
  ["Shift-Up moves it up", ["j", SHIFT_UP], [{ do: "move", task: "t2", to: "up" }]],
  ["Shift-Down moves it down", ["j", SHIFT_DOWN], [{ do: "move", task: "t2", to: "down" }]],
  ["k and j only choose", ["j", "j", "k"], []],
  ["a move between two x drops nothing", ["x", "J", "x"], [{ do: "move", task: "t1", to: "down" }]],
  ["x x drops", ["x", "x"], [{ do: "drop", task: "t1" }]],
  ["r is the next risk", ["r"], [{ do: "edit", task: "t1", change: { risk: "HIGH" } }]],
  ["letters in a line are text", ["s", "KJ", "\x1b"], []],
])("%s", (_what, keys, acts) => {
  expect(press(...keys).acts).toEqual(acts);
});

test("the editor and the dialog show the tasks in their order, and the moved one stays chosen", () => {
  const { keyboard } = press("j", "j", "K");
  const moved = teamOf(...PLAN, { type: "task.updated", task: "t3", by: "person", before: "t2" });
  const editor = textOf(moved, { size: [120, 40], keyboard });
  expect(editor).toMatch(/^ {2}t1 .*\n▸ t3 .* after t1\n(?: +\S.*\n)+ {2}t2 /m);
  expect(editor).toMatch(/r risk · K earlier · J later · x drop · Esc done$/m);
  const dialog = textOf(moved, { size: [120, 40], keys: "\t" });
  expect(dialog).toMatch(/ t1 MEDIUM [^]* t3 MEDIUM [^]* t2 MEDIUM /);
});

test("in a narrow pane the way back is among the keys that are shown", () => {
  const { keyboard } = press();
  expect(textOf(team, { size: [48, 24], keyboard })).toMatch(/^s subject · .* · Esc done$/m);
});

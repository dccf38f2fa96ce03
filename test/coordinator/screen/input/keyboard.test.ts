/** What is typed answers exactly what the person was looking at, or nothing. */
import { expect, test } from "vitest";
import { textOf } from "../../../../src/coordinator/screen/input/editor.ts";
import { type Act, NEW_KEYBOARD } from "../../../../src/coordinator/screen/input/focus.ts";
import { notice } from "../../../../src/coordinator/screen/input/keyboard.ts";
import { teamOf } from "../../support.ts";
import { gateOf, itemsOf, PLANNED, pressAll, QUESTION, teamWith } from "../support.ts";

const GATES = itemsOf(teamWith(gateOf("ada-1"), gateOf("ada-2")));
const ASKED = itemsOf(teamWith(QUESTION));
const PLAN = itemsOf(teamOf(...PLANNED));

const LATER = 1_000;
const PASTED_ONE = "\x1b[200~1\r\x1b[201~";
const gate = (id: string, approve: boolean, note = ""): Act => ({
  do: "gate",
  gate: id,
  hash: `hash of ${id}`,
  answer: approve ? "once" : "deny",
  note,
});

test.each<[string, readonly (readonly [number, string])[], readonly Act[]]>([
  [
    "approves the oldest once",
    [
      [0, "\t"],
      [LATER, "1"],
    ],
    [gate("ada-1", true)],
  ],
  [
    "denies it",
    [
      [0, "\t"],
      [LATER, "2"],
    ],
    [gate("ada-1", false)],
  ],
  [
    "denies it with a note",
    [
      [0, "\t"],
      [LATER, "3use the mock\r"],
    ],
    [gate("ada-1", false, "use the mock")],
  ],
  [
    "answers the next",
    [
      [0, "\t\t"],
      [LATER, "1"],
    ],
    [gate("ada-2", true)],
  ],
  [
    "is in the chat again behind the last",
    [
      [0, "\t\t\t"],
      [LATER, "1"],
    ],
    [],
  ],
  [
    "takes :gates for Tab",
    [
      [0, ":gates\r"],
      [LATER, "1"],
    ],
    [gate("ada-1", true)],
  ],
  [
    "drops an answer that comes too early",
    [
      [0, "\t"],
      [399, "1"],
    ],
    [],
  ],
  [
    "counts an answer once the time is over",
    [
      [0, "\t"],
      [400, "1"],
    ],
    [gate("ada-1", true)],
  ],
  [
    "drops what was typed ahead",
    [
      [0, "\t1"],
      [LATER, ""],
    ],
    [],
  ],
  [
    "does nothing at Enter",
    [
      [0, "\t"],
      [LATER, "\r\r"],
    ],
    [],
  ],
  [
    "does nothing at letters",
    [
      [0, "\t"],
      [LATER, "yes\r"],
    ],
    [],
  ],
  [
    "takes no answer from a paste",
    [
      [0, "\t"],
      [LATER, PASTED_ONE],
    ],
    [],
  ],
  [
    "answers one gate a time",
    [
      [0, "\t"],
      [LATER, "11"],
    ],
    [gate("ada-1", true)],
  ],
  [
    "sends no empty note",
    [
      [0, "\t"],
      [LATER, "3 \r"],
    ],
    [],
  ],
  [
    "takes a paste into a note without sending it",
    [
      [0, "\t"],
      [LATER, `3${PASTED_ONE}`],
    ],
    [],
  ],
  [
    "is in the chat after Escape",
    [
      [0, "\t"],
      [LATER, "\x1b"],
      [LATER, "1"],
    ],
    [],
  ],
  [
    "waits again after a note was cancelled",
    [
      [0, "\t"],
      [LATER, "3no"],
      [LATER, "\x1b"],
      [LATER, "1"],
    ],
    [],
  ],
  [
    "lets the chat answer nothing",
    [[LATER, "1\r"]],
    [{ do: "tell", to: "coordinator", text: "1" }],
  ],
  ["interrupts wherever the keyboard is", [[0, "\t\x03"]], [{ do: "interrupt" }]],
])("with two gates: %s", (_what, keys, acts) => {
  expect(pressAll(GATES, keys).acts).toEqual(acts);
});

test.each<[string, string, readonly Act[]]>([
  ["yes", "1", [{ do: "plan", approve: true, note: "" }]],
  ["no", "2", [{ do: "plan", approve: false, note: "" }]],
  ["no with a note", "3smaller\r", [{ do: "plan", approve: false, note: "smaller" }]],
])("a plan's dialog takes %s", (_what, keys, acts) => {
  expect(
    pressAll(PLAN, [
      [0, "\t"],
      [LATER, keys],
    ]).acts,
  ).toEqual(acts);
});

test.each<[string, string]>([
  ["keep both", "keep both"],
  ["1", "callback"],
  ["2", "done: shorter"],
  ["3", "3"],
])("a question takes the line %j as %j", (line, text) => {
  const { acts } = pressAll(ASKED, [
    [0, "\t"],
    [LATER, `${line}\r`],
  ]);
  expect(acts).toEqual([{ do: "question", question: "q1", text }]);
});

test("what was written in the chat is still there after a dialog", () => {
  const { keyboard } = pressAll(GATES, [
    [0, "half a\t"],
    [LATER, "\x1b"],
    [LATER, " line"],
  ]);
  expect(textOf(keyboard.chat)).toBe("half a line");
});

test("a plan that came while a line was typed is not answered by it at the first Enter", () => {
  const late = PLAN.map((item) => ({ ...item, since: 500 }));
  const { acts } = pressAll(late, [
    [0, "y"],
    [600, "\r"],
    [700, "\r"],
  ]);
  expect(acts).toEqual([
    {
      do: "explain",
      text: "The plan came while you were typing. Look at it, then press Enter again.",
    },
    { do: "plan", approve: true, note: "" },
  ]);
});

test("a gate that was answered elsewhere goes, and the digit that was meant for it goes nowhere", () => {
  const open = pressAll(GATES, [[0, "\t"]]).keyboard;
  const left = GATES.slice(1);

  const { keyboard, gone } = notice(open, { items: left, now: LATER });

  expect(gone).toBe("ada-1");
  const after = pressAll(left, [[LATER + 100, "1\r"]], { keyboard });
  expect(after.acts).toEqual([]);
  expect(textOf(after.keyboard.chat)).toBe("");
});

test("a gate whose action changed is deaf again", () => {
  const open = pressAll(GATES, [[0, "\t"]]).keyboard;
  const changed = itemsOf(teamWith(gateOf("ada-1", { hash: "another" })));

  const { keyboard, gone } = notice(open, { items: changed, now: LATER });

  expect(gone).toBeUndefined();
  expect(pressAll(changed, [[LATER + 100, "1"]], { keyboard }).acts).toEqual([]);
  expect(pressAll(changed, [[LATER + 500, "1"]], { keyboard }).acts).toEqual([
    { ...gate("ada-1", true), hash: "another" },
  ]);
});

test("what comes to wait takes the keyboard from nobody", () => {
  const chatting = pressAll([], [[0, "12"]]).keyboard;
  expect(notice(chatting, { items: GATES, now: 1 })).toEqual({ keyboard: chatting });
  const answering = pressAll(GATES.slice(0, 1), [[0, "\t"]]).keyboard;
  expect(notice(answering, { items: GATES, now: 1 })).toEqual({ keyboard: answering });
});

test("Tab stays in the chat when nothing waits", () => {
  expect(pressAll([], [[0, "\t"]])).toEqual({ keyboard: NEW_KEYBOARD, acts: [] });
});

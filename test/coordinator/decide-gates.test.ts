import { expect, test } from "vitest";
import type { Action } from "../../src/coordinator/decide.ts";
import type { EventBody } from "../../src/session/events.ts";
import { AT_WORK, actionsOf, finished, started, teamOf } from "./support.ts";

function emit(event: EventBody): Action {
  return { do: "emit", event };
}

const GATE = {
  id: "g1",
  worker: "ada",
  task: "t1",
  tool: "Bash",
  input: {},
  risk: "HIGH",
  reasons: [],
  cwd: "/",
  hash: "h1",
} as const;
const opened: EventBody = { type: "gate.opened", gate: { ...GATE, reasons: [] } };
const denied: EventBody = {
  type: "gate.answered",
  gate: "g1",
  hash: "h1",
  answer: "deny",
  by: "person",
  note: "no",
};

const edited: EventBody = { ...denied, answer: "edit", input: { command: "true" } };
const PATTERN = "Bash(frobnicate:*)";
const unknown: EventBody = {
  type: "gate.opened",
  gate: { ...GATE, reasons: [], pattern: PATTERN },
};
const otherProgram: EventBody = {
  type: "gate.opened",
  gate: { ...GATE, reasons: [], pattern: "Bash(other:*)" },
};
const allowed: EventBody = { ...denied, answer: "session", pattern: PATTERN, note: "" };

test.each<[string, readonly EventBody[], EventBody, readonly Action[]]>([
  ["waits for the person", AT_WORK, opened, []],
  [
    "is denied at once with --on-high deny",
    [started({ on_high: "deny" }), ...AT_WORK.slice(1)],
    opened,
    [emit({ ...denied, by: "--on-high deny", note: "" })],
  ],
  ["that is denied once changes nothing by itself", [...AT_WORK, opened], denied, []],
  [
    "that is denied again ends the task",
    [...AT_WORK, opened, denied, opened],
    denied,
    [
      emit(
        finished("t1", "blocked", {
          worker: "ada",
          why: "the same action was denied 2 times: no",
          denied: true,
        }),
      ),
    ],
  ],
  ["that is changed by the person is no denial", [...AT_WORK, opened], edited, []],
  [
    "whose program was allowed for the session is answered at once",
    [...AT_WORK, unknown, allowed],
    unknown,
    [emit({ ...allowed, note: "" })],
  ],
  ["of another program still waits", [...AT_WORK, unknown, allowed], otherProgram, []],
  [
    "is denied with --on-high deny though its program was allowed",
    [started({ on_high: "deny" }), ...AT_WORK.slice(1), unknown, allowed],
    unknown,
    [emit({ ...denied, by: "--on-high deny", note: "" })],
  ],
  [
    "of a task that ends is void",
    [...AT_WORK, opened],
    finished("t1", "failed"),
    [emit({ type: "gate.voided", gate: "g1", reason: "task t1 has ended" }), { do: "wake" }],
  ],
])("a gate %s", (_name, ...[events, body, expected]) => {
  expect(actionsOf(teamOf(...events), body)).toEqual(expected);
});

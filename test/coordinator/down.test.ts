import { expect, test } from "vitest";
import { downFor } from "../../src/coordinator/down.ts";
import type { Command } from "../../src/ipc/messages.ts";
import { presets } from "../../src/risk/grants.ts";
import type { EventBody, EventOf } from "../../src/session/events.ts";
import {
  AT,
  AT_WORK,
  approved,
  assigned,
  created,
  finished,
  IN_QUEUE,
  inProgress,
  newTask,
  ready,
  rejected,
  reported,
  spawned,
  started,
  step,
  teamOf,
} from "./support.ts";

const GIVEN = [
  started(),
  created("t1", { check: "make", model: "m" }),
  approved,
  assigned("t1", "ada", { words: "look first", tools: ["Read", "Report"], model: "m" }),
  { ...spawned("ada"), model: "m" },
  ready("ada"),
];
const GATE: EventOf<"gate.opened">["gate"] = {
  id: "g1",
  worker: "ada",
  task: "t1",
  tool: "Bash",
  input: {},
  risk: "HIGH",
  reasons: [],
  cwd: "/",
  hash: "h1",
};
const WITH_GATE: readonly EventBody[] = [...AT_WORK, { type: "gate.opened", gate: GATE }];

function answer(more: Partial<EventOf<"gate.answered">>): EventBody {
  return {
    type: "gate.answered",
    gate: "g1",
    hash: "h1",
    answer: "once",
    by: "person",
    note: "",
    ...more,
  };
}

function updated(more: Partial<EventOf<"task.updated">>): EventBody {
  return { type: "task.updated", task: "t1", by: "coordinator", ...more };
}

function commands(
  events: readonly EventBody[],
  body: EventBody,
  worker = "ada",
): readonly Command[] {
  return downFor(step(teamOf(...events), body), worker)?.commands ?? [];
}

const verdict = { type: "verdict", task: "t1" } as const;

test.each<[string, readonly EventBody[], EventBody, readonly Command[]]>([
  [
    "its task once the checkout is there",
    GIVEN,
    inProgress("t1"),
    [
      {
        type: "assign",
        task: { ...newTask("t1"), check: "make", model: "m" },
        words: "look first",
        checkout: "ada",
        tools: ["Read", "Report"],
        model: "m",
        grant: presets.full,
      },
    ],
  ],
  [
    "nothing while the checkout is made",
    [started(), created("t1"), approved],
    assigned("t1", "ada"),
    [],
  ],
  ["its task once", AT_WORK, inProgress("t1"), []],
  [
    "a rejection, to mend",
    IN_QUEUE,
    rejected("t1", 2),
    [{ ...verdict, merged: false, final: false, text: "npm test → exit 1" }],
  ],
  ["not the last rejection, which the task's end tells", IN_QUEUE, rejected("t1", 3), []],
  [
    "a merge",
    IN_QUEUE,
    finished("t1", "completed", { why: "merged" }),
    [{ ...verdict, merged: true, final: true, text: "merged" }],
  ],
  [
    "an end without a merge",
    AT_WORK,
    finished("t1", "blocked", { why: "stopped" }),
    [{ ...verdict, merged: false, final: true, text: "stopped" }],
  ],
  [
    "a task that is taken away",
    AT_WORK,
    updated({ status: "deleted" }),
    [{ type: "drop", task: "t1", reason: "the task was withdrawn" }],
  ],
  [
    "a task that others try again",
    AT_WORK,
    updated({ status: "pending", note: "too large" }),
    [{ type: "drop", task: "t1", reason: "too large" }],
  ],
  [
    "nothing of a task that it had before",
    [...AT_WORK, finished("t1", "failed")],
    updated({ status: "pending" }),
    [],
  ],
  [
    "words for it",
    AT_WORK,
    { type: "message.sent", from: "person", to: "ada", text: "Stop." },
    [{ type: "steer", id: 8, from: "person", text: "Stop." }],
  ],
  [
    "no words for others",
    AT_WORK,
    { type: "message.sent", from: "person", to: "ben", text: "Stop." },
    [],
  ],
  [
    "a yes to its gate",
    WITH_GATE,
    answer({}),
    [{ type: "gate", gate: "g1", hash: "h1", allowed: true, note: "", at: AT }],
  ],
  [
    "a no to its gate",
    WITH_GATE,
    answer({ answer: "deny", note: "never" }),
    [{ type: "gate", gate: "g1", hash: "h1", allowed: false, note: "never", at: AT }],
  ],
  ["no answer to another action", WITH_GATE, answer({ hash: "h2" }), []],
  ["no answer that does not count", WITH_GATE, answer({ answer: "refused" }), []],
  ["nothing of a report", AT_WORK, reported("t1", "ada"), []],
])("tells a worker %s", (_name, ...[events, body, expected]) => {
  expect(commands(events, body)).toEqual(expected);
});

test.each<[string, readonly EventBody[], EventBody]>([
  ["task", GIVEN, inProgress("t1")],
  ["rejection", IN_QUEUE, rejected("t1", 1)],
  ["end", IN_QUEUE, finished("t1", "completed")],
  ["drop", AT_WORK, updated({ status: "deleted" })],
  ["gate", WITH_GATE, answer({})],
])("another worker's %s is no command for this one", (_name, ...[events, body]) => {
  expect(commands(events, body, "ben")).toEqual([]);
});

test("every worker gets the rows that changed, and only those", () => {
  const before = teamOf(...AT_WORK, created("t2"));
  const row = {
    subject: "subject of t1",
    blockedBy: [],
    risk: "MEDIUM",
    description: "text of t1",
    files: ["t1.ts"],
    check: null,
    id: "t1",
    owner: "ada",
  };
  const report = { ...row, status: "in_progress", report: "done: summary of t1" };
  const failed = { ...row, status: "failed", report: null };
  expect([
    downFor(step(before, reported("t1", "ada")), "ben"),
    downFor(step(before, finished("t1", "failed")), "ben"),
    downFor(
      step(before, {
        type: "tool.started",
        agent: "ada",
        id: "c",
        task: "t1",
        tool: "Bash",
        input: {},
        risk: "LOW",
      }),
      "ben",
    ),
  ]).toEqual([
    { commands: [], rows: [report], entries: [] },
    { commands: [], rows: [failed], entries: [] },
    undefined,
  ]);
});

test("every worker gets new memory", () => {
  const entry = {
    id: "m1",
    text: "a",
    kind: "fact",
    files: [],
    by: "ada",
    task: null,
    at: "",
    sources: [],
    trust: "agent",
  } as const;
  const event: EventBody = { type: "memory.written", entry: { ...entry, files: [], sources: [] } };
  expect(downFor(step(teamOf(...AT_WORK), event), "ben")).toEqual({
    commands: [],
    rows: [],
    entries: [entry],
  });
});

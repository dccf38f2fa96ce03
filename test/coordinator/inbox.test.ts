import { expect, test } from "vitest";
import { evolve } from "../../src/coordinator/evolve.ts";
import { toEntry, toEvent } from "../../src/coordinator/inbox.ts";
import { Up } from "../../src/ipc/messages.ts";
import type { EventBody } from "../../src/session/events.ts";
import { AT_WORK, created, finished, NO_RULES, stamp, teamOf } from "./support.ts";

const team = teamOf(...AT_WORK, created("t2"));
const ended = teamOf(...AT_WORK, finished("t1", "blocked"));
const up = { worker: "ada", n: 5 };
const from = { ...up, rights: NO_RULES };
const call = {
  model: "m",
  usage: { input: 1, output: 2, cache_read: 3, cache_write: 4 },
  cost_usd: 0.1,
  duration_ms: 7,
  cache: 0.5,
};
const report: { status: "done"; summary: string; followUps: string[] } = {
  status: "done",
  summary: "s",
  followUps: [],
};
const tool = { id: "c1", task: "t1", tool: "Bash", input: { command: "ls" } };
const gate: Up = {
  type: "gate",
  gate: "g1",
  call: "c1",
  task: "t1",
  tool: "Bash",
  input: { command: "git push" },
  risk: "HIGH",
  reasons: ["it pushes"],
  cwd: "/c",
  hash: "h1",
};
const late = (task: string): EventBody => ({
  type: "task.updated",
  task,
  by: "coordinator",
  note: "a late word of ada, without effect",
});

test.each<[Up, EventBody]>([
  [
    { type: "ready", pid: 7 },
    { type: "worker.ready", worker: "ada", pid: 7 },
  ],
  [
    { type: "model.called", task: "t1", call },
    { type: "model.called", agent: "ada", task: "t1", ...call },
  ],
  [
    { type: "question", question: "ada-q1", task: "t1", text: "Which?" },
    { type: "question.asked", question: "ada-q1", agent: "ada", text: "Which?", task: "t1" },
  ],
  [{ type: "question", question: "ada-q1", task: "t2", text: "Which?" }, late("t2")],
  [
    { type: "tool.started", ...tool, risk: "LOW" },
    { type: "tool.started", agent: "ada", ...tool, risk: "LOW" },
  ],
  [
    { type: "tool.finished", id: "c1", ok: true, ms: 1 },
    { type: "tool.finished", agent: "ada", id: "c1", ok: true, ms: 1 },
  ],
  [
    { type: "tool.finished", id: "c1", ok: false, ms: 1, refused: "no" },
    { type: "tool.finished", agent: "ada", id: "c1", ok: false, ms: 1, refused: "no" },
  ],
  [
    gate,
    {
      type: "gate.opened",
      gate: {
        id: "g1",
        worker: "ada",
        task: "t1",
        tool: "Bash",
        input: { command: "git push" },
        risk: "HIGH",
        // The coordinator's own words, not the worker's.
        reasons: ["git push sends work to a remote"],
        cwd: "/c",
        hash: "h1",
        call: "c1",
        gives: ["outside"],
      },
    },
  ],
  [
    { type: "gate.void", gate: "g1", reason: "changed" },
    { type: "gate.voided", gate: "g1", reason: "changed" },
  ],
  [
    { type: "typed", text: "Stop." },
    { type: "message.sent", from: "person", to: "ada", text: "Stop." },
  ],
  [
    { type: "report", task: "t1", report },
    { type: "task.updated", task: "t1", by: "ada", report },
  ],
  [
    { type: "gave-up", task: "t1", status: "blocked", why: "w" },
    {
      type: "task.finished",
      task: "t1",
      status: "blocked",
      worker: "ada",
      why: "w",
      receipt: null,
    },
  ],
  [
    { type: "message", to: "ben", text: "Hm." },
    { type: "message.sent", from: "ada", to: "ben", text: "Hm." },
  ],
  [
    { type: "delivered", message: 3 },
    { type: "message.delivered", message: 3, to: "ada" },
  ],
  [
    {
      type: "remember",
      draft: { text: "a", kind: "fact", files: ["a.ts"] },
      sources: ["file:a.ts"],
      task: "t1",
    },
    {
      type: "memory.written",
      entry: {
        id: "m1",
        text: "a",
        kind: "fact",
        files: ["a.ts"],
        by: "ada",
        task: "t1",
        at: "",
        sources: ["file:a.ts"],
        trust: "agent",
      },
    },
  ],
])("$type becomes one event with the worker's cursor", (body, expected) => {
  const event = toEvent(team, from, body);
  const timeless =
    event.type === "memory.written" ? { ...event, entry: { ...event.entry, at: "" } } : event;
  expect(timeless).toEqual({ ...expected, up });
});

test("every kind of word that the wire carries is in the table above", () => {
  const kinds = Up.options.map((option) => option.shape.type.value);
  expect(kinds.toSorted()).toEqual(
    [
      "question",
      "ready",
      "model.called",
      "tool.started",
      "tool.finished",
      "gate",
      "gate.void",
      "typed",
      "report",
      "gave-up",
      "message",
      "delivered",
      "remember",
    ].toSorted(),
  );
});

test.each<[string, typeof team, Up]>([
  ["a report on a task that ended", ended, { type: "report", task: "t1", report }],
  ["a report on nobody's task", team, { type: "report", task: "t2", report }],
  ["a report on no task", team, { type: "report", task: "t9", report }],
  [
    "giving up a task that ended",
    ended,
    { type: "gave-up", task: "t1", status: "failed", why: "w" },
  ],
  ["a gate of a task that ended", ended, gate],
])("%s has no effect but the cursor", (_name, ...[before, body]) => {
  const event = toEvent(before, from, body);
  const task = "task" in body && body.task !== null ? body.task : "";
  const after = evolve(before, stamp(event, before.seq + 1));
  const ada = before.workers.get("ada");
  expect(event).toEqual({ ...late(task), up });
  expect(after).toEqual({
    ...before,
    seq: before.seq + 1,
    tasks: after.tasks,
    workers: new Map([["ada", { ...ada, cursor: 5 }]]),
  });
  expect([...after.tasks]).toEqual([...before.tasks]);
});

test("only what the person says is trusted as the person's, and ids go on", () => {
  const draft = { text: "a", kind: "fact", files: [], trust: "person", by: "person", id: "m9" };
  const said = { draft, sources: [], task: null };
  const full = teamOf(...AT_WORK, { type: "memory.written", entry: toEntry(team, "ada", said) });
  const [first, second] = [toEntry(team, "ada", said), toEntry(full, "person", said)];
  expect([
    [first.id, first.by, first.trust],
    [second.id, second.by, second.trust],
  ]).toEqual([
    ["m1", "ada", "agent"],
    ["m2", "person", "person"],
  ]);
});

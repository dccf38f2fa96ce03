import { expect, test } from "vitest";
import type { Team } from "../../src/coordinator/team.ts";
import type { EventBody, EventOf } from "../../src/session/events.ts";
import {
  AT_WORK,
  approved,
  BASE,
  created,
  finished,
  IN_QUEUE,
  MERGED,
  merged,
  modelCall,
  only,
  queued,
  rejected,
  reported,
  stamp,
  started,
  step,
  teamOf,
} from "./support.ts";

type Row<Part> = [string, readonly EventBody[], EventBody, Part];

const GATE: EventOf<"gate.opened">["gate"] = {
  id: "g1",
  worker: "ada",
  task: "t1",
  tool: "Bash",
  input: { command: "git push" },
  risk: "HIGH",
  reasons: ["it pushes"],
  cwd: "/checkout",
  hash: "h1",
};
const OPEN_GATE: readonly EventBody[] = [...AT_WORK, { type: "gate.opened", gate: GATE }];
const QUESTION: EventBody = {
  type: "question.asked",
  question: "q1",
  agent: "coordinator",
  text: "Which?",
};
const MAIL: EventBody = { type: "message.sent", from: "ada", to: "coordinator", text: "Hm." };
const ENTRY: EventOf<"memory.written">["entry"] = {
  id: "m1",
  text: "tests need node 24",
  kind: "fact",
  files: [],
  by: "ada",
  task: "t1",
  at: "2026-11-21T10:00:00.000Z",
  sources: [],
  trust: "agent",
};
const BASE_CHECK: EventOf<"integration.checked"> = {
  type: "integration.checked",
  task: null,
  commit: BASE,
  ok: true,
  command: "npm test",
  exit: 0,
  ms: 5,
  output: "",
  log: "/log",
};

test.each<Row<Partial<Team>>>([
  [
    "a session",
    [],
    started(),
    {
      session: { ...started(), ...stampOf(1) },
      epoch: 1,
      integration: { branch: "swarmux/s1/integration", head: BASE, merged: [], queue: [] },
    },
  ],
  [
    "a stop",
    [started()],
    { type: "session.paused", by: "person", reason: "stopped", ends: true },
    { state: "paused", pausedBy: "person" },
  ],
  [
    "a pause of one worker",
    [started()],
    { type: "session.paused", by: "person", reason: "", worker: "ada", ends: false },
    { state: "running", held: new Set(["ada"]) },
  ],
  [
    "an end of that pause",
    [started(), { type: "session.paused", by: "person", reason: "", worker: "ada", ends: false }],
    { type: "session.resumed", by: "person", worker: "ada" },
    { held: new Set() },
  ],
  [
    "a new coordinator",
    [started(), { type: "session.paused", by: "budget", reason: "", ends: true }],
    { type: "session.resumed", by: "person", epoch: 2 },
    { state: "running", pausedBy: null, epoch: 2 },
  ],
  [
    "the end",
    [started()],
    { type: "session.finished", outcome: "done", summary: "all" },
    { state: "finished", outcome: "done", summary: "all" },
  ],
  [
    "a proposal",
    [started(), created("t1")],
    { type: "plan.proposed", tasks: ["t1"] },
    { plan: { status: "proposed", approved: [], note: "" } },
  ],
  [
    "a yes",
    [started(), created("t1"), created("t2")],
    approved,
    { plan: { status: "approved", approved: ["t1", "t2"], note: "" } },
  ],
  [
    "a no",
    [started(), created("t1")],
    { type: "plan.rejected", by: "person", note: "smaller" },
    { plan: { status: "rejected", approved: [], note: "smaller" } },
  ],
  [
    "a task after a no",
    [started(), created("t1"), { type: "plan.rejected", by: "person", note: "smaller" }],
    created("t2"),
    { created: 2, plan: { status: "none", approved: [], note: "smaller" } },
  ],
  [
    "a changed task after a no",
    [started(), created("t1"), { type: "plan.rejected", by: "person", note: "n" }],
    { type: "task.updated", task: "t1", by: "coordinator", change: { risk: "LOW" } },
    { plan: { status: "none", approved: [], note: "n" } },
  ],
  [
    "a deleted task",
    [started(), created("t1")],
    { type: "task.updated", task: "t1", by: "coordinator", status: "deleted" },
    { tasks: new Map(), created: 1 },
  ],
  [
    "a deleted task in the queue",
    IN_QUEUE,
    { type: "task.updated", task: "t1", by: "coordinator", status: "deleted" },
    {
      tasks: new Map(),
      integration: { branch: "swarmux/s1/integration", head: BASE, merged: [], queue: [] },
    },
  ],
  [
    "an unknown task's change",
    [started()],
    { type: "task.updated", task: "t9", by: "coordinator", change: { risk: "LOW" } },
    { tasks: new Map() },
  ],
  ["an unknown task's end", [started()], finished("t9", "failed"), { tasks: new Map() }],
  [
    "work in the queue",
    [...AT_WORK, reported("t1", "ada")],
    queued("t1", "ada"),
    { integration: { branch: "swarmux/s1/integration", head: BASE, merged: [], queue: ["t1"] } },
  ],
  [
    "work of a task that was stopped meanwhile",
    [...AT_WORK, reported("t1", "ada"), finished("t1", "blocked")],
    queued("t1", "ada"),
    { integration: { branch: "swarmux/s1/integration", head: BASE, merged: [], queue: [] } },
  ],
  [
    "a task that is stopped in the queue",
    IN_QUEUE,
    finished("t1", "blocked"),
    { integration: { branch: "swarmux/s1/integration", head: BASE, merged: [], queue: [] } },
  ],
  [
    "a merge",
    IN_QUEUE,
    merged("t1"),
    {
      integration: {
        branch: "swarmux/s1/integration",
        head: MERGED,
        merged: [{ task: "t1", commit: MERGED }],
        queue: [],
      },
    },
  ],
  [
    "a rejection",
    IN_QUEUE,
    rejected("t1", 1),
    { integration: { branch: "swarmux/s1/integration", head: BASE, merged: [], queue: [] } },
  ],
  [
    "a check of the base",
    [started()],
    BASE_CHECK,
    { baseChecks: [{ ...BASE_CHECK, ...stampOf(2) }] },
  ],
  ["a check of a task", IN_QUEUE, { ...BASE_CHECK, task: "t1" }, { baseChecks: [] }],
  [
    "a question",
    [started()],
    QUESTION,
    { questions: new Map([["q1", { id: "q1", agent: "coordinator", text: "Which?" }]]) },
  ],
  [
    "its answer",
    [started(), QUESTION],
    { type: "question.answered", question: "q1", text: "this", by: "person" },
    { questions: new Map() },
  ],
  [
    "a message",
    [started()],
    MAIL,
    { mail: [{ seq: 2, from: "ada", to: "coordinator", text: "Hm." }] },
  ],
  [
    "its delivery",
    [started(), MAIL],
    { type: "message.delivered", message: 2, to: "coordinator" },
    { mail: [] },
  ],
  ["a memory", [started()], { type: "memory.written", entry: ENTRY }, { memory: [ENTRY] }],
  ["a gate", AT_WORK, { type: "gate.opened", gate: GATE }, { gates: new Map([["g1", GATE]]) }],
  [
    "a yes to a gate",
    OPEN_GATE,
    { type: "gate.answered", gate: "g1", hash: "h1", answer: "once", by: "person", note: "" },
    { gates: new Map(), denials: new Map() },
  ],
  [
    "a no to a gate",
    OPEN_GATE,
    { type: "gate.answered", gate: "g1", hash: "h1", answer: "deny", by: "person", note: "" },
    { gates: new Map(), denials: new Map([["t1 h1", 1]]) },
  ],
  [
    "a yes to another action",
    OPEN_GATE,
    { type: "gate.answered", gate: "g1", hash: "h2", answer: "once", by: "person", note: "" },
    { gates: new Map([["g1", GATE]]) },
  ],
  [
    "a gate without its action",
    OPEN_GATE,
    { type: "gate.voided", gate: "g1", reason: "changed" },
    { gates: new Map() },
  ],
  [
    "a model's call",
    AT_WORK,
    modelCall("ada", 0.5),
    {
      spending: {
        calls: 1,
        input: 1,
        output: 2,
        cache_read: 3,
        cache_write: 4,
        cost_usd: 0.5,
        unpriced: 0,
      },
    },
  ],
  [
    "a call without a price",
    [started(), modelCall("coordinator", 0.5)],
    modelCall("coordinator", null),
    {
      spending: {
        calls: 2,
        input: 2,
        output: 4,
        cache_read: 6,
        cache_write: 8,
        cost_usd: 0.5,
        unpriced: 1,
      },
    },
  ],
])("the team after %s", (_name, ...[events, body, expected]) => {
  const { after } = step(teamOf(...events), body);
  expect(only(after, expected)).toEqual(expected);
});

/** What the journal adds to the event with that number. */
function stampOf(seq: number) {
  const { v, ts, chain } = stamp(approved, seq);
  return { v, seq, ts, chain };
}

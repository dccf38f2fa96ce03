import { expect, test } from "vitest";
import type { Action } from "../../src/coordinator/decide.ts";
import { type Team, UNCHANGED } from "../../src/coordinator/team.ts";
import type { EventBody } from "../../src/session/events.ts";
import {
  AT_WORK,
  actionsOf,
  approved,
  assigned,
  created,
  finished,
  IN_QUEUE,
  inProgress,
  merged,
  queued,
  ready,
  rejected,
  reported,
  spawned,
  started,
  teamOf,
} from "./support.ts";

const lost: EventBody = { type: "worker.lost", worker: "ada", reason: "SIGKILL" };
const respawned: EventBody = { type: "worker.respawned", worker: "ada", pid: 9, pane: null };
const PLANNED = [started(), created("t1"), approved];
const ONE_PLACE = [started({ workers: 1 }), created("t1"), created("t2"), approved];
const UNTIL_READY = [...PLANNED, assigned("t1", "ada"), spawned("ada")];
const T2 = created("t2");

function emit(event: EventBody): Action {
  return { do: "emit", event };
}

function updated(more: object): EventBody {
  return { type: "task.updated", task: "t1", by: "coordinator", ...more };
}

const PAUSE = { type: "session.paused", by: "person", reason: "stopped" } as const;

test.each<[string, readonly EventBody[], EventBody, readonly Action[]]>([
  ["a session begins", [], started(), [{ do: "begin" }]],
  [
    "a finished session ends everybody",
    [started()],
    { type: "session.finished", outcome: "done", summary: "" },
    [{ do: "end" }],
  ],
  ["a stopped session ends everybody", [started()], { ...PAUSE, ends: true }, [{ do: "end" }]],
  ["a pause only holds the calls back", [started()], { ...PAUSE, ends: false }, []],
  [
    "the end of a pause lets the calls go on",
    [started()],
    { type: "session.resumed", by: "person" },
    [{ do: "release" }],
  ],
  [
    "a yes gives the ready tasks away",
    [started(), created("t1"), T2],
    approved,
    [emit(assigned("t1", "ada")), emit(assigned("t2", "ben"))],
  ],
  [
    "a task within the plan's growth starts by itself",
    [
      started(),
      ...["t1", "t2", "t3", "t4"].map((id) => created(id, { blockedBy: ["t9"] })),
      approved,
    ],
    created("t5"),
    [emit(assigned("t5", "ada"))],
  ],
  [
    "a HIGH task beyond the plan waits for the person",
    [
      started(),
      ...["t1", "t2", "t3", "t4"].map((id) => created(id, { blockedBy: ["t9"] })),
      approved,
    ],
    created("t5", { risk: "HIGH" }),
    [],
  ],
  ["a task before the plan waits", [started()], created("t1"), []],
  [
    "a no wakes the lead",
    [started(), created("t1")],
    { type: "plan.rejected", by: "person", note: "" },
    [{ do: "wake" }],
  ],
  [
    "a new worker is started and its checkout made",
    PLANNED,
    assigned("t1", "ada"),
    [
      { do: "spawn", worker: "ada", again: false },
      { do: "prepare", task: "t1" },
    ],
  ],
  [
    "a worker with a process only needs the checkout",
    [...AT_WORK, finished("t1", "failed"), T2],
    assigned("t2", "ada"),
    [{ do: "prepare", task: "t2" }],
  ],
  [
    "a worker that died idle is started again for a task",
    [...AT_WORK, finished("t1", "failed"), T2, lost],
    assigned("t2", "ada"),
    [
      { do: "spawn", worker: "ada", again: true },
      { do: "prepare", task: "t2" },
    ],
  ],
  ["a worker that is ready with a task just works", UNTIL_READY, ready("ada"), []],
  [
    "a worker that is ready without a task gets the next",
    [...ONE_PLACE, assigned("t1", "ada"), spawned("ada"), finished("t1", "blocked")],
    ready("ada"),
    [emit(assigned("t2", "ada"))],
  ],
  [
    "a report of done is collected",
    AT_WORK,
    reported("t1", "ada"),
    [{ do: "collect", task: "t1" }],
  ],
  [
    "a report of blocked ends the task",
    AT_WORK,
    reported("t1", "ada", "blocked"),
    [emit(finished("t1", "blocked", { worker: "ada", why: "summary of t1" }))],
  ],
  [
    "a report of failed ends the task",
    AT_WORK,
    reported("t1", "ada", "failed"),
    [emit(finished("t1", "failed", { worker: "ada", why: "summary of t1" }))],
  ],
  [
    "a done without any change wakes the lead",
    [...AT_WORK, reported("t1", "ada")],
    { type: "task.updated", task: "t1", by: "ada", note: UNCHANGED },
    [{ do: "wake" }],
  ],
  ["a checkout that is ready asks for nothing", UNTIL_READY, inProgress("t1"), []],
  [
    "a late word asks for nothing",
    AT_WORK,
    updated({ note: "a late word of ben, without effect" }),
    [],
  ],
  [
    "a task that is tried again is given away",
    [...AT_WORK, finished("t1", "failed")],
    updated({ status: "pending" }),
    [emit(assigned("t1", "ada"))],
  ],
  [
    "a deleted task frees its worker for the next",
    [...ONE_PLACE, assigned("t1", "ada"), spawned("ada"), ready("ada"), inProgress("t1")],
    updated({ status: "deleted" }),
    [emit(assigned("t2", "ada"))],
  ],
  [
    "a task that no longer needs another starts",
    [started(), created("t1", { blockedBy: ["t2"] }), T2, approved, finished("t2", "failed")],
    updated({ change: { blockedBy: [] } }),
    [emit(assigned("t1", "ada"))],
  ],
  [
    "an end gives the next task away and wakes the lead",
    [...ONE_PLACE, assigned("t1", "ada"), spawned("ada"), ready("ada"), inProgress("t1")],
    finished("t1", "failed"),
    [emit(assigned("t2", "ada")), { do: "wake" }],
  ],
  [
    "mail for the lead wakes it",
    AT_WORK,
    { type: "message.sent", from: "ada", to: "coordinator", text: "Hm." },
    [{ do: "wake" }],
  ],
  [
    "mail for a worker is not the lead's",
    AT_WORK,
    { type: "message.sent", from: "coordinator", to: "ada", text: "Hm." },
    [],
  ],
  [
    "an answer wakes the lead",
    [started()],
    { type: "question.answered", question: "q1", text: "", by: "person" },
    [{ do: "wake" }],
  ],
  [
    "work in the queue is merged",
    [...AT_WORK, reported("t1", "ada")],
    queued("t1", "ada"),
    [{ do: "integrate" }],
  ],
  ["after a merge comes the next", IN_QUEUE, merged("t1"), [{ do: "integrate" }]],
  ["a rejection lets the next come", IN_QUEUE, rejected("t1", 1), [{ do: "integrate" }]],
  ["the second rejection is the worker's too", IN_QUEUE, rejected("t1", 2), [{ do: "integrate" }]],
  [
    "the third rejection fails the task",
    IN_QUEUE,
    rejected("t1", 3),
    [emit(finished("t1", "failed", { why: "npm test → exit 1" })), { do: "integrate" }],
  ],
])("%s", (_name, ...[events, body, expected]) => {
  expect(actionsOf(teamOf(...events), body)).toEqual(expected);
});

test.each<EventBody>([
  { type: "plan.proposed", tasks: [] },
  spawned("ada"),
  respawned,
  { type: "worker.exited", worker: "ada", code: 0 },
  { type: "tool.finished", agent: "ada", id: "c", ok: true, ms: 1 },
  { type: "question.asked", question: "q1", agent: "coordinator", text: "" },
  { type: "message.delivered", message: 1, to: "ada" },
  { type: "conflict.predicted", tasks: [], files: [] },
  { type: "budget.warned", spent_usd: 1, budget: "" },
  { type: "budget.reached", spent_usd: 1, budget: "" },
  { type: "rate.limited", until: "", status: 429, agent: "ada" },
])("$type asks for nothing", (body) => {
  expect(actionsOf(teamOf(...AT_WORK), body)).toEqual([]);
});

test("a new coordinator starts those who have a task and takes up what was cut off", () => {
  const team = teamOf(
    started({ workers: 3 }),
    created("t1"),
    T2,
    created("t3"),
    approved,
    assigned("t1", "ada"),
    spawned("ada"),
    ready("ada"),
    inProgress("t1"),
    reported("t1", "ada"),
    assigned("t2", "ben"),
  );
  expect(actionsOf(team, { type: "session.resumed", by: "person", epoch: 2 })).toEqual([
    { do: "begin" },
    { do: "spawn", worker: "ada", again: true },
    { do: "spawn", worker: "ben", again: false },
    emit(assigned("t3", "cleo")),
    { do: "collect", task: "t1" },
    { do: "prepare", task: "t2" },
    { do: "integrate" },
  ]);
});

test("a new coordinator decides again what a torn line had cut off behind its event", () => {
  const gate: EventBody = {
    type: "gate.opened",
    gate: {
      id: "ada-1",
      worker: "ada",
      task: "t1",
      tool: "Bash",
      input: {},
      risk: "HIGH",
      reasons: [],
      cwd: "/",
      hash: "h",
    },
  };
  const resumed: EventBody = { type: "session.resumed", by: "person", epoch: 2 };
  const events = (team: Team) =>
    actionsOf(team, resumed).flatMap((action) => (action.do === "emit" ? [action.event] : []));

  const blocked = teamOf(...AT_WORK, reported("t1", "ada", "blocked"));
  const rejectedOften = teamOf(...IN_QUEUE, rejected("t1", 3));
  const unanswered = teamOf(started({ on_high: "deny" }), ...AT_WORK.slice(1), gate);
  expect(events(blocked)).toMatchObject([{ type: "task.finished", status: "blocked" }]);
  expect(events(rejectedOften)).toMatchObject([{ type: "task.finished", status: "failed" }]);
  expect(events(unanswered)).toMatchObject([{ type: "gate.answered", answer: "deny" }]);
});

test("a frame that comes again asks for nothing", () => {
  const frame: EventBody = { ...reported("t1", "ada"), up: { worker: "ada", n: 3 } };
  const team = teamOf(...AT_WORK);
  expect([actionsOf(team, frame), actionsOf(teamOf(...AT_WORK, frame), frame)]).toEqual([
    [{ do: "collect", task: "t1" }],
    [],
  ]);
});

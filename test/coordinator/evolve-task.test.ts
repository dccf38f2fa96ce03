import { expect, test } from "vitest";
import type { BoardTask, WorkerState } from "../../src/coordinator/team.ts";
import { UNCHANGED } from "../../src/coordinator/team.ts";
import type { EventBody } from "../../src/session/events.ts";
import {
  AT_WORK,
  approved,
  assigned,
  BASE,
  created,
  finished,
  IN_QUEUE,
  inProgress,
  MERGED,
  merged,
  modelCall,
  needsYou,
  newTask,
  only,
  queued,
  ready,
  rejected,
  reported,
  spawned,
  stalled,
  started,
  step,
  taskOf,
  teamOf,
  toolStart,
  WORK,
  workerOf,
} from "./support.ts";

type Row<Part> = [string, readonly EventBody[], EventBody, Part];

const lost: EventBody = { type: "worker.lost", worker: "ada", reason: "SIGKILL" };

test.each<Row<Partial<BoardTask>>>([
  [
    "its creation",
    [started()],
    created("t1", { check: "make" }),
    {
      ...newTask("t1"),
      check: "make",
      phase: "waiting",
      worker: null,
      rejections: 0,
      losses: 0,
      calls: 0,
      report: null,
      receipt: null,
    },
  ],
  [
    "a change of some of it",
    [started(), created("t1")],
    { type: "task.updated", task: "t1", by: "coordinator", change: { risk: "HIGH" } },
    { ...newTask("t1"), risk: "HIGH", phase: "waiting" },
  ],
  [
    "its assignment",
    [started(), created("t1"), approved],
    assigned("t1", "ada", { words: "look first", tools: ["Read"] }),
    {
      phase: "assigned",
      worker: "ada",
      branch: "swarmux/s1/t1",
      base: BASE,
      checkout: "ada",
      words: "look first",
      tools: ["Read"],
    },
  ],
  [
    "its checkout",
    [started(), created("t1"), approved, assigned("t1", "ada")],
    inProgress("t1"),
    { phase: "working" },
  ],
  [
    "a late word of its checkout",
    [...AT_WORK, finished("t1", "blocked")],
    inProgress("t1"),
    { phase: "blocked" },
  ],
  [
    "a report",
    AT_WORK,
    reported("t1", "ada"),
    { phase: "reported", report: { status: "done", summary: "summary of t1", followUps: [] } },
  ],
  [
    "a report that comes again",
    IN_QUEUE,
    reported("t1", "ada", "failed"),
    { phase: "queued", report: { status: "done", summary: "summary of t1", followUps: [] } },
  ],
  [
    "a report without a change",
    [...AT_WORK, reported("t1", "ada")],
    { type: "task.updated", task: "t1", by: "ada", note: UNCHANGED },
    { phase: "unchanged" },
  ],
  [
    "the queue",
    [...AT_WORK, reported("t1", "ada")],
    queued("t1", "ada"),
    { phase: "queued", commit: WORK },
  ],
  [
    "a rejection",
    IN_QUEUE,
    rejected("t1", 1),
    { phase: "working", rejections: 1, why: "npm test → exit 1", base: MERGED, commit: null },
  ],
  [
    "a rejection after it was stopped",
    [...IN_QUEUE, finished("t1", "blocked")],
    rejected("t1", 1),
    { phase: "blocked", rejections: 0, why: "why" },
  ],
  [
    "its merge",
    [...IN_QUEUE, merged("t1")],
    finished("t1", "completed", { why: "merged" }),
    { phase: "merged", worker: "ada", why: "merged" },
  ],
  [
    "its failure",
    AT_WORK,
    finished("t1", "failed"),
    { phase: "failed", worker: "ada", why: "why" },
  ],
  [
    "a no of the person",
    AT_WORK,
    finished("t1", "blocked", { denied: true }),
    { phase: "blocked", denied: true },
  ],
  [
    "another try",
    [...IN_QUEUE, rejected("t1", 1), lost, finished("t1", "failed")],
    {
      type: "task.updated",
      task: "t1",
      by: "coordinator",
      status: "pending",
      change: { description: "new" },
    },
    {
      phase: "waiting",
      description: "new",
      subject: "subject of t1",
      worker: null,
      branch: null,
      rejections: 0,
      losses: 0,
      why: "",
      commit: null,
      report: null,
    },
  ],
  [
    "another try of what waits",
    [started(), created("t1")],
    {
      type: "task.updated",
      task: "t1",
      by: "coordinator",
      status: "pending",
      change: { description: "new" },
    },
    { phase: "waiting", description: "new" },
  ],
  ["the death of its worker", AT_WORK, lost, { phase: "working", losses: 1, worker: "ada" }],
  [
    "the death of a worker that never came up",
    [...AT_WORK, lost, { type: "worker.respawned", worker: "ada", pid: 9, pane: null }],
    lost,
    { phase: "working", losses: 1, worker: "ada" },
  ],
  ["a tool call", AT_WORK, toolStart("t1"), { calls: 1 }],
])("a task after %s", (_name, ...[events, body, expected]) => {
  const { after } = step(teamOf(...events), body);
  expect(only(taskOf(after, "t1"), expected)).toEqual(expected);
});

test.each<Row<Partial<WorkerState>>>([
  [
    "its first task",
    [started(), created("t1"), approved],
    assigned("t1", "ada"),
    {
      name: "ada",
      badge: 1,
      state: "starting",
      task: "t1",
      pid: null,
      model: "claude-sonnet-5-5",
      cursor: 0,
    },
  ],
  [
    "its start",
    [started()],
    spawned("ada", 3),
    { badge: 3, pid: 103, pane: "%1", colour: "75", state: "starting" },
  ],
  [
    "its first word, without a task",
    [started(), spawned("ada")],
    ready("ada", 4),
    { state: "idle", pid: 101, cursor: 4 },
  ],
  [
    "its first word, with a task",
    [started(), created("t1"), approved, assigned("t1", "ada"), spawned("ada")],
    ready("ada"),
    { state: "working", task: "t1" },
  ],
  [
    "its first word, with work in the queue",
    [...IN_QUEUE, lost, { type: "worker.respawned", worker: "ada", pid: 9, pane: null }],
    ready("ada"),
    { state: "reported", task: "t1" },
  ],
  ["a report", AT_WORK, reported("t1", "ada"), { state: "reported", doing: null }],
  ["a rejection", IN_QUEUE, rejected("t1", 1), { state: "working", task: "t1" }],
  ["the end of its task", AT_WORK, finished("t1", "failed"), { state: "idle", task: null }],
  [
    "a deleted task",
    AT_WORK,
    { type: "task.updated", task: "t1", by: "coordinator", status: "deleted" },
    { state: "idle", task: null },
  ],
  [
    "the next task",
    [...AT_WORK, finished("t1", "failed"), created("t2")],
    assigned("t2", "ada", { model: "other" }),
    { state: "working", task: "t2", model: "other", badge: 1 },
  ],
  ["its death", AT_WORK, lost, { state: "lost", pid: null, task: "t1" }],
  [
    "the end of its task while it is started again",
    [...AT_WORK, lost],
    finished("t1", "blocked"),
    { state: "starting", task: null },
  ],
  [
    "the last death over a task",
    [...AT_WORK, lost, lost, lost],
    finished("t1", "failed"),
    { state: "lost", task: null },
  ],
  ["its silence", AT_WORK, stalled, { state: "working", isStalled: true, pid: 101 }],
  ["its return", [...AT_WORK, stalled], ready("ada"), { state: "working", isStalled: false }],
  ["its death in silence", [...AT_WORK, stalled], lost, { state: "lost", isStalled: false }],
  ["one restart too many", [...AT_WORK, lost], needsYou, { state: "needs-you", task: "t1" }],
  [
    "a person's word after that",
    [...AT_WORK, lost, needsYou],
    { type: "session.resumed", by: "person" },
    { state: "starting", task: "t1" },
  ],
  [
    "such a word when its task has ended",
    [...AT_WORK, lost, needsYou, finished("t1", "blocked")],
    { type: "session.resumed", by: "person", worker: "ada" },
    { state: "lost", task: null },
  ],
  [
    "a new start",
    [...AT_WORK, lost],
    { type: "worker.respawned", worker: "ada", pid: 9, pane: "%2" },
    { state: "starting", pid: 9, pane: "%2", task: "t1" },
  ],
  [
    "its exit",
    AT_WORK,
    { type: "worker.exited", worker: "ada", code: 0 },
    { state: "exited", pid: null },
  ],
  ["a tool call", AT_WORK, toolStart("t1"), { doing: "Bash npm test" }],
  [
    "the end of that call",
    [...AT_WORK, toolStart("t1")],
    { type: "tool.finished", agent: "ada", id: "c1", ok: true, ms: 1 },
    { doing: null },
  ],
  ["a model's call", AT_WORK, modelCall("ada", 0.25), { cost_usd: 0.25 }],
  [
    "a new coordinator",
    AT_WORK,
    { type: "session.resumed", by: "person", epoch: 2 },
    { state: "lost", pid: null, task: "t1" },
  ],
])("a worker after %s", (_name, ...[events, body, expected]) => {
  const { after } = step(teamOf(...events), body);
  expect(only(workerOf(after, "ada"), expected)).toEqual(expected);
});

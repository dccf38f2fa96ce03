/** What the tests of this room share: events as the journal would hold them, and teams made by folding such events. */
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Action, decide } from "../../src/coordinator/decide.ts";
import type { Step } from "../../src/coordinator/down.ts";
import { evolve, foldTeam } from "../../src/coordinator/evolve.ts";
import type { Rights } from "../../src/coordinator/rights.ts";
import type { BoardTask, Team, WorkerState } from "../../src/coordinator/team.ts";
import { presets } from "../../src/risk/grants.ts";
import {
  type EventBody,
  type EventOf,
  parseEvent,
  type SessionEvent,
  type SessionOptions,
} from "../../src/session/events.ts";
import type { Task } from "../../src/task.ts";

/** When every event of these tests happens. */
export const AT = "2026-11-21T10:00:00.000Z";

export async function tempFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "swarmux-coordinator-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The event with that number, as it would be read back from the journal. */
export function stamp(body: EventBody, seq: number): SessionEvent {
  const ts = AT;
  return parseEvent({ v: 1, seq, ts, ...body, chain: seq.toString(16).padStart(64, "0") });
}

export function journalOf(...bodies: readonly EventBody[]): SessionEvent[] {
  return bodies.map((body, index) => stamp(body, index + 1));
}

/** The team after these events. */
export function teamOf(...bodies: readonly EventBody[]): Team {
  return foldTeam(journalOf(...bodies));
}

/** What the next event makes of the team. */
export function step(before: Team, body: EventBody): Step {
  const event = stamp(body, before.seq + 1);
  return { before, after: evolve(before, event), event };
}

export function actionsOf(team: Team, body: EventBody): readonly Action[] {
  return decide(team, stamp(body, team.seq + 1)).actions;
}

export function taskOf(team: Team, id: string): BoardTask {
  const task = team.tasks.get(id);
  if (task === undefined) throw new Error(`there is no task ${id}`);
  return task;
}

export function workerOf(team: Team, name: string): WorkerState {
  const worker = team.workers.get(name);
  if (worker === undefined) throw new Error(`there is no worker ${name}`);
  return worker;
}

const OPTIONS: SessionOptions = {
  workers: 2,
  model: "claude-sonnet-5-5",
  coordinator_model: "claude-opus-5-5",
  offline: false,
  checks: ["npm test"],
  checks_from: "person",
  allow_red: false,
  budget: null,
  token_budget: null,
  time_budget_ms: null,
  yes: true,
  panes: "none",
  headless: true,
  on_high: "ask",
  grant: "full",
  no_shell: false,
  task_budget: null,
};

/** What holds for calls of workers in these tests. */
export const NO_RULES: Rights = {
  rules: [],
  placeOf: () => ({ root: tmpdir(), outputs: "/nowhere", enclosure: { kind: "none" } }),
};

export const BASE = "0".repeat(40);
export const WORK = "1".repeat(40);
export const MERGED = "2".repeat(40);

export function started(options: Partial<SessionOptions> = {}): EventOf<"session.started"> {
  return {
    type: "session.started",
    session: "s1",
    task: "move to promises",
    repo: "/repo",
    base: BASE,
    options: { ...OPTIONS, ...options },
  };
}

/** A task whose file is its own. */
export function newTask(id: string, more: Partial<Task> = {}): Task {
  return {
    id,
    subject: `subject of ${id}`,
    description: `text of ${id}`,
    blockedBy: [],
    risk: "MEDIUM",
    files: [`${id}.ts`],
    ...more,
  };
}

export function created(id: string, more: Partial<Task> = {}): EventOf<"task.created"> {
  return { type: "task.created", task: newTask(id, more) };
}

export const approved: EventBody = { type: "plan.approved", by: "person" };

export function assigned(
  task: string,
  worker: string,
  more: Partial<EventOf<"task.assigned">> = {},
): EventOf<"task.assigned"> {
  return {
    type: "task.assigned",
    task,
    worker,
    branch: `swarmux/s1/${task}`,
    base: BASE,
    checkout: worker,
    words: "",
    tools: null,
    model: "claude-sonnet-5-5",
    grant: presets.full,
    ...more,
  };
}

export function spawned(worker: string, badge = 1): EventOf<"worker.spawned"> {
  const model = "claude-sonnet-5-5";
  return {
    type: "worker.spawned",
    worker,
    pid: 100 + badge,
    pane: "%1",
    colour: "75",
    badge,
    model,
  };
}

export function ready(worker: string, n?: number): EventBody {
  const event: EventBody = { type: "worker.ready", worker, pid: 101 };
  return n === undefined ? event : { ...event, up: { worker, n } };
}

export const stalled: EventBody = { type: "worker.stalled", worker: "ada", silent_ms: 10_000 };

/** `ada` died too often. */
export const needsYou: EventBody = {
  type: "session.paused",
  by: "supervisor",
  worker: "ada",
  ends: false,
  reason: "it died",
};

export function inProgress(task: string): EventOf<"task.updated"> {
  return { type: "task.updated", task, by: "coordinator", status: "in_progress" };
}

export function reported(
  task: string,
  by: string,
  status: "done" | "blocked" | "failed" = "done",
): EventOf<"task.updated"> {
  const report = { status, summary: `summary of ${task}`, followUps: [] };
  return { type: "task.updated", task, by, report };
}

export function queued(task: string, worker: string): EventOf<"integration.queued"> {
  return { type: "integration.queued", task, worker, status: "done", commit: WORK };
}

export function merged(task: string): EventOf<"integration.merged"> {
  return { type: "integration.merged", task, commit: MERGED, branch: "swarmux/s1/integration" };
}

export function rejected(task: string, tries: number): EventOf<"integration.rejected"> {
  return { type: "integration.rejected", task, why: "npm test → exit 1", tries, base: MERGED };
}

export function finished(
  task: string,
  status: "completed" | "failed" | "blocked",
  more: Partial<EventOf<"task.finished">> = {},
): EventOf<"task.finished"> {
  return { type: "task.finished", task, status, worker: null, why: "why", receipt: null, ...more };
}

/** Events that lead to `ada` at work on t1, with its checkout ready. */
export const AT_WORK: readonly EventBody[] = [
  started(),
  created("t1"),
  approved,
  assigned("t1", "ada"),
  spawned("ada"),
  ready("ada"),
  inProgress("t1"),
];

/** Events that lead to t1 of `ada` in the merge queue. */
export const IN_QUEUE: readonly EventBody[] = [
  ...AT_WORK,
  reported("t1", "ada"),
  queued("t1", "ada"),
];

/** The fields of `part` as they are in `whole`. */
export function only(whole: object, part: object): object {
  const entries = Object.entries(whole).filter(([name]) => name in part);
  return Object.fromEntries(entries);
}

export function modelCall(agent: string, cost_usd: number | null): EventBody {
  const usage = { input: 1, output: 2, cache_read: 3, cache_write: 4 };
  return {
    type: "model.called",
    agent,
    task: null,
    model: "m",
    usage,
    cost_usd,
    duration_ms: 1,
    cache: 0,
  };
}

export function toolStart(task: string | null, agent = "ada"): EventBody {
  const input = { command: "npm test" };
  return { type: "tool.started", agent, id: "c1", task, tool: "Bash", input, risk: "MEDIUM" };
}

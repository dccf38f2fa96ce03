/** The team's whole state, as `evolve` folds it from the session's journal, and the questions asked of it. Nothing that matters lives anywhere else. */
import type { Entry } from "../memory/entry.ts";
import type { Grant } from "../permissions.ts";
import type { EventOf, Gate, Outcome, Wish } from "../session/events.ts";
import type { Receipt, Report, Risk, Task, TaskDetail, TaskRow, TaskStatus } from "../task.ts";

/**
 * Where a task is. `assigned`: its worker and checkout are being made ready. `reported`: its worker says done, the
 * work is not yet committed. `queued`: waits in the merge queue. `unchanged`: done without any change, the lead confirms it.
 */
export type Phase =
  | "waiting"
  | "assigned"
  | "working"
  | "reported"
  | "unchanged"
  | "queued"
  | "merged"
  | "failed"
  | "blocked";

export interface BoardTask extends Task {
  readonly phase: Phase;
  readonly worker: string | null;
  readonly branch: string | null;
  readonly base: string | null;
  /** How the lead wants it done, where it said so before the task was given to anybody. */
  readonly wish: Wish | null;
  /** Words of the lead for the worker, put before the task's text. */
  readonly words: string;
  /** Tools that the lead wished it to be limited to; null is no wish. */
  readonly tools: readonly string[] | null;
  /** What its worker may do at most; null where nobody has it yet. */
  readonly grant: Grant | null;
  readonly checkout: string;
  /** The commit of the work that waits in the merge queue. */
  readonly commit: string | null;
  /** Where that commit holds what looks like a secret. */
  readonly leaks: readonly string[];
  /** Whether its worker was told of such places before: then a person is asked. */
  readonly leaksTold: boolean;
  readonly report: Report | null;
  readonly receipt: Receipt | null;
  readonly why: string;
  /** It was given up because a person denied what it needs. */
  readonly denied: boolean;
  /** How often its work came back from the merge queue. */
  readonly rejections: number;
  /** How often its worker died over it. */
  readonly losses: number;
  /** Tool calls its worker has made for it. */
  readonly calls: number;
  /** What its workers' model calls for it have cost. */
  readonly cost_usd: number;
  /** When its worker got it, and when it ended: instants of the journal. */
  readonly since: string | null;
  readonly until: string | null;
  /** Lines that its worker's edits have put in and taken out, as the calls say it. */
  readonly lines: LinesChanged;
}

export interface LinesChanged {
  readonly added: number;
  readonly removed: number;
}

export interface WorkerState {
  readonly name: string;
  readonly badge: number;
  readonly colour: string;
  readonly model: string;
  readonly pid: number | null;
  readonly pane: string | null;
  /** `needs-you`: it died too often, and is started again when a person says so. */
  readonly state: "starting" | "idle" | "working" | "reported" | "lost" | "needs-you" | "exited";
  /** It is there, and nothing was heard of it for a while. */
  readonly isStalled: boolean;
  readonly task: string | null;
  /** The tool call it is in, e.g. `Bash npm test`. */
  readonly doing: string | null;
  /** What that call changes, if it goes well. */
  readonly changing: LinesChanged | null;
  /** Tokens of its conversation at its last model call; null before the first. */
  readonly context: number | null;
  readonly cost_usd: number;
  /** Number of the newest frame of it whose effect is in the journal. */
  readonly cursor: number;
}

export interface Message {
  readonly seq: number;
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

export interface Question {
  readonly id: string;
  readonly agent: string;
  readonly text: string;
  /** The task that a worker asks for. */
  readonly task?: string;
}

export interface Spending {
  readonly calls: number;
  readonly input: number;
  readonly output: number;
  readonly cache_read: number;
  readonly cache_write: number;
  readonly cost_usd: number;
  /** Calls of a model without a known price: the sum is then a lower bound. */
  readonly unpriced: number;
}

export interface Team {
  readonly seq: number;
  readonly session: EventOf<"session.started"> | null;
  readonly state: "running" | "paused" | "finished";
  readonly outcome: Outcome | null;
  /** What paused it: `person`, `budget`, `api`, `tmux`. */
  readonly pausedBy: string | null;
  readonly summary: string;
  readonly plan: {
    readonly status: "none" | "proposed" | "approved" | "rejected";
    /** Tasks the person (or --yes) has said yes to. */
    readonly approved: readonly string[];
    readonly note: string;
  };
  /** In the order in which they are shown and, once ready, given to workers. */
  readonly tasks: ReadonlyMap<string, BoardTask>;
  /** Tasks ever created; the number of a task is never used twice. */
  readonly created: number;
  readonly workers: ReadonlyMap<string, WorkerState>;
  readonly integration: {
    readonly branch: string;
    readonly head: string;
    readonly merged: readonly { readonly task: string; readonly commit: string }[];
    readonly queue: readonly string[];
  };
  readonly baseChecks: readonly EventOf<"integration.checked">[];
  readonly memory: readonly Entry[];
  readonly questions: ReadonlyMap<string, Question>;
  readonly questionsAsked: number;
  /** Actions that wait for a person, oldest first. */
  readonly gates: ReadonlyMap<string, Gate>;
  /** What the person allowed for this session, as the gates showed it. */
  readonly allowances: ReadonlySet<string>;
  /** Gates that the coordinator itself has opened: the number of one is never used twice. */
  readonly ownGates: number;
  /** Hashes of merges that a person has said yes to. */
  readonly granted: ReadonlySet<string>;
  /** The actions that the person has said yes to. */
  readonly consents: ReadonlyMap<string, Gate>;
  /** How often each action (by its hash) was denied for its task. */
  readonly denials: ReadonlyMap<string, number>;
  /** Until when nobody calls the model, because the API said slow down; null once somebody could again. */
  readonly limitedUntil: string | null;
  /** Agents whose model calls wait; `*` is everybody. */
  readonly held: ReadonlySet<string>;
  /** Messages not yet delivered. */
  readonly mail: readonly Message[];
  readonly spending: Spending;
  readonly epoch: number;
}

export const EMPTY_TEAM: Team = {
  seq: 0,
  session: null,
  state: "running",
  outcome: null,
  pausedBy: null,
  summary: "",
  plan: { status: "none", approved: [], note: "" },
  tasks: new Map(),
  created: 0,
  workers: new Map(),
  integration: { branch: "", head: "", merged: [], queue: [] },
  baseChecks: [],
  memory: [],
  questions: new Map(),
  questionsAsked: 0,
  gates: new Map(),
  ownGates: 0,
  granted: new Set(),
  allowances: new Set(),
  consents: new Map(),
  denials: new Map(),
  limitedUntil: null,
  held: new Set(),
  mail: [],
  spending: {
    calls: 0,
    input: 0,
    output: 0,
    cache_read: 0,
    cache_write: 0,
    cost_usd: 0,
    unpriced: 0,
  },
  epoch: 0,
};

/** The product's word for a task's state. */
export function statusOf(task: BoardTask): TaskStatus {
  switch (task.phase) {
    case "waiting":
      return "pending";
    case "assigned":
    case "working":
    case "reported":
    case "unchanged":
    case "queued":
      return "in_progress";
    case "merged":
      return "completed";
    case "failed":
      return "failed";
    case "blocked":
      return "blocked";
  }
}

/** Tasks that are merged: those that failed or were given up are settled, and not done. */
export function countDone({ tasks }: Team): number {
  return [...tasks.values()].filter(({ phase }) => phase === "merged").length;
}

/** Whether nothing will move this task any more by itself. */
export function isSettled(task: BoardTask): boolean {
  return task.phase === "merged" || task.phase === "failed" || task.phase === "blocked";
}

/** Whether the task may be started: approved, waiting, and all that it needs is merged. */
export function isReady(team: Team, task: BoardTask): boolean {
  return (
    task.phase === "waiting" &&
    mayStart(team, task.id, task.risk) &&
    task.blockedBy.every((id) => team.tasks.get(id)?.phase === "merged")
  );
}

/**
 * Whether the plan covers the task. After an approval the lead may add up to a quarter more tasks by itself,
 * none of them HIGH; beyond that the plan is proposed again.
 */
export function mayStart(team: Team, id: string, risk: Risk): boolean {
  if (team.plan.approved.includes(id)) return true;
  return team.plan.approved.length > 0 && risk !== "HIGH" && !outgrewPlan(team);
}

/** Whether the board holds tasks that the person has to see before they may start. */
export function needsApproval(team: Team): boolean {
  if (team.plan.status === "rejected") return false;
  return team.plan.approved.length === 0 ? team.tasks.size > 0 : outgrewPlan(team);
}

/** Whether tasks were added beyond what an approved plan covers. */
export function outgrewPlan(team: Team): boolean {
  const added = [...team.tasks.values()].filter((task) => !team.plan.approved.includes(task.id));
  return added.some((task) => task.risk === "HIGH") || added.length > team.plan.approved.length / 4;
}

export function toRow(task: BoardTask): TaskRow {
  const { id, subject, blockedBy, risk } = task;
  return { id, subject, status: statusOf(task), owner: task.worker, blockedBy, risk };
}

export function toDetail(task: BoardTask): TaskDetail {
  return {
    ...toRow(task),
    description: task.description,
    files: task.files,
    check: task.check ?? null,
    report: task.report === null ? null : `${task.report.status}: ${task.report.summary}`,
  };
}

/** The note of the `task.updated` that says a task was reported done and its checkout holds no change. */
export const UNCHANGED = "reported done without any change";

/** The part of a call's input that tells a person most, on one line. */
export function hint(input: Record<string, unknown>): string {
  const value =
    input["command"] ??
    input["file_path"] ??
    input["pattern"] ??
    input["url"] ??
    input["subject"] ??
    input["to"] ??
    input["query"] ??
    input["status"];
  return typeof value === "string" ? (value.split("\n")[0] ?? "").slice(0, 120) : "";
}

/** Stands for all agents in `held`. */
export const EVERYBODY = "*";

/** Who pauses a worker that dies too often. */
export const SUPERVISOR = "supervisor";

/** Who pauses everybody while there is no room on the disk. */
export const DISK = "disk";

/** Whether the agent's model calls wait for a `continue`. */
export function isHeld(team: Team, agent: string): boolean {
  return [EVERYBODY, DISK, agent].some((name) => team.held.has(name));
}

/** The same action of the same task, however often it is asked for. */
export function denialKey(gate: Pick<Gate, "task" | "hash">): string {
  return `${gate.task ?? ""} ${gate.hash}`;
}

/** Stands for the coordinator itself as the one who asks: for the merge of a HIGH task, or a HIGH check. */
export const COORDINATOR = "coordinator";

/** Whether a person has said no to something that the task asked for. */
export function wasDenied(team: Team, task: string): boolean {
  return [...team.denials.keys()].some((key) => key.startsWith(`${task} `));
}

/** Stands for the API as what paused the session. */
export const API = "api";

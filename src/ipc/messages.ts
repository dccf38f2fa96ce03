/**
 * Everything that crosses the wire between the coordinator and the others, and the version of it.
 *
 * Two kinds travel. **Numbered** bodies (`Down`, `Up`) are projections of the sender's journal: the event's
 * number is the frame's number, they arrive once and in order, whoever is killed when. **Requests** have an
 * answer and no number: they are sent again until answered, and the same id asked twice does its work once.
 */
import { z } from "zod";
import { Grant, Policy } from "../permissions.ts";
import { Report, Risk, Task, TaskDetail } from "../task.ts";

export const PROTOCOL_VERSION = 1;

/** Tokens of one model call, as the API counts them. `input` is what was neither read from nor written to the cache. */
export const Usage = z.object({
  input: z.number(),
  output: z.number(),
  cache_read: z.number(),
  cache_write: z.number(),
});
export type Usage = z.infer<typeof Usage>;

/** One finished model call. `cost_usd` is null when the model has no known price. */
export const ModelCall = z.object({
  model: z.string(),
  usage: Usage,
  cost_usd: z.number().nullable(),
  duration_ms: z.number(),
  /** Share of the prompt that was read from the cache, 0 to 1. */
  cache: z.number(),
});
export type ModelCall = z.infer<typeof ModelCall>;

/** A memory entry on the wire; the memory room owns its meaning. */
const WireEntry = z.looseObject({ id: z.string() });

/** What the coordinator tells a worker to do. Imperative. */
export const Command = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("assign"),
    task: Task,
    /** Words of the lead for this worker, put before the task's text. */
    words: z.string(),
    checkout: z.string(),
    /** Tools this worker may use; null is all of a worker's. */
    tools: z.array(z.string()).nullable(),
    model: z.string(),
    /** What this worker may do for this task at most. */
    grant: Grant.optional(),
  }),
  /** The coordinator's verdict on a report. `merged: false` sends the work back with `text`. */
  z.object({
    type: z.literal("verdict"),
    task: z.string(),
    merged: z.boolean(),
    final: z.boolean(),
    text: z.string(),
  }),
  /** Words for the agent; they reach it before its next model call. `id` is the message's number in the journal. */
  z.object({ type: z.literal("steer"), id: z.number(), from: z.string(), text: z.string() }),
  /** The person's answer to this worker's gate. `note` is theirs, word for word. */
  z.object({
    type: z.literal("gate"),
    gate: z.string(),
    hash: z.string(),
    allowed: z.boolean(),
    note: z.string(),
    /** When the person answered, ISO 8601: a yes does not keep. */
    at: z.string().optional(),
    /** The input that the person put in place of the agent's; it is judged anew. */
    input: z.record(z.string(), z.unknown()).optional(),
  }),
  /** The person's words on this worker's question. */
  z.object({ type: z.literal("answer"), question: z.string(), text: z.string() }),
  /** The task is taken away: stop working on it, report nothing. */
  z.object({ type: z.literal("drop"), task: z.string(), reason: z.string() }),
]);
export type Command = z.infer<typeof Command>;

/** What one journal event means to one worker: commands, changed rows of the board, new memory. */
export const Down = z.object({
  commands: z.array(Command),
  rows: z.array(TaskDetail),
  entries: z.array(WireEntry),
});
export type Down = z.infer<typeof Down>;

/** What a worker says is so. Each becomes one event of the session's journal. */
export const Up = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready"), pid: z.number() }),
  z.object({ type: z.literal("model.called"), task: z.string().nullable(), call: ModelCall }),
  z.object({
    type: z.literal("tool.started"),
    id: z.string(),
    task: z.string().nullable(),
    tool: z.string(),
    input: z.record(z.string(), z.unknown()),
    risk: Risk,
    /** The gate whose yes it runs under. */
    gate: z.string().optional(),
    /** The person's rule that it runs under. */
    rule: z.string().optional(),
    /** It does not run. */
    refused: z.boolean().optional(),
  }),
  z.object({
    type: z.literal("tool.finished"),
    id: z.string(),
    ok: z.boolean(),
    ms: z.number(),
    /** Why the call did not run, where it was refused. */
    refused: z.string().optional(),
  }),
  /** A call waits for a person, because it is HIGH or a rule says so; `gate` is the id that the worker gave it. */
  z.object({
    type: z.literal("gate"),
    gate: z.string(),
    /** The tool call that waits. */
    call: z.string(),
    task: z.string(),
    tool: z.string(),
    input: z.record(z.string(), z.unknown()),
    risk: Risk.default("HIGH"),
    reasons: z.array(z.string()),
    cwd: z.string(),
    hash: z.string(),
    /** What a yes gives it beyond the sandbox; left out where no process is started. */
    gives: z.array(z.enum(["outside", "network", "protected"])).optional(),
  }),
  /** The action of a gate is another one by now, or will not run. */
  z.object({ type: z.literal("gate.void"), gate: z.string(), reason: z.string() }),
  /** A question for the person; `question` is the id that the worker gave it. */
  z.object({
    type: z.literal("question"),
    question: z.string(),
    task: z.string(),
    text: z.string(),
  }),
  /** Words that a person typed into this worker's pane, for this worker. */
  z.object({ type: z.literal("typed"), text: z.string() }),
  z.object({ type: z.literal("report"), task: z.string(), report: Report }),
  /** The task can't go on and no report will come: the code's word, not the agent's. */
  z.object({
    type: z.literal("gave-up"),
    task: z.string(),
    status: z.enum(["blocked", "failed"]),
    why: z.string(),
  }),
  z.object({ type: z.literal("message"), to: z.string(), text: z.string() }),
  z.object({ type: z.literal("delivered"), message: z.number() }),
  z.object({
    type: z.literal("remember"),
    draft: z.looseObject({ text: z.string() }),
    sources: z.array(z.string()),
    task: z.string().nullable(),
  }),
]);
export type Up = z.infer<typeof Up>;

/** The process of a person's command, which must not descend from a worker. */
const Pid = z.number();

/** Asked by a worker before and around each model call, and by a person's command. */
export const Request = z.discriminatedUnion("type", [
  /** May I call the model? Answered when it may, or with the reason why it never will. */
  z.object({
    type: z.literal("permit"),
    model: z.string(),
    /** Calls with the same prefix share a cache: the first one goes alone until its answer has begun. */
    prefix: z.string(),
    /** Estimated size of the prompt in tokens. */
    input: z.number(),
  }),
  z.object({ type: z.literal("begun"), permit: z.string() }),
  /** The worker can't write its journal for want of room, or can again. */
  z.object({ type: z.literal("disk"), full: z.boolean() }),
  z.object({
    type: z.literal("ended"),
    permit: z.string(),
    /** Set when the API said slow down: how long, and which status it answered. */
    throttled: z.object({ status: z.number(), ms: z.number() }).nullable(),
  }),
  z.object({ type: z.literal("tell"), to: z.string(), text: z.string(), pid: Pid }),
  z.object({ type: z.literal("stop"), worker: z.string().nullable(), pid: Pid }),
  z.object({
    type: z.literal("gate"),
    gate: z.string(),
    hash: z.string(),
    answer: z.enum(["once", "session", "edit", "deny"]),
    note: z.string(),
    /** Of `edit`: what stands in the action's place of its command or address. */
    text: z.string().optional(),
    pid: Pid,
  }),
  z.object({ type: z.literal("pause"), worker: z.string().nullable(), pid: Pid }),
  z.object({ type: z.literal("continue"), worker: z.string().nullable(), pid: Pid }),
  z.object({ type: z.literal("answer"), question: z.string(), text: z.string(), pid: Pid }),
  z.object({ type: z.literal("plan"), approve: z.boolean(), note: z.string(), pid: Pid }),
  /** Changes a task that nobody has begun. */
  z.object({
    type: z.literal("edit"),
    task: z.string(),
    change: Task.pick({
      subject: true,
      description: true,
      blockedBy: true,
      risk: true,
      files: true,
    }).partial(),
    pid: Pid,
  }),
  /** Moves a task past its neighbour in the plan that waits. */
  z.object({ type: z.literal("move"), task: z.string(), to: z.enum(["up", "down"]), pid: Pid }),
  z.object({ type: z.literal("drop"), task: z.string(), pid: Pid }),
  z.object({ type: z.literal("retry"), task: z.string(), pid: Pid }),
]);
export type Request = z.infer<typeof Request>;

/** What a person's command asks for; which process asks is added where it is sent. */
export type PersonRequest = WithoutPid<Extract<Request, { pid: number }>>;

type WithoutPid<One> = One extends unknown ? Omit<One, "pid"> : never;

export const Answer = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ok"), text: z.string() }),
  z.object({ type: z.literal("permit"), permit: z.string() }),
  /** No call will be allowed any more, for the session or for the worker's task: the budget is spent. */
  z.object({ type: z.literal("stop"), why: z.string() }),
  /** Not now: the team waits until `until` (milliseconds since 1970). Ask again then. */
  z.object({ type: z.literal("refused"), why: z.string() }),
]);
export type Answer = z.infer<typeof Answer>;

/**
 * What a worker gets with the coordinator's greeting: the state that later `Down` bodies change, and what it needs to
 * call the model (`env` holds the person's `ANTHROPIC_*` variables, which are in no command line and no pane).
 */
export const Snapshot = z.object({
  rows: z.array(TaskDetail),
  entries: z.array(WireEntry),
  env: z.record(z.string(), z.string()),
  /** The session's rules and grant, which hold for every worker. */
  policy: Policy,
});
export type Snapshot = z.infer<typeof Snapshot>;

/**
 * Everything that happens to a session, one schema an event type. The journal holds nothing else, and every view
 * (board, panes, status, cost, resume) is computed from these. `up` on an event names the worker's frame that caused
 * it: effect and cursor are one line, so a frame that comes again changes nothing.
 */
import { z } from "zod";
import { Grant, GrantName } from "../permissions.ts";
import { Receipt, Report, ReportStatus, Risk, Task } from "../task.ts";

const Up = z.object({ worker: z.string(), n: z.number() });

/** Every event may carry the cursor of the worker's frame that it came from. */
function event<Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) {
  return z.object({ type: z.literal(type), ...shape, up: Up.optional() });
}

/** What every checkout gets besides its commit; `setup_from` is whose command `setup` is. */
const CheckoutOptions = z.object({
  /** Null: the dependency folders that are found. */
  link: z.array(z.string()).nullable(),
  copy: z.array(z.string()),
  setup: z.string().nullable(),
  setup_from: z.enum(["person", "repository"]),
});
export type CheckoutOptions = z.infer<typeof CheckoutOptions>;

const SessionOptions = z.object({
  workers: z.number(),
  model: z.string(),
  coordinator_model: z.string(),
  offline: z.boolean(),
  checks: z.array(z.string()),
  /** Where the checks came from: those of a person need no gate. */
  checks_from: z.enum(["person", "repository"]),
  checkout: CheckoutOptions.optional(),
  allow_red: z.boolean(),
  budget: z.number().nullable(),
  token_budget: z.number().nullable(),
  time_budget_ms: z.number().nullable(),
  yes: z.boolean(),
  panes: z.enum(["tmux", "none"]),
  headless: z.boolean(),
  on_high: z.enum(["ask", "deny"]),
  /** `off`: the person said --no-sandbox; `missing`: this machine has none. Older journals don't say. */
  sandbox: z.enum(["on", "off", "missing"]).optional(),
  /** What every agent may do at most. */
  grant: GrantName.default("full"),
  /** No agent runs commands. */
  no_shell: z.boolean().default(false),
  /** US dollars that a worker may spend on one task. */
  task_budget: z.number().nullable().default(null),
});
export type SessionOptions = z.infer<typeof SessionOptions>;

const Usage = z.object({
  input: z.number(),
  output: z.number(),
  cache_read: z.number(),
  cache_write: z.number(),
});

const MemoryEntry = z.object({
  id: z.string(),
  text: z.string(),
  kind: z.enum(["fact", "convention", "decision", "warning"]),
  files: z.array(z.string()),
  by: z.string(),
  task: z.string().nullable(),
  at: z.string(),
  sources: z.array(z.string()),
  trust: z.enum(["person", "agent"]),
});

export const Outcome = z.enum(["done", "failed", "missing", "temporary", "denied", "interrupted"]);
export type Outcome = z.infer<typeof Outcome>;

/** An action that waits for a person. `hash` stands for exactly this action; `reasons` are plain words. */
export const Gate = z.object({
  id: z.string(),
  worker: z.string(),
  task: z.string().nullable(),
  tool: z.string(),
  input: z.record(z.string(), z.unknown()),
  risk: Risk,
  reasons: z.array(z.string()),
  cwd: z.string(),
  hash: z.string(),
  /** Rules or grant refuse it, for this reason: nobody is asked, and the answer is no. */
  denied: z.string().optional(),
  /** The tool call that waits: a yes serves no other. */
  call: z.string().optional(),
  /** What a yes for the session would cover, as a rule; only where an unknown program is its one reason. */
  pattern: z.string().optional(),
  /** What a yes gives the action beyond the sandbox; absent where it starts no process. */
  gives: z.array(z.enum(["outside", "network", "protected"])).optional(),
});
export type Gate = z.infer<typeof Gate>;

/**
 * `session` is a yes to this one and to all that show the same `pattern`; `edit` replaces the input, which is judged anew.
 * `refused` is an answer that does not count, kept so that the journal says who tried.
 */
export const GateAnswer = z.enum(["once", "session", "edit", "deny", "refused"]);
export type GateAnswer = z.infer<typeof GateAnswer>;

/** How the lead wants a task to be done: by whom, with which words, tools and model. Null is whatever comes. */
export const Wish = z.object({
  worker: z.string().nullable(),
  words: z.string(),
  tools: z.array(z.string()).nullable(),
  model: z.string().nullable(),
});
export type Wish = z.infer<typeof Wish>;

const worker = z.string();
const task = z.string();

/** What a coordinator found that went on with a session. */
const Found = z.object({
  /** When and how the session had ended. `by` is null where its coordinator was gone without a word. */
  ended: z.object({ at: z.string(), by: z.string().nullable(), reason: z.string() }),
  /** Processes that were left over and have been ended. */
  leftovers: z.number(),
  /** What was put right in git, a sentence each. */
  mended: z.array(z.string()),
  /** Merges that were made and not written down. */
  adopted: z.array(task),
  /** Cut ends of journals: each was cut off and is kept in a file beside its journal. */
  torn: z.array(z.object({ journal: z.string(), bytes: z.number() })),
  /** Gates whose action is another one by now. */
  changed: z.array(z.string()),
});
export type Found = z.infer<typeof Found>;

const status = z.enum(["in_progress", "completed", "failed", "blocked", "pending", "deleted"]);

export const EventBody = z.discriminatedUnion("type", [
  event("session.started", {
    session: z.string(),
    task: z.string(),
    repo: z.string(),
    base: z.string(),
    options: SessionOptions,
  }),
  /** `worker` where only that one was paused; `epoch` where a coordinator started anew. */
  event("session.resumed", {
    by: z.string(),
    worker: z.string().optional(),
    epoch: z.number().optional(),
    options: SessionOptions.optional(),
    found: Found.optional(),
  }),
  /** `ends` where the coordinator stops too; else its model calls wait until a `session.resumed`. */
  event("session.paused", {
    by: z.string(),
    reason: z.string(),
    worker: z.string().optional(),
    ends: z.boolean(),
  }),
  event("session.finished", { outcome: Outcome, summary: z.string() }),

  event("plan.proposed", { tasks: z.array(task) }),
  event("plan.approved", { by: z.string() }),
  event("plan.rejected", { by: z.string(), note: z.string() }),

  event("task.created", { task: Task }),
  /** What changed; what is not named stays. A report is a claim of the worker's. */
  event("task.updated", {
    task,
    by: z.string(),
    change: Task.omit({ id: true }).partial().optional(),
    status: status.optional(),
    report: Report.optional(),
    wish: Wish.optional(),
    note: z.string().optional(),
    /** The task that it stands before from now on; null: behind all others. Ready tasks are given away in this order. */
    before: task.nullable().optional(),
  }),
  event("task.assigned", {
    task,
    worker,
    branch: z.string(),
    base: z.string(),
    checkout: z.string(),
    words: z.string(),
    tools: z.array(z.string()).nullable(),
    model: z.string(),
    /** What its worker may do at most: within the session's own grant. */
    grant: Grant.optional(),
  }),
  event("task.finished", {
    task,
    status: z.enum(["completed", "failed", "blocked"]),
    worker: worker.nullable(),
    why: z.string(),
    receipt: Receipt.nullable(),
    /** It ended so because a person denied what it needs, or none could be asked. */
    denied: z.boolean().optional(),
  }),

  event("worker.spawned", {
    worker,
    pid: z.number(),
    pane: z.string().nullable(),
    colour: z.string(),
    badge: z.number(),
    model: z.string(),
  }),
  /** It is there: after a start, or after it was stalled. */
  event("worker.ready", { worker, pid: z.number() }),
  /** Its process is there, and nothing was heard of it for a while. */
  event("worker.stalled", { worker, silent_ms: z.number() }),
  /** `restarts`: how often it was started again within the last minute, or since it last came up. */
  event("worker.lost", { worker, reason: z.string(), restarts: z.number().optional() }),
  event("worker.respawned", { worker, pid: z.number(), pane: z.string().nullable() }),
  event("worker.exited", { worker, code: z.number().nullable() }),
  /** Something that only a person, or another worker, may do was tried in this name. It had no effect. */
  event("worker.refused", { worker, why: z.string() }),

  event("model.called", {
    agent: z.string(),
    task: task.nullable(),
    model: z.string(),
    usage: Usage,
    cost_usd: z.number().nullable(),
    duration_ms: z.number(),
    cache: z.number(),
  }),
  event("tool.started", {
    agent: z.string(),
    id: z.string(),
    task: task.nullable(),
    tool: z.string(),
    input: z.record(z.string(), z.unknown()),
    risk: Risk,
    /** The person's yes under which it runs. */
    gate: z.string().optional(),
    /** The person's rule under which it runs unasked. */
    rule: z.string().optional(),
    /** It does not run; its `tool.finished` says why. */
    refused: z.boolean().optional(),
    /** Its worker had no right to run it, and why: that ends the task. */
    breach: z.string().optional(),
  }),
  event("tool.finished", {
    agent: z.string(),
    id: z.string(),
    ok: z.boolean(),
    ms: z.number(),
    refused: z.string().optional(),
  }),

  event("gate.opened", { gate: Gate }),
  event("gate.answered", {
    gate: z.string(),
    hash: z.string(),
    answer: GateAnswer,
    by: z.string(),
    note: z.string(),
    /** The terminal or process that the answer came from. */
    from: z.string().optional(),
    /** Of `session`: what is allowed from now on. */
    pattern: z.string().optional(),
    /** Of `edit`: the input that is to run instead. */
    input: z.record(z.string(), z.unknown()).optional(),
  }),
  /** The action will not be run any more, or is another one by now. */
  event("gate.voided", { gate: z.string(), reason: z.string() }),

  /** `task` where a worker asks: the question ends with it. */
  event("question.asked", {
    question: z.string(),
    agent: z.string(),
    text: z.string(),
    task: task.optional(),
  }),
  event("question.answered", { question: z.string(), text: z.string(), by: z.string() }),

  /** Nobody waits for the answer any more. */
  event("question.voided", { question: z.string(), reason: z.string() }),

  event("message.sent", { from: z.string(), to: z.string(), text: z.string() }),
  /** `message` is the `seq` of the `message.sent` that has reached its agent. */
  event("message.delivered", { message: z.number(), to: z.string() }),

  event("memory.written", { entry: MemoryEntry }),

  /** `leaks`: where the work holds what looks like a secret. */
  event("integration.queued", {
    task,
    worker,
    status: ReportStatus,
    commit: z.string(),
    leaks: z.array(z.string()).optional(),
  }),
  /** `task` is null for the check of the base. `ok` may be true with a red base under --allow-red. */
  event("integration.checked", {
    task: task.nullable(),
    commit: z.string(),
    ok: z.boolean(),
    command: z.string(),
    exit: z.number().nullable(),
    ms: z.number(),
    output: z.string(),
    log: z.string(),
  }),
  event("integration.merged", { task, commit: z.string(), branch: z.string() }),
  /** The work went back to its worker, whose checkout stands on `base` now with its change replayed there. */
  event("integration.rejected", { task, why: z.string(), tries: z.number(), base: z.string() }),

  event("conflict.predicted", { tasks: z.array(task), files: z.array(z.string()) }),
  event("budget.warned", { spent_usd: z.number(), budget: z.string() }),
  event("budget.reached", { spent_usd: z.number(), budget: z.string() }),
  event("rate.limited", { until: z.string(), status: z.number(), agent: z.string() }),
]);
/** An event before it is on disk. */
export type EventBody = z.infer<typeof EventBody>;

export type EventOf<Type extends EventBody["type"]> = Extract<EventBody, { type: Type }>;

/** An event as the journal holds it: `seq` without gaps from 1, `ts` in ISO 8601, `chain` a hash over its predecessor's and itself. */
export type SessionEvent = EventBody & {
  readonly v: 1;
  readonly seq: number;
  readonly ts: string;
  readonly chain: string;
};

/** Parses one journal line's object; throws `ZodError` where it is not an event. */
export function parseEvent(line: object): SessionEvent {
  const { v, seq, ts, chain } = Head.parse(line);
  return { ...EventBody.parse(line), v, seq, ts, chain };
}

const Head = z.object({ v: z.literal(1), seq: z.number(), ts: z.string(), chain: z.string() });

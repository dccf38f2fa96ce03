/**
 * What a worker sends and receives: everything is in its journal first. Keeps the board, the memory and the mail as
 * this worker knows them, and waits for what comes next.
 */
import { type Mail, NO_MAIL, type Permits } from "../agent/seat.ts";
import type { Answer, Down, Request, Snapshot, Up } from "../ipc/messages.ts";
import { Entry } from "../memory/entry.ts";
import type { TaskDetail } from "../task.ts";
import {
  type Assignment,
  foldHeard,
  foldReceived,
  foldSent,
  type WireRecord,
  type WireState,
} from "./records.ts";
import { letterTurn, rejectionTurn } from "./turns.ts";

/** The wire as the mailroom uses it. */
export interface Wire {
  send(n: number, body: Up): void;
  request(body: Request, options: { signal: AbortSignal }): Promise<Answer>;
}

export interface MailroomOptions {
  /** The worker's name: its gates are numbered under it. */
  readonly name: string;
  readonly state: WireState;
  /** Appends to the worker's journal; `durable` resolves when it is on disk. */
  append(record: WireRecord): { readonly seq: number; readonly durable: Promise<void> };
  wire(): Wire;
  /** Whether the agent has a conversation open about this task. */
  conversationTask(): string | null;
}

/** A HIGH action, as the person is asked for it. */
export type GateAsk = Omit<Extract<Up, { type: "gate" }>, "type" | "gate">;

export interface GateReply {
  readonly gate: string;
  readonly allowed: boolean;
  /** The person's own words; may be empty. */
  readonly note: string;
  /** When the person answered, ISO 8601. */
  readonly at?: string | undefined;
  /** What the person put in the place of the action's input. */
  readonly input?: Readonly<Record<string, unknown>> | undefined;
  /** It was a process before this one that asked. */
  readonly askedBefore: boolean;
}

export interface Mailroom {
  /** Tells the coordinator which letters have reached the agent, where it does not know yet. */
  confirm(): void;
  /** Takes the coordinator's greeting. */
  welcome(snapshot: Snapshot): void;
  /** Takes a numbered body; resolves when it is on disk. */
  receive(n: number, body: Down): Promise<void>;
  /** Says something to the coordinator; resolves when it is on disk here, so it will arrive. */
  say(body: Up): Promise<void>;
  /** Opens a gate and waits for the person's answer; undefined when `signal` aborts first. */
  askPerson(ask: GateAsk, signal: AbortSignal): Promise<GateReply | undefined>;
  /** Asks the person and waits for their words; undefined when `signal` aborts first. */
  askQuestion(
    ask: { task: string; text: string },
    signal: AbortSignal,
  ): Promise<string | undefined>;
  /** The task to work on, as soon as there is one; undefined once `signal` aborts. */
  nextJob(signal: AbortSignal): Promise<Assignment | undefined>;
  /** Aborts when the running task is taken away. */
  dropSignal(): AbortSignal;
  /** Whether the conversation about this job is open already, from a process before this one. */
  hasBegun(job: Assignment): boolean;
  isReported(): boolean;
  isStopping(): boolean;
  /** No more work on this task: the coordinator says what becomes of it. */
  park(task: string): void;
  /** Waits for the verdict on the report: why the work came back, or undefined when it is final. */
  verdict(signal: AbortSignal): Promise<string | undefined>;
  /** Letters, and the verdict that sent the work back, as turns for the agent. */
  takeMail(): Mail;
  permits(model: string, prefix: string): Permits;
  rows(): readonly TaskDetail[];
  entries(): readonly Entry[];
  /** What this worker has said, oldest first. */
  said(): readonly Up[];
  /** Resolves with the entry of this worker's own with that text, once the coordinator has it on disk. */
  remembered(text: string, by: string, signal: AbortSignal): Promise<Entry>;
}

export function createMailroom(options: MailroomOptions): Mailroom {
  const { name, append, wire, conversationTask } = options;
  let state = options.state;
  let parked: string | null = null;
  let drop = new AbortController();
  const rows = new Map<string, TaskDetail>();
  const entries: Entry[] = [];
  const waiting = new Set<() => void>();
  const replies = new Map<string, Omit<GateReply, "askedBefore">>(
    options.state.replies.map((one) => [one.gate, one]),
  );
  let life: AbortSignal | undefined;

  function changed(): void {
    for (const wake of waiting) wake();
  }

  /** Waits until `look` finds something; undefined when the signal aborts first. */
  async function until<Found>(
    look: () => Found | undefined,
    signal: AbortSignal,
  ): Promise<Found | undefined> {
    for (;;) {
      if (signal.aborted) return undefined;
      const found = look();
      if (found !== undefined) return found;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add(resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
      await promise;
      waiting.delete(resolve);
    }
  }

  function addEntries(more: Snapshot["entries"]): void {
    for (const raw of more) {
      const entry = Entry.safeParse(raw);
      if (entry.success && !entries.some(({ id }) => id === entry.data.id))
        entries.push(entry.data);
    }
  }

  async function say(body: Up): Promise<void> {
    const { seq, durable } = append({ type: "wire.up", body });
    state = foldSent(state, seq, body);
    await durable;
    wire().send(seq, body);
  }

  function confirm(): void {
    for (const { message } of state.told) void say({ type: "delivered", message });
  }

  return {
    confirm,
    welcome(snapshot) {
      for (const row of snapshot.rows) rows.set(row.id, row);
      addEntries(snapshot.entries);
      changed();
    },
    async receive(n, body) {
      const before = state;
      const { durable } = append({ type: "wire.down", n, body });
      await durable;
      state = foldReceived(state, n, body);
      if (state.job === null) parked = null;
      for (const row of body.rows) rows.set(row.id, row);
      addEntries(body.entries);
      for (const command of body.commands) {
        if (command.type === "gate") replies.set(command.gate, command);
      }
      // A final verdict on a report is what the worker waits for; everything else takes the task away.
      const isOther = before.job !== null && state.job?.task.id !== before.job.task.id;
      if (isOther && !before.reported) drop.abort();
      changed();
    },
    say,
    async askPerson(ask, signal) {
      const asked = state.sent.flatMap(({ body }) => (body.type === "gate" ? [body] : []));
      const voided = state.sent.flatMap(({ body }) =>
        body.type === "gate.void" ? [body.gate] : [],
      );
      // A process before this one may have asked for the very same call already.
      const same = asked.find(
        (one) => one.call === ask.call && one.hash === ask.hash && !voided.includes(one.gate),
      );
      const gate = same?.gate ?? `${name}-${asked.length + 1}`;
      if (same === undefined) {
        for (const old of asked) {
          const isOpen = !voided.includes(old.gate) && !replies.has(old.gate);
          if (old.call !== ask.call || !isOpen) continue;
          const reason = "a file that it runs has changed since it was asked for";
          await say({ type: "gate.void", gate: old.gate, reason });
        }
        await say({ type: "gate", gate, ...ask });
      }
      const reply = await until(() => replies.get(gate), signal);
      return reply && { ...reply, askedBefore: same !== undefined };
    },
    async askQuestion({ task, text }, signal) {
      const asked = state.sent.flatMap(({ body }) => (body.type === "question" ? [body] : []));
      // Asked for this task before, by a process before this one or in the same words: one answer serves.
      const own = new Set(state.sent.slice(state.sentBefore).map(({ body }) => body));
      const same = asked.find((one) => one.task === task && one.text === text && own.has(one));
      const question = same?.question ?? `${name}-q${asked.length + 1}`;
      if (same === undefined) await say({ type: "question", question, task, text });
      return until(() => state.answers.find((one) => one.question === question)?.text, signal);
    },
    async nextJob(signal) {
      life = signal;
      const job = await until(
        () => (state.job?.task.id === parked ? undefined : (state.job ?? undefined)),
        signal,
      );
      drop = new AbortController();
      return job;
    },
    dropSignal: () => drop.signal,
    hasBegun: (job) => conversationTask() === job.task.id,
    isReported: () => state.reported,
    isStopping: () => life?.aborted === true,
    park: (task) => {
      if (state.job?.task.id === task) parked = task;
    },
    async verdict(signal) {
      const found = await until(
        () => (state.reported && state.job !== null ? undefined : state),
        signal,
      );
      return found?.sentBack?.why;
    },
    takeMail() {
      const { cursor: heard, sentBack, letters } = state;
      if (sentBack === null && letters.length === 0) return NO_MAIL;
      const back = sentBack === null ? [] : [rejectionTurn(sentBack.why)];
      return {
        texts: [...back, ...letters.map(letterTurn)],
        heard,
        read() {
          state = foldHeard(state, heard);
          confirm();
        },
      };
    },
    permits: (model, prefix) => ({
      async acquire(input, signal) {
        const answer = await wire().request({ type: "permit", model, prefix, input }, { signal });
        if (answer.type === "permit") return { ok: true, permit: answer.permit };
        return { ok: false, why: "why" in answer ? answer.why : answer.text };
      },
      begun: (permit) => {
        // Asked without waiting: the others may start, and nothing here depends on when they hear of it.
        void wire()
          .request({ type: "begun", permit }, { signal: AbortSignal.timeout(5_000) })
          .catch(() => {});
      },
      ended: (permit, throttled) => {
        void wire()
          .request({ type: "ended", permit, throttled }, { signal: AbortSignal.timeout(5_000) })
          .catch(() => {});
      },
    }),
    rows: () => [...rows.values()],
    entries: () => entries,
    said: () => state.sent.map(({ body }) => body),
    async remembered(text, by, signal) {
      const entry = await until(
        () => entries.findLast((one) => one.text === text && one.by === by),
        signal,
      );
      if (entry === undefined) throw signal.reason;
      return entry;
    },
  };
}

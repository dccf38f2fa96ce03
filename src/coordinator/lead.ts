/**
 * The lead: the agent that follows prompts/coordinator.md, in the coordinator's own process. It works in turns; when
 * one ends with work outstanding, it waits here and is woken with all that has happened since.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Conversation } from "../agent/conversation.ts";
import { runTurns } from "../agent/loop.ts";
import type { Model } from "../agent/model.ts";
import type { Prefix } from "../agent/prefix.ts";
import type { CostOf } from "../agent/prices.ts";
import type { Prompt } from "../agent/prompt-file.ts";
import { frameRequest } from "../agent/request.ts";
import type { Permits, Seat, TurnsEnd } from "../agent/seat.ts";
import type { Log } from "../log.ts";
import type { SessionEvent } from "../session/events.ts";
import { answersTo } from "../tools/ask-user-question.ts";
import { type CutCall, recoverCalls } from "../tools/recover.ts";
import { type CallSeat, runToolCalls } from "../tools/run.ts";
import type { Tool, ToolContext } from "../tools/tool.ts";
import type { Core } from "./core.ts";
import { leadHooks } from "./lead-calls.ts";
import { MAX_REMINDERS } from "./limits.ts";
import { COORDINATOR, needsApproval } from "./team.ts";
import { isMoving, isNews, isWorthWaking, renderNews, renderReminder } from "./wake.ts";

/** News that comes within this time makes one turn. */
const BATCH_MS = 300;

export interface LeadOptions {
  readonly core: Core;
  readonly model: Model;
  readonly modelId: string;
  readonly prompt: Prompt;
  readonly prefix: Prefix;
  readonly tools: readonly Tool[];
  readonly conversation: Conversation;
  readonly permits: Permits;
  readonly cost: CostOf;
  readonly context: ToolContext;
  readonly log: Log;
  /** Events of a time before this process that the lead has not been told of. */
  readonly past: readonly SessionEvent[];
  noteTold(seq: number): Promise<void>;
  /** Proposes what is not approved and waits for the person's answer. */
  settlePlan(signal: AbortSignal): Promise<string | undefined>;
  /** The first user turn: the request and the result of the checks on the base. */
  firstTurn(): string[];
}

/** How the lead's work ended: `finished` by its own word, or stopped by something else. */
export type LeadEnd =
  | { readonly kind: "finished" }
  | { readonly kind: "gave-up"; readonly end: TurnsEnd };

/** Runs until the session is finished or can't go on, or `signal` aborts. */
export async function runLead(options: LeadOptions, signal: AbortSignal): Promise<LeadEnd> {
  const { core, conversation } = options;
  const news = collectNews(options);
  const { seat, calls } = takeSeat(options, news, signal);
  if (conversation.messages().length === 0) {
    await conversation.begin(null, options.modelId);
    await conversation.addUser(options.firstTurn());
  } else {
    await recoverCalls({
      calls: conversation.openCalls(),
      seat: calls,
      found: (call) => wasEmitted(call, options),
      record: (id, content) => conversation.outcome({ id, content, isError: false }),
    });
  }
  let reminders = 0;
  for (;;) {
    const end = await runTurns(seat);
    if (end.kind === "done") return { kind: "finished" };
    if (end.kind !== "turn-ended") return { kind: "gave-up", end };
    if (needsApproval(core.team())) await options.settlePlan(signal);
    const isWoken = await waitForNews(options, news, signal);
    if (signal.aborted) return { kind: "gave-up", end: { kind: "aborted" } };
    if (isWoken) {
      reminders = 0;
      await conversation.addUser(news.take());
      continue;
    }
    // Nothing will move by itself any more.
    if (reminders >= MAX_REMINDERS) return { kind: "gave-up", end };
    reminders += 1;
    await conversation.addUser([...news.take(), renderReminder(core.team())]);
  }
}

interface News {
  /** The texts for the lead since the last time; empty when there is nothing. */
  take(): string[];
  /** Whether something waits that is worth a turn. */
  isUrgent(): boolean;
  /** Resolves at the next event. */
  next(signal: AbortSignal): Promise<void>;
}

function collectNews({ core, past, noteTold, log }: LeadOptions): News {
  let pending: SessionEvent[] = past.filter(isNews);
  let wake = Promise.withResolvers<void>();
  core.watch(({ event }) => {
    if (isNews(event)) pending.push(event);
    wake.resolve();
    wake = Promise.withResolvers();
  });
  const noted = (error: unknown) =>
    log.warn("the lead's mail was not noted", { why: String(error) });
  return {
    take() {
      const events = pending;
      pending = [];
      const last = events.at(-1);
      if (last === undefined) return [];
      for (const event of events) {
        if (event.type !== "message.sent") continue;
        core
          .emit({ type: "message.delivered", message: event.seq, to: "coordinator" })
          .catch(noted);
      }
      noteTold(last.seq).catch(noted);
      return [renderNews(core.team(), events)];
    },
    isUrgent: () => pending.some(isWorthWaking),
    async next(signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const stop = () => resolve();
      signal.addEventListener("abort", stop, { once: true });
      await Promise.race([wake.promise, promise]);
      signal.removeEventListener("abort", stop);
    },
  };
}

/** True when there is news, false when nothing will come by itself. */
async function waitForNews(
  options: LeadOptions,
  news: News,
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    if (signal.aborted) return false;
    if (news.isUrgent()) {
      await sleep(BATCH_MS);
      return true;
    }
    await options.core.settled();
    if (news.isUrgent()) continue;
    if (!isMoving(options.core.team())) return false;
    await news.next(signal);
  }
}

/** Messages and memories of the lead, and answers to its questions, are in the journal once they took effect. */
function wasEmitted({ name, input }: CutCall, { core, past }: LeadOptions): string | undefined {
  if (name === "AskUserQuestion") return answersTo(input, (text) => answerTo(text, past));
  const fields: { message?: unknown; text?: unknown; to?: unknown } = Object(input);
  const isSent = past.some(
    (event) =>
      name === "SendMessage" &&
      event.type === "message.sent" &&
      event.from === COORDINATOR &&
      event.to === fields.to &&
      event.text === fields.message,
  );
  const isKept =
    name === "Remember" &&
    core.team().memory.some((entry) => entry.by === COORDINATOR && entry.text === fields.text);
  return isSent || isKept ? "Done." : undefined;
}

/** What the person has said to the newest question with that text. */
function answerTo(text: string, past: readonly SessionEvent[]): string | undefined {
  const asked = past.findLast(
    (event) =>
      event.type === "question.asked" && event.agent === COORDINATOR && event.text === text,
  );
  const question = asked?.type === "question.asked" ? asked.question : undefined;
  const answer = past.find(
    (event) => event.type === "question.answered" && event.question === question,
  );
  return answer?.type === "question.answered" ? answer.text : undefined;
}

function takeSeat(
  options: LeadOptions,
  news: News,
  signal: AbortSignal,
): { seat: Seat; calls: CallSeat } {
  const { core, model, modelId, prompt, prefix, conversation, permits, tools, context } = options;
  const hooks = leadHooks({ core, conversation, tools });
  const calls: CallSeat = { tools, context, allowed: null, floor: "LOW", hooks };
  const seat: Seat = {
    model,
    // The lead waits for its workers, often longer than five minutes.
    request: frameRequest({ model: modelId, prefix, prompt, ttl: "1h" }),
    conversation,
    runCalls: (asked) => runToolCalls(asked, calls),
    permits,
    mail: () => news.take(),
    cost: options.cost,
    done: () => core.team().state === "finished",
    show: () => {},
    called: async (call) => {
      await core.emit({
        type: "model.called",
        agent: "coordinator",
        task: null,
        ...call,
        usage: { ...call.usage },
      });
    },
    signal,
  };
  return { seat, calls };
}

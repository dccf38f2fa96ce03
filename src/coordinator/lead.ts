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
import type { Mail, Permits, Seat, TurnsEnd } from "../agent/seat.ts";
import { clockOf } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Policy } from "../permissions.ts";
import type { SessionEvent } from "../session/events.ts";
import { recoverCalls } from "../tools/recover.ts";
import { type CallSeat, runToolCalls } from "../tools/run.ts";
import type { Tool, ToolContext } from "../tools/tool.ts";
import type { Core } from "./core.ts";
import { createGatekeeper } from "./gatekeeper.ts";
import { leadHooks } from "./lead-calls.ts";
import { findEffect } from "./lead-recovery.ts";
import { MAX_REMINDERS } from "./limits.ts";
import type { News } from "./news.ts";
import { needsApproval } from "./team.ts";
import { isMoving, renderReminder } from "./wake.ts";

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
  readonly policy: Policy;
  readonly log: Log;
  /** Tells the person what is no event. */
  say(text: string): void;
  /** Events of the time before this process. */
  readonly past: readonly SessionEvent[];
  readonly news: News;
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
  const { news } = options;
  const { seat, calls } = takeSeat(options, signal);
  if (conversation.messages().length === 0) {
    await conversation.begin(null, options.modelId, options.prefix.hash);
    await conversation.addUser(options.firstTurn());
  } else {
    await conversation.goOn(options.prefix.hash);
    await recoverCalls({
      calls: conversation.openCalls(),
      seat: calls,
      found: (call) => findEffect(call, options.past),
      record: (result) => conversation.outcome(result),
    });
  }
  let reminders = 0;
  for (;;) {
    const end = await runTurns(seat);
    if (end.kind === "done") return { kind: "finished" };
    if (end.kind !== "turn-ended") return { kind: "gave-up", end };
    if (needsApproval(core.team())) await options.settlePlan(signal);
    const isWoken = await waitForNews(options, signal);
    if (signal.aborted) return { kind: "gave-up", end: { kind: "aborted" } };
    if (isWoken) {
      reminders = 0;
      await tell(conversation, news.take());
      continue;
    }
    // Nothing will move by itself any more.
    if (reminders >= MAX_REMINDERS) return { kind: "gave-up", end };
    reminders += 1;
    await tell(conversation, news.take(), [renderReminder(core.team())]);
  }
}

async function tell(
  conversation: Conversation,
  { texts, heard, read }: Mail,
  more: readonly string[] = [],
): Promise<void> {
  await conversation.addUser([...texts, ...more], heard);
  read();
}

/** True when there is news, false when nothing will come by itself. */
async function waitForNews({ core, news }: LeadOptions, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    if (signal.aborted) return false;
    if (news.isUrgent()) {
      await sleep(BATCH_MS);
      return true;
    }
    await core.settled();
    if (news.isUrgent()) continue;
    if (!isMoving(core.team())) return false;
    await news.next(signal);
  }
}

function takeSeat(options: LeadOptions, signal: AbortSignal): { seat: Seat; calls: CallSeat } {
  const { core, model, modelId, prompt, prefix, conversation, permits, tools, context, news, log } =
    options;
  const gatekeeper = createGatekeeper(core, signal);
  const hooks = leadHooks({ core, conversation, tools, gatekeeper, root: context.root });
  const calls: CallSeat = { tools, context, policy: options.policy, floor: "LOW", hooks };
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
    show: (event) => {
      if (event.type !== "retry") return;
      const { why, until, attempt } = event;
      log.warn("the model is called again", { why, until: new Date(until).toISOString(), attempt });
      options.say(`the coordinator's model: ${why} Again at ${clockOf(until)}.`);
    },
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

/**
 * An agent's turns: call the model, run the calls it asks for, answer them, call it again, until it is finished or
 * can't go on. What is said is on disk before anything follows from it, so that the loop can be killed anywhere.
 */
import { callModel, TOO_LARGE } from "./call-model.ts";
import type { CallOutcome } from "./conversation.ts";
import { callsOf, type ModelAnswer, type StopDetails, type StopReason, textOf } from "./model.ts";
import type { Mail, Seat, TurnsEnd } from "./seat.ts";

const LARGEST_MAX_TOKENS = 64_000;
const MOST_GO_ONS = 3;
const MOST_PAUSES = 5;

/** How often in a row the model stopped short, by the way it did. */
interface Tally {
  goOns: number;
  pauses: number;
  /** The limit to ask again with, after an answer that was cut where it can't be continued. */
  maxTokens: number | null;
}

const FRESH: Tally = { goOns: 0, pauses: 0, maxTokens: null };

/** Works until there is nothing more to do. Calls that a former life of the agent left open are answered first. */
export async function runTurns(seat: Seat): Promise<TurnsEnd> {
  const { conversation } = seat;
  let tally = FRESH;
  for (;;) {
    if (seat.signal.aborted) return { kind: "aborted" };
    if (seat.done()) {
      await conversation.closeResults([]);
      return { kind: "done" };
    }
    const mail = seat.mail();
    await conversation.closeResults(textsToAdd(seat, mail), mail.heard);
    mail.read();
    const ended = endedTurn(seat);
    if (ended) return ended;

    const request = seat.request(conversation.messages());
    const called = await callModel(seat, {
      ...request,
      maxTokens: tally.maxTokens ?? request.maxTokens,
    });
    if (!called.ok) return called.end;
    const { answer } = called;
    seat.show({ type: "answer", usage: answer.usage, stopReason: answer.stopReason });
    const next = await TAKE[answer.stopReason](seat, {
      answer,
      tally,
      maxTokens: request.maxTokens,
    });
    if ("kind" in next) return next;
    tally = next;
  }
}

function textsToAdd({ conversation }: Seat, { texts }: Mail): readonly string[] {
  const cut = conversation.lastAnswer()?.stopReason === "max_tokens";
  return cut ? ["Go on.", ...texts] : texts;
}

/** The turn that ended with the newest answer, when nobody said anything after it. */
function endedTurn({ conversation }: Seat): TurnsEnd | undefined {
  const last = conversation.lastAnswer();
  const ended = last !== undefined && last.stopReason === "end_turn";
  return ended ? { kind: "turn-ended", text: textOf(last.content) } : undefined;
}

interface Taken {
  readonly answer: ModelAnswer;
  readonly tally: Tally;
  readonly maxTokens: number;
}

type Take = (seat: Seat, taken: Taken) => Promise<Tally | TurnsEnd>;

const TAKE: Readonly<Record<StopReason, Take>> = {
  tool_use: runCalls,
  end_turn: endTurn,
  max_tokens: goOn,
  pause_turn: pause,
  refusal: async (_seat, { answer }) => ({
    kind: "gave-up",
    why: refusalText(answer.stopDetails),
    status: "blocked",
  }),
  model_context_window_exceeded: async () => gaveUp(TOO_LARGE),
};

async function runCalls(seat: Seat, { answer }: Taken): Promise<Tally | TurnsEnd> {
  const { conversation, signal } = seat;
  await conversation.addAnswer(answer);
  if (signal.aborted) return { kind: "aborted" };
  let outcomes: readonly CallOutcome[];
  try {
    outcomes = await seat.runCalls(callsOf(answer.content), signal);
  } catch (error) {
    if (signal.aborted) return { kind: "aborted" };
    throw error;
  }
  // A call that has no outcome on disk is found out about by whoever goes on, as after a kill.
  if (signal.aborted) return { kind: "aborted" };
  for (const outcome of outcomes) await conversation.outcome(outcome);
  return FRESH;
}

async function endTurn(seat: Seat, { answer }: Taken): Promise<Tally | TurnsEnd> {
  const kept = await seat.conversation.addAnswer(answer);
  if (!kept) return { kind: "turn-ended", text: "" };
  // Mail that came meanwhile is looked at before the turn counts as ended.
  return FRESH;
}

async function goOn(seat: Seat, { answer, tally, maxTokens }: Taken): Promise<Tally | TurnsEnd> {
  const cutCall = callsOf(answer.content).length > 0;
  if (cutCall || !(await seat.conversation.addAnswer(answer))) {
    // A cut call can't be run and cut thinking can't be sent back: the answer is dropped and asked for again.
    if (tally.maxTokens !== null) {
      return gaveUp(
        `The model's answer did not fit into ${tally.maxTokens} tokens; make the task's steps smaller.`,
      );
    }
    const larger = Math.max(maxTokens, Math.min(LARGEST_MAX_TOKENS, maxTokens * 2));
    const why = `The answer did not fit into ${maxTokens} tokens.`;
    seat.show({ type: "retry", reason: "cut", why, until: Date.now(), attempt: 1 });
    return { ...tally, maxTokens: larger };
  }
  if (tally.goOns >= MOST_GO_ONS) {
    return gaveUp(`The model's answer was cut ${MOST_GO_ONS + 1} times in a row without a call.`);
  }
  return { ...FRESH, goOns: tally.goOns + 1 };
}

async function pause(seat: Seat, { answer, tally }: Taken): Promise<Tally | TurnsEnd> {
  if (tally.pauses >= MOST_PAUSES) {
    return gaveUp(`The model paused its answer more than ${MOST_PAUSES} times in a row.`);
  }
  await seat.conversation.addAnswer(answer);
  return { ...FRESH, pauses: tally.pauses + 1 };
}

function gaveUp(why: string): TurnsEnd {
  return { kind: "gave-up", why, status: "failed" };
}

const CATEGORIES: Readonly<Record<string, string>> = {
  cyber: "it takes the task for one about attacking computers",
  bio: "it takes the task for one about dangerous biology",
  frontier_llm: "it takes the task for one about building large language models",
  reasoning_extraction: "it takes the task for an attempt to get at its hidden reasoning",
  general_harms: "it takes the task for a harmful one",
};

/** The refusal in plain words. Harmless coding meets it too, which is why another model is worth a try. */
function refusalText(details: StopDetails | undefined): string {
  const category = details?.category ?? null;
  const reason = category === null ? "" : `: ${CATEGORIES[category] ?? category}`;
  const explanation = details?.explanation ? ` It says: ${details.explanation}` : "";
  return `The model refused to go on${reason}.${explanation} Reword the task or give it to another model.`;
}

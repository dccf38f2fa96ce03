/**
 * One answer from the model, however many calls it takes: permits, retries and the bill. A call that fails is
 * repeated whole; what it had streamed is dropped and never acted upon.
 */
import { setTimeout as timer } from "node:timers/promises";
import { failpoint } from "../failpoint.ts";
import {
  type ModelAnswer,
  type ModelCall,
  ModelFailure,
  type ModelRequest,
  type PaidFor,
} from "./model.ts";
import { costOf } from "./prices.ts";
import type { Seat, Throttled, TurnsEnd } from "./seat.ts";

export type Called =
  | { readonly ok: true; readonly answer: ModelAnswer }
  | { readonly ok: false; readonly end: TurnsEnd };

/** What is said when the conversation no longer fits. */
export const TOO_LARGE = "The task is larger than the model's context; split it.";

const TRANSIENT_TRIES = 8;
const THROTTLED_TRIES = 60;
const LONGEST_BACKOFF = 30_000;
// A longer timer than this would fire at once.
const LONGEST_TIMER = 2 ** 31 - 1;

/** Bytes of a prompt that make a token, roughly: an estimate for the rate limits, not for the bill. */
const BYTES_PER_TOKEN = 3.5;

/** How many calls in a row failed, by whether the API said slow down or just broke. */
interface Failures {
  throttled: number;
  transient: number;
}

/** Calls until there is an answer or a reason to give up. Never throws for what the API does. */
export async function callModel(seat: Seat, request: ModelRequest): Promise<Called> {
  const size = estimateInput(request);
  const failures: Failures = { throttled: 0, transient: 0 };
  for (;;) {
    const tried = await tryOnce(seat, { request, size, failures });
    if (!("wait" in tried)) return tried;
    const { failure, wait } = tried;
    const reason = failure.kind === "throttled" ? "throttled" : "transient";
    const until = Date.now() + wait;
    seat.show({ type: "retry", reason, why: failure.message, until, attempt: failures[reason] });
    try {
      await (seat.sleep ?? sleep)(wait, seat.signal);
    } catch (error) {
      if (!seat.signal.aborted) throw error;
    }
    if (seat.signal.aborted) return { ok: false, end: { kind: "aborted" } };
  }
}

interface Try {
  readonly request: ModelRequest;
  readonly size: number;
  readonly failures: Failures;
}

type Tried = Called | { readonly failure: ModelFailure; readonly wait: number };

async function tryOnce(seat: Seat, { request, size, failures }: Try): Promise<Tried> {
  const permit = await acquire(seat, size);
  if (typeof permit !== "string") return { ok: false, end: permit };
  let throttled: Throttled | null = null;
  let billed: Promise<void> = Promise.resolve();
  try {
    const answer = await seat.model.call(request, {
      signal: seat.signal,
      onBegun: () => seat.permits.begun(permit),
      onText: (delta) => seat.show({ type: "text", delta }),
      onThinking: (delta) => seat.show({ type: "thinking", delta }),
      onToolUse: (name) => seat.show({ type: "call", name }),
    });
    failpoint("model.before-bill");
    // Its place in the journal is taken; whoever waits for a later line waits for this one too.
    billed = seat.called(billFor(seat, request, answer));
    return { ok: true, answer };
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    if (error.cost !== undefined) billed = seat.called(billFor(seat, request, error.cost));
    if (seat.signal.aborted) return { ok: false, end: { kind: "aborted" } };
    const wait = waitAfter(error, failures);
    if (error.kind === "throttled") {
      throttled = { status: error.status ?? 429, ms: wait ?? LONGEST_BACKOFF };
    }
    return wait === null ? { ok: false, end: giveUp(error, failures) } : { failure: error, wait };
  } finally {
    // After the bill, so that no other call is allowed on money that this one has spent.
    const end = () => seat.permits.ended(permit, throttled);
    billed.then(end, end);
  }
}

async function acquire(seat: Seat, size: number): Promise<string | TurnsEnd> {
  if (seat.signal.aborted) return { kind: "aborted" };
  try {
    const acquired = await seat.permits.acquire(size, seat.signal);
    if (acquired.ok) return acquired.permit;
    return seat.signal.aborted ? { kind: "aborted" } : { kind: "budget", why: acquired.why };
  } catch (error) {
    if (seat.signal.aborted) return { kind: "aborted" };
    throw error;
  }
}

/** Counts the failure. Milliseconds to wait before the call is repeated, or null when repeating it is of no use. */
function waitAfter({ kind, retryAfterMs }: ModelFailure, failures: Failures): number | null {
  if (kind === "throttled") {
    const count = ++failures.throttled;
    if (count >= THROTTLED_TRIES) return null;
    return Math.min(retryAfterMs ?? backoff(count), LONGEST_TIMER);
  }
  if (kind === "transient" || kind === "aborted") {
    const count = ++failures.transient;
    return count >= TRANSIENT_TRIES ? null : backoff(count);
  }
  return null;
}

/** Half a second, doubled with each failure, 30 s at most; up to a quarter less, so that agents don't fall in step. */
function backoff(count: number): number {
  const full = Math.min(LONGEST_BACKOFF, 500 * 2 ** (count - 1));
  return Math.round(full * (1 - Math.random() / 4));
}

function giveUp({ kind, message, mend }: ModelFailure, failures: Failures): TurnsEnd {
  const count = failures.throttled + failures.transient;
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`;
  const tries = count > 1 ? ` It failed ${count} times in a row.` : "";
  const advice = mend === undefined ? "" : ` To mend it: ${mend}.`;
  const why = kind === "context" ? TOO_LARGE : `${sentence}${tries}${advice}`;
  return { kind: "gave-up", why, status: "failed", failure: kind };
}

function billFor(seat: Seat, request: ModelRequest, { usage, durationMs }: PaidFor): ModelCall {
  const prompt = usage.input + usage.cache_read + usage.cache_write;
  return {
    model: request.model,
    usage,
    cost_usd: (seat.cost ?? costOf)(request.model, usage, request.ttl),
    duration_ms: durationMs,
    cache: prompt === 0 ? 0 : usage.cache_read / prompt,
  };
}

function estimateInput({ system, tools, messages }: ModelRequest): number {
  const bytes = Buffer.byteLength(JSON.stringify([system, tools, messages]));
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await timer(ms, undefined, { signal });
}

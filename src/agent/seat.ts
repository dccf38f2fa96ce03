/** What the loop is given, what it shows and how it ends. */
import type { CallOutcome, Conversation } from "./conversation.ts";
import type {
  CallRequest,
  FailureKind,
  Message,
  Model,
  ModelCall,
  ModelRequest,
  StopReason,
  Usage,
} from "./model.ts";
import type { CostOf } from "./prices.ts";

export type Acquired =
  | { readonly ok: true; readonly permit: string }
  /** No call will be allowed any more: the budget is spent. */
  | { readonly ok: false; readonly why: string };

/** That the API said slow down: the status it answered, and for how many milliseconds this agent waits. */
export interface Throttled {
  readonly status: number;
  readonly ms: number;
}

/** Leave to call the model, given for the whole team in one place. Each permit is ended exactly once. */
export interface Permits {
  /** Resolves when the call may be made. `inputEstimate` is the prompt's size in tokens. Rejects when aborted. */
  acquire(inputEstimate: number, signal: AbortSignal): Promise<Acquired>;
  begun(permit: string): void;
  ended(permit: string, throttled: Throttled | null): void;
}

/** What is worth showing while an agent works. Nothing is decided by these. */
export type AgentEvent =
  | { readonly type: "text"; readonly delta: string }
  | { readonly type: "thinking"; readonly delta: string }
  /** The answer begins to ask for a call; its input is still being written. */
  | { readonly type: "call"; readonly name: string }
  /** What came of the current answer is void; the call is repeated at `until` (milliseconds since 1970). */
  | {
      readonly type: "retry";
      readonly reason: "throttled" | "transient" | "cut";
      readonly why: string;
      readonly until: number;
      /** How many calls in a row have failed for this reason, from 1. */
      readonly attempt: number;
    }
  | { readonly type: "answer"; readonly usage: Usage; readonly stopReason: StopReason };

/** What came in for an agent since the last time. */
export interface Mail {
  readonly texts: readonly string[];
  /** The number up to which this is all, as its source counts; undefined where there is nothing. */
  readonly heard?: number;
  /** To be called once the texts are on disk as part of the conversation. */
  read(): void;
}

export const NO_MAIL: Mail = { texts: [], read: () => {} };

/** What the loop is given: everything that ties an agent to its model, its tools, its team and its screen. */
export interface Seat {
  readonly model: Model;
  /** Builds the request around a history. Everything but the history stays the same from call to call. */
  request(messages: readonly Message[]): ModelRequest;
  readonly conversation: Conversation;
  /**
   * Runs the calls of one answer and resolves with an outcome for each, soon after the signal aborts too; a call that did
   * not begin by then has none, and whoever goes on with the conversation runs it. May record intents and outcomes in the
   * conversation itself, as they come; what it did not record, the loop does.
   */
  runCalls(calls: readonly CallRequest[], signal: AbortSignal): Promise<readonly CallOutcome[]>;
  readonly permits: Permits;
  mail(): Mail;
  /** True once the agent has said that it is finished: its model is then not called again. */
  done(): boolean;
  show(event: AgentEvent): void;
  /** Told of each call that was paid for; what it records comes before the answer in the agent's journal. */
  called(call: ModelCall): Promise<void>;
  readonly signal: AbortSignal;
  /** What a call costs; the table of prices where absent. */
  readonly cost?: CostOf;
  /** Waits; rejects when the signal aborts. Timers where absent. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** How an agent's turns came to their end. */
export type TurnsEnd =
  /** The model has nothing more to do or say for now. */
  | { readonly kind: "turn-ended"; readonly text: string }
  | { readonly kind: "done" }
  | {
      readonly kind: "gave-up";
      readonly why: string;
      readonly status: "failed" | "blocked";
      /** The failure of the last call, where that was the reason. */
      readonly failure?: FailureKind;
    }
  | { readonly kind: "budget"; readonly why: string }
  | { readonly kind: "aborted" };

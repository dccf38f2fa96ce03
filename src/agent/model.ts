/**
 * The model as the agent loop sees it: one call in, one whole answer or one `ModelFailure` out. Blocks and
 * messages are opaque JSON that is kept verbatim: what the API sent is what it gets back, byte for byte.
 */

/** A content block of the Messages API. Only `type` is looked at, and what a helper below names. */
export interface Block {
  readonly type: string;
  readonly [key: string]: unknown;
}

export interface Message {
  readonly role: "user" | "assistant";
  readonly content: readonly Block[];
}

/** A part of the system prompt. `cache` asks for a cache breakpoint after it; only the last one asked for is set. */
export interface SystemBlock {
  readonly text: string;
  readonly cache?: boolean;
}

export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  readonly input_schema: Readonly<Record<string, unknown>>;
}

/** How long what is written to the prompt cache stays there. */
export type CacheTtl = "5m" | "1h";

export interface ModelRequest {
  readonly model: string;
  readonly system: readonly SystemBlock[];
  readonly tools: readonly ToolSpec[];
  readonly messages: readonly Message[];
  readonly maxTokens: number;
  readonly thinking: boolean;
  readonly effort?: "low" | "medium" | "high";
  readonly ttl: CacheTtl;
}

/** What an answer may cost at most, in tokens, where nothing else was asked for. */
export const MAX_TOKENS = 32_000;

/** Tokens of one call. `input` is what was neither read from nor written to the cache. */
export interface Usage {
  readonly input: number;
  readonly output: number;
  readonly cache_read: number;
  readonly cache_write: number;
}

/** One finished call, for the bill. Answers that were thrown away count too: they were paid for. */
export interface ModelCall {
  readonly model: string;
  readonly usage: Usage;
  /** Null when the model has no known price. */
  readonly cost_usd: number | null;
  readonly duration_ms: number;
  /** Share of the prompt that was read from the cache, 0 to 1. */
  readonly cache: number;
}

/**
 * Why an answer ended. `tool_use` means that its calls are complete and may run; an answer that ended for any
 * other reason may hold cut calls, which never run.
 */
export type StopReason =
  | "end_turn"
  | "tool_use"
  | "max_tokens"
  | "pause_turn"
  | "refusal"
  | "model_context_window_exceeded";

/** What the API says about a refusal. */
export interface StopDetails {
  readonly category: string | null;
  readonly explanation: string | null;
}

/** One rate limit as the API's headers tell it. `reset` is in milliseconds since 1970. */
export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  readonly reset: number;
}

export type RateLimitName = "requests" | "tokens" | "input-tokens" | "output-tokens";

export interface ModelAnswer {
  readonly content: readonly Block[];
  readonly stopReason: StopReason;
  readonly stopDetails?: StopDetails;
  readonly usage: Usage;
  readonly model: string;
  readonly durationMs: number;
  /** Absent where the server sends no limits. */
  readonly limits?: Partial<Record<RateLimitName, RateLimit>>;
}

/** Told while an answer streams in. What was told is void when the call then fails. */
export interface ModelListener {
  readonly signal: AbortSignal;
  /** The first event of the answer is here: from now on others can read the cache that this call wrote. */
  onBegun(): void;
  onText(delta: string): void;
  onThinking(delta: string): void;
  /** The answer begins to ask for a call of this tool. */
  onToolUse(name: string): void;
}

export interface Model {
  /** One call, never repeated by itself. Rejects with `ModelFailure` and nothing else. */
  call(request: ModelRequest, listener: ModelListener): Promise<ModelAnswer>;
}

/**
 * `throttled`: the API says slow down (429, 529). `transient`: the same call may succeed in a moment. `context`: the
 * prompt is too long. `credentials`: a person has to act. `invalid`: the request is wrong, or the model's name.
 */
export type FailureKind =
  | "throttled"
  | "transient"
  | "context"
  | "credentials"
  | "invalid"
  | "aborted";

/** What was paid for, by the API's own count. */
export type PaidFor = Pick<ModelAnswer, "usage" | "durationMs">;

export interface FailureFacts {
  readonly status?: number | undefined;
  /** How long the API asked to wait, in milliseconds. */
  readonly retryAfterMs?: number | null;
  /** What puts it right: a command or a step. */
  readonly mend?: string | undefined;
  readonly cause?: unknown;
}

/** A call that gave no answer. `message` is fit to be shown to a person. */
export class ModelFailure extends Error {
  override readonly name = "ModelFailure";
  readonly kind: FailureKind;
  readonly status: number | undefined;
  readonly retryAfterMs: number | null;
  readonly mend: string | undefined;
  /** What an answer had cost that had begun before it broke off, as far as the API has said. */
  cost: PaidFor | undefined;

  constructor(kind: FailureKind, message: string, facts: FailureFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.kind = kind;
    this.status = facts.status;
    this.retryAfterMs = facts.retryAfterMs ?? null;
    this.mend = facts.mend;
  }

  paid(cost: PaidFor): this {
    this.cost = cost;
    return this;
  }
}

/** A tool call as the model asked for it. */
export interface CallRequest {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** The calls an answer asks for, in its order. */
export function callsOf(content: readonly Block[]): CallRequest[] {
  return content.flatMap((block) =>
    block.type === "tool_use"
      ? [{ id: String(block["id"]), name: String(block["name"]), input: block["input"] }]
      : [],
  );
}

/** The text of an answer, without its thinking. */
export function textOf(content: readonly Block[]): string {
  return content
    .flatMap((block) => (block.type === "text" ? [String(block["text"])] : []))
    .join("\n")
    .trim();
}

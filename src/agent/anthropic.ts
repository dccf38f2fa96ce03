/**
 * The model behind the Messages API, on the official SDK. One call is one HTTP request: the SDK's own retries are
 * off, because it sleeps unseen and never repeats a cut stream; when to call again is the loop's decision.
 */
import { APIConnectionError, APIError, BaseAnthropic } from "@anthropic-ai/sdk";
import { Messages } from "@anthropic-ai/sdk/resources/messages";
import { CREDENTIALS_MEND, type Env, hasNamedIdentity } from "../credentials.ts";
import type { Log } from "../log.ts";
import { failureOf } from "./failures.ts";
import { createIdleWatch, type IdleWatch } from "./idle.ts";
import {
  type Block,
  callsOf,
  type Model,
  type ModelAnswer,
  ModelFailure,
  type ModelListener,
  type ModelRequest,
  type RateLimit,
  type RateLimitName,
  type StopDetails,
  type StopReason,
  type Usage,
} from "./model.ts";
import { wireBody } from "./profile.ts";

export interface AnthropicOptions {
  /** Where keys, tokens and the base URL are read from. */
  readonly env: Env;
  /** A server other than the environment's; the environment's keys are then not sent to it. */
  readonly baseURL?: string;
  readonly apiKey?: string;
  readonly log: Log;
  /** How long an answer may stay silent, in milliseconds. */
  readonly idleMs?: number;
}

/** The whole API's classes would be half of what each process reads at its start. */
class Client extends BaseAnthropic {
  readonly messages = new Messages(this);
}

type Body = Parameters<Messages["stream"]>[0];
type FinalMessage = Awaited<ReturnType<ReturnType<Messages["stream"]>["finalMessage"]>>;

/** An answer that is silent for longer, pings counted, is broken off. */
const IDLE_MS = 90_000;

/** What the HTTP side of one call has shown so far. */
interface Exchange {
  readonly idle: IdleWatch;
  sent: boolean;
  /** What the API has counted of an answer that has begun. */
  usage: Usage | undefined;
  limits: ModelAnswer["limits"];
}

export function createAnthropicModel(options: AnthropicOptions): Model {
  const client = createClient(options);
  const idleMs = options.idleMs ?? (Number(options.env["SWARMUX_IDLE_MS"]) || IDLE_MS);
  return {
    async call(request, listener) {
      const exchange: Exchange = {
        idle: createIdleWatch(idleMs),
        sent: false,
        usage: undefined,
        limits: undefined,
      };
      const begin = performance.now();
      try {
        const message = await receive(client, request, { listener, exchange });
        const durationMs = Math.round(performance.now() - begin);
        return answerOf(message, { durationMs, limits: exchange.limits });
      } catch (error) {
        const failure = toFailure(error, {
          exchange,
          signal: listener.signal,
          baseURL: client.baseURL,
        });
        const durationMs = Math.round(performance.now() - begin);
        throw exchange.usage === undefined
          ? failure
          : failure.paid({ usage: exchange.usage, durationMs });
      } finally {
        exchange.idle.close();
      }
    },
  };
}

async function receive(
  client: Client,
  request: ModelRequest,
  { listener, exchange }: { listener: ModelListener; exchange: Exchange },
): Promise<FinalMessage> {
  listener.signal.throwIfAborted();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- blocks are opaque here, and the API judges them
  const body = wireBody(request) as unknown as Body;
  const stream = client.messages.stream(body, {
    signal: listener.signal,
    middleware: [
      async (call, next, context) => {
        // Without options it is the exchange of a sign-in token, not the call itself.
        if (context.options === undefined) return next(call);
        exchange.sent = true;
        const response = await next(call);
        exchange.limits = limitsOf(response.headers);
        return response.ok ? exchange.idle.watch(response) : response;
      },
    ],
  });
  stream.on("streamEvent", (event) => {
    if (event.type === "message_start") {
      exchange.usage = usageOf(event.message);
      listener.onBegun();
    }
    if (event.type === "message_delta" && exchange.usage !== undefined) {
      exchange.usage = { ...exchange.usage, output: event.usage.output_tokens };
    }
    if (event.type === "content_block_start" && event.content_block.type === "tool_use") {
      listener.onToolUse(event.content_block.name);
    }
  });
  stream.on("text", (delta) => listener.onText(delta));
  stream.on("thinking", (delta) => listener.onThinking(delta));
  return stream.finalMessage();
}

function createClient({ env, baseURL, apiKey, log }: AnthropicOptions): Client {
  const environment = baseURL === undefined;
  const url = baseURL ?? env["ANTHROPIC_BASE_URL"]?.trim();
  const key = apiKey ?? (environment ? env["ANTHROPIC_API_KEY"]?.trim() || undefined : undefined);
  const token = environment ? env["ANTHROPIC_AUTH_TOKEN"]?.trim() || undefined : undefined;
  // A server of the user's own often wants any key at all; a profile on disk is meant for the default server, and
  // is not shown to another one unless the environment names it.
  const elsewhere = !environment || (url && !hasNamedIdentity(env));
  const unsigned = key === undefined && token === undefined && elsewhere;
  return new Client({
    baseURL: url || null,
    apiKey: unsigned ? "none" : (key ?? null),
    authToken: key === undefined ? (token ?? null) : null,
    maxRetries: 0,
    logger: {
      error: (text) => log.warn(text),
      warn: (text) => log.warn(text),
      info: (text) => log.info(text),
      debug: (text) => log.info(text),
    },
  });
}

function answerOf(
  message: FinalMessage,
  facts: { durationMs: number; limits: ModelAnswer["limits"] },
): ModelAnswer {
  // The SDK's blocks carry getters and hidden fields; what goes back to the API must be plain JSON.
  const content: Block[] = JSON.parse(JSON.stringify(message.content ?? []));
  const details = stopDetailsOf(message);
  return {
    content,
    stopReason: stopReasonOf(message.stop_reason, callsOf(content).length > 0),
    ...(details && { stopDetails: details }),
    usage: usageOf(message),
    model: message.model,
    durationMs: facts.durationMs,
    ...(facts.limits && { limits: facts.limits }),
  };
}

/** Servers other than Anthropic's end an answer with calls with `end_turn` too: there the blocks decide. */
function stopReasonOf(said: string | null | undefined, hasCalls: boolean): StopReason {
  switch (said) {
    case "max_tokens":
    case "pause_turn":
    case "refusal":
    case "model_context_window_exceeded":
      return said;
    case "tool_use":
    case "end_turn":
    case "stop_sequence":
    case null:
    case undefined:
      return hasCalls ? "tool_use" : "end_turn";
    default:
      // With a reason that is not known, the calls may be cut.
      return hasCalls ? "max_tokens" : "end_turn";
  }
}

function stopDetailsOf(message: FinalMessage): StopDetails | undefined {
  if (message.stop_reason !== "refusal") return undefined;
  const { category, explanation } = message.stop_details ?? {};
  return { category: category ?? null, explanation: explanation ?? null };
}

function usageOf(message: Pick<FinalMessage, "usage">): Usage {
  const usage: Partial<FinalMessage["usage"]> = message.usage ?? {};
  return {
    input: usage.input_tokens ?? 0,
    output: usage.output_tokens ?? 0,
    cache_read: usage.cache_read_input_tokens ?? 0,
    cache_write: usage.cache_creation_input_tokens ?? 0,
  };
}

function limitsOf(headers: Headers): ModelAnswer["limits"] {
  const names: RateLimitName[] = ["requests", "tokens", "input-tokens", "output-tokens"];
  const found = names.flatMap((name): [RateLimitName, RateLimit][] => {
    const [limit, remaining, reset] = ["limit", "remaining", "reset"].map((part) =>
      headers.get(`anthropic-ratelimit-${name}-${part}`),
    );
    if (!limit || !remaining || !reset) return [];
    const at = Date.parse(reset);
    return [[name, { limit: Number(limit), remaining: Number(remaining), reset: at }]];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

interface Circumstances {
  readonly exchange: Exchange;
  readonly signal: AbortSignal;
  readonly baseURL: string;
}

function toFailure(error: unknown, { exchange, signal, baseURL }: Circumstances): ModelFailure {
  const cause = error;
  if (signal.aborted) return new ModelFailure("aborted", "The call was stopped.", { cause });
  if (exchange.idle.expired()) {
    return new ModelFailure("transient", "The API went silent in the middle of an answer.", {
      cause,
    });
  }
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof APIConnectionError) {
    const code = codeOf(error);
    const why = code === undefined ? "" : ` (${code})`;
    return new ModelFailure("transient", `There is no connection to ${baseURL}${why}.`, { cause });
  }
  if (error instanceof APIError) {
    const { status, type, errorCode, headers, apiMessage } = error;
    return failureOf({ status, type, errorCode, headers, message: apiMessage ?? text, cause });
  }
  if (!exchange.sent) {
    // Nothing left this machine: the SDK found nothing to sign the request with.
    return new ModelFailure("credentials", `The call can't be signed: ${text}`, {
      mend: CREDENTIALS_MEND,
      cause,
    });
  }
  return new ModelFailure("transient", `The answer broke off: ${text}`, { cause });
}

/** The system's error code (`ECONNREFUSED`, …) from a chain of causes. */
function codeOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string") return at.code;
  }
  return undefined;
}

/** One HTTP request and its answer, in the API's words: headers, JSON and errors. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { errorTypeOf } from "./faults.ts";

export interface Exchange {
  readonly id: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The request's body, as it came. */
  readonly body: string;
  /** When the whole body was there, by `performance.now()`. */
  readonly receivedAt: number;
  /** Aborted when the client hangs up or the server closes. */
  readonly signal: AbortSignal;
}

/** `inputTokens` is what the request took from the minute's allowance. */
export function limitHeaders(now: number, inputTokens = 0): Record<string, string> {
  const reset = new Date(now + 60_000).toISOString();
  const row = (name: string, limit: number, used: number) => ({
    [`anthropic-ratelimit-${name}-limit`]: String(limit),
    [`anthropic-ratelimit-${name}-remaining`]: String(Math.max(0, limit - used)),
    [`anthropic-ratelimit-${name}-reset`]: reset,
  });
  return {
    ...row("requests", 4_000, 1),
    ...row("tokens", 2_400_000, inputTokens),
    ...row("input-tokens", 2_000_000, inputTokens),
    ...row("output-tokens", 400_000, 0),
    "anthropic-organization-id": "offline",
  };
}

export function sendJson(
  { response, id }: Pick<Exchange, "response" | "id">,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(200, { "content-type": "application/json", "request-id": id, ...headers });
  response.end(JSON.stringify(body));
}

export interface Failure {
  readonly status: number;
  readonly message: string;
  readonly headers?: Record<string, string>;
}

export function sendError(
  { response, id }: Pick<Exchange, "response" | "id">,
  { status, message, headers = {} }: Failure,
): void {
  const error = { type: errorTypeOf(status), message };
  response.writeHead(status, { "content-type": "application/json", "request-id": id, ...headers });
  response.end(JSON.stringify({ type: "error", error, request_id: id }));
}

/** Fault injection: which request fails, how often and in which way. After a fault the same request is served normally. */
import { z } from "zod";

const where = {
  /** The n-th request to `/v1/messages`, from 1, or the next requests whose JSON body holds the text. */
  at: z.union([z.number(), z.strictObject({ match: z.string().min(1) })]),
  /** How many requests fail; with a number in `at` these follow one another. Default 1. */
  times: z.number().optional(),
};

const StatusFault = z.strictObject({
  ...where,
  kind: z.literal("status"),
  status: z.union(
    [400, 401, 402, 403, 404, 408, 409, 413, 429, 500, 503, 529].map((code) => z.literal(code)),
  ),
  /** Seconds, sent as the `retry-after` header. */
  retryAfter: z.number().optional(),
  /** Sent as the `x-should-retry` header. */
  shouldRetry: z.boolean().optional(),
});
export type StatusFault = z.infer<typeof StatusFault>;

const StopFault = z.strictObject({
  ...where,
  kind: z.literal("stop-reason"),
  stopReason: z.enum(["refusal", "pause_turn", "model_context_window_exceeded", "max_tokens"]),
});
export type StopFault = z.infer<typeof StopFault>;

const StreamFault = z.strictObject({
  ...where,
  kind: z.enum([
    "reset-before-headers",
    "silence-after-headers",
    "reset-mid-stream",
    "clean-end-mid-stream",
    "error-event-mid-stream",
    "silence-mid-stream",
    "cut-tool-input",
  ]),
});

export const Fault = z.discriminatedUnion("kind", [StatusFault, StopFault, StreamFault]);
export type Fault = z.infer<typeof Fault>;

export interface FaultPlan {
  /** Counts one more request and says which fault it meets, if any. `body` is its JSON text. */
  take(body: string): Fault | undefined;
}

export function createFaultPlan(faults: readonly Fault[]): FaultPlan {
  const left = new Map(faults.map((fault) => [fault, fault.times ?? 1]));
  let count = 0;
  const applies = (fault: Fault, body: string) =>
    typeof fault.at === "number"
      ? count >= fault.at && count < fault.at + (fault.times ?? 1)
      : (left.get(fault) ?? 0) > 0 && body.includes(fault.at.match);
  return {
    take(body) {
      count += 1;
      const fault = faults.find((candidate) => applies(candidate, body));
      if (fault) left.set(fault, (left.get(fault) ?? 0) - 1);
      return fault;
    },
  };
}

/** The `type` that the API gives an error of this status. */
export function errorTypeOf(status: number): string {
  return ERROR_TYPES[status] ?? "api_error";
}

const ERROR_TYPES: Record<number, string> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  408: "timeout_error",
  409: "conflict_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};

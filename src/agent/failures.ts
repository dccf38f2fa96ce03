/** From what the API answered instead of a message to a `ModelFailure`: by status, type and error code, never by text. */
import { CREDENTIALS_MEND } from "../credentials.ts";
import { type FailureKind, ModelFailure } from "./model.ts";

/** An error answer, or an error event in a stream, which has no status of its own. */
export interface ApiRefusal {
  readonly status: number | undefined;
  readonly type: string | null;
  readonly errorCode: string | null;
  readonly message: string;
  readonly headers: Headers | undefined;
  readonly cause: unknown;
}

export function failureOf(refusal: ApiRefusal): ModelFailure {
  const { status, message, cause } = refusal;
  const kind = kindOf(refusal);
  const retryAfterMs = refusal.headers === undefined ? null : retryAfterOf(refusal.headers);
  const answered = status === undefined ? "The API broke off" : `The API answered ${status}`;
  return new ModelFailure(kind, `${answered}: ${message}`, {
    status,
    retryAfterMs: kind === "throttled" ? retryAfterMs : null,
    mend: mendOf(kind, refusal),
    cause,
  });
}

// The account is at its end: waiting changes nothing until a person has acted.
const ACCOUNT_CODES = new Set([
  "contract_spend_limit_reached",
  "enforced_spend_limit_reached",
  "linked_organization_billing_unavailable",
  "linked_organization_spend_limit_reached",
  "organization_on_hold",
]);

const CREDENTIAL_TYPES = new Set(["authentication_error", "billing_error", "permission_error"]);

function kindOf({ status, type, errorCode }: ApiRefusal): FailureKind {
  if (errorCode !== null && ACCOUNT_CODES.has(errorCode)) return "credentials";
  if (type === "request_too_large" || errorCode === "request_body_too_large_after_decoding") {
    return "context";
  }
  if (status === undefined) return kindOfEvent(type);
  if (status === 429 || status === 529) return "throttled";
  if (status === 413) return "context";
  if (status >= 401 && status <= 403) return "credentials";
  if (status >= 500 || status === 408 || status === 409 || status === 499) return "transient";
  return "invalid";
}

function kindOfEvent(type: string | null): FailureKind {
  if (type === "rate_limit_error") return "throttled";
  if (type !== null && CREDENTIAL_TYPES.has(type)) return "credentials";
  return type === "invalid_request_error" || type === "not_found_error" ? "invalid" : "transient";
}

function mendOf(kind: FailureKind, { status, type, errorCode }: ApiRefusal): string | undefined {
  if (kind === "invalid" && (status === 404 || type === "not_found_error")) {
    return "check the model's name (--model) and ANTHROPIC_BASE_URL, which must not end with /v1";
  }
  if (kind !== "credentials") return undefined;
  if (status === 402 || type === "billing_error" || (errorCode && ACCOUNT_CODES.has(errorCode))) {
    return "look at the account's plan, credit and spend limits, then run swarmux resume";
  }
  if (status === 403 || type === "permission_error") {
    return "use a key that may call this model, or choose another one with --model";
  }
  return CREDENTIALS_MEND;
}

/** How long the headers ask to wait, in milliseconds: seconds, or an HTTP date. */
function retryAfterOf(headers: Headers): number | null {
  const exact = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  if (exact >= 0) return exact;
  const text = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}

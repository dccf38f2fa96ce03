import { expect, test } from "vitest";
import { ModelFailure } from "../../src/agent/model.ts";
import { eventually } from "../support/eventually.ts";
import {
  breaksOff,
  endsEarly,
  fallsSilent,
  openScriptedApi,
  resetsAtOnce,
  type Step,
  says,
  saysNothing,
  sendsError,
  status,
  text,
} from "../support/scripted-api.ts";
import { listen, modelAt, REQUEST } from "./one-call.ts";

async function failWith(step: Step, idleMs?: number): Promise<ModelFailure> {
  await using api = await openScriptedApi(step);
  const failure = await modelAt(api.url, idleMs)
    .call(REQUEST, listen())
    .catch((error: unknown) => error);
  expect(api.requests).toHaveLength(1);
  if (!(failure instanceof ModelFailure))
    throw new Error("the call did not fail", { cause: failure });
  return failure;
}

const LATER = new Date(Date.now() + 3_600_000).toUTCString();

test.each<[string, Step, Partial<ModelFailure>]>([
  [
    "429",
    status(429, { headers: { "retry-after": "1" } }),
    { kind: "throttled", status: 429, retryAfterMs: 1000 },
  ],
  [
    "429 for hours",
    status(429, { headers: { "retry-after": "7200" } }),
    { kind: "throttled", retryAfterMs: 7_200_000 },
  ],
  [
    "429 in ms",
    status(429, { headers: { "retry-after-ms": "250" } }),
    { kind: "throttled", retryAfterMs: 250 },
  ],
  [
    "429 until",
    status(429, { headers: { "retry-after": LATER } }),
    { kind: "throttled", retryAfterMs: expect.closeTo(3_600_000, -5) },
  ],
  [
    "429 without a time",
    status(429, { headers: { "x-should-retry": "true" } }),
    { kind: "throttled", retryAfterMs: null },
  ],
  ["a growth limit", status(429, { code: "ramp_limit_exceeded" }), { kind: "throttled" }],
  [
    "529",
    status(529, { type: "overloaded_error" }),
    { kind: "throttled", status: 529, retryAfterMs: null },
  ],
  ["500", status(500), { kind: "transient", status: 500 }],
  ["503", status(503), { kind: "transient", status: 503 }],
  ["408", status(408), { kind: "transient", status: 408 }],
  ["409", status(409), { kind: "transient", status: 409 }],
  ["413", status(413, { type: "request_too_large" }), { kind: "context", status: 413 }],
  [
    "401",
    status(401),
    { kind: "credentials", status: 401, mend: expect.stringContaining("ANTHROPIC_API_KEY") },
  ],
  [
    "402",
    status(402),
    { kind: "credentials", status: 402, mend: expect.stringContaining("credit") },
  ],
  [
    "403",
    status(403),
    { kind: "credentials", status: 403, mend: expect.stringContaining("--model") },
  ],
  ["a spend limit", status(429, { code: "enforced_spend_limit_reached" }), { kind: "credentials" }],
  [
    "400",
    status(400, { message: "bad field" }),
    { kind: "invalid", message: "The API answered 400: bad field" },
  ],
  ["404", status(404), { kind: "invalid", mend: expect.stringContaining("--model") }],
  ["422", status(422), { kind: "invalid", status: 422 }],
  [
    "a reset before the headers",
    resetsAtOnce,
    {
      kind: "transient",
      message: expect.stringContaining("There is no connection to http://127.0.0.1"),
    },
  ],
  ["a reset in a call", breaksOff, { kind: "transient" }],
  ["a clean end in a call", endsEarly, { kind: "transient" }],
  [
    "an overload event",
    sendsError({ type: "overloaded_error" }),
    { kind: "transient", status: undefined },
  ],
  [
    "a rate limit event",
    sendsError({ type: "rate_limit_error" }),
    { kind: "throttled", retryAfterMs: null },
  ],
  ["a credentials event", sendsError({ type: "authentication_error" }), { kind: "credentials" }],
  ["a wrong request event", sendsError({ type: "invalid_request_error" }), { kind: "invalid" }],
])("fails once on %s", async (_name, step, expected) => {
  const failure = await failWith(step);
  const { kind, status: code, retryAfterMs, mend, message } = failure;
  expect({ kind, status: code, retryAfterMs, mend, message }).toMatchObject(expected);
});

test.each([
  ["after the headers", saysNothing],
  ["in the middle", fallsSilent],
])("breaks off an answer that is silent %s", async (_name, step) => {
  const failure = await failWith(step, 100);
  expect(failure.kind).toBe("transient");
  expect(failure.message).toBe("The API went silent in the middle of an answer.");
});

test("pings keep a slow answer alive for longer than the limit of silence", async () => {
  const slow = says([text("At last")], { pings: { count: 12, everyMs: 100 } });
  await using api = await openScriptedApi(slow);
  const answer = await modelAt(api.url, 800).call(REQUEST, listen());
  expect(answer.content).toEqual([text("At last")]);
  expect(answer.durationMs).toBeGreaterThan(1000);
});

test("no connection names the address and the system's reason", async () => {
  const api = await openScriptedApi();
  await api[Symbol.asyncDispose]();
  await expect(modelAt(api.url).call(REQUEST, listen())).rejects.toMatchObject({
    kind: "transient",
    message: `There is no connection to ${api.url} (ECONNREFUSED).`,
  });
});

test.each([
  ["before headers", () => {}],
  ["after headers", saysNothing],
  ["in the middle", fallsSilent],
])("an abort ends the call at once, %s", async (_name, step) => {
  const controller = new AbortController();
  await using api = await openScriptedApi(step);
  const failure = modelAt(api.url).call(REQUEST, listen([], controller.signal));
  void eventually(() => expect(api.requests).toHaveLength(1)).then(() => controller.abort());
  await expect(failure).rejects.toMatchObject({ name: "ModelFailure", kind: "aborted" });
});

test("an abort beforehand sends nothing", async () => {
  await using api = await openScriptedApi();
  const failure = modelAt(api.url).call(REQUEST, listen([], AbortSignal.abort()));
  await expect(failure).rejects.toMatchObject({ kind: "aborted" });
  expect(api.requests).toEqual([]);
});

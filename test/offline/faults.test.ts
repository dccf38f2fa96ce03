import type Anthropic from "@anthropic-ai/sdk";
import { APIConnectionError, APIError, APIUserAbortError } from "@anthropic-ai/sdk";
import { expect, test } from "vitest";
import { Fault } from "../../src/offline/faults.ts";
import { type OfflineServer, openOfflineServer } from "../../src/offline/server.ts";
import { ask, clientOf, scenarioOf, TOOL } from "./prompts.ts";

const TEXT = "I look at it now. ".repeat(20);
const scenario = scenarioOf(() => ({
  blocks: [
    { type: "text", text: TEXT },
    { type: "tool_use", name: "Look", input: { at: "a".repeat(200) } },
  ],
}));
const asked = ask("Look.", { tools: [TOOL] });

async function openFaulty(...faults: Fault[]): Promise<OfflineServer> {
  return openOfflineServer({ scenario, faults: faults.map((fault) => Fault.parse(fault)) });
}

function call(server: OfflineServer): Promise<Anthropic.Message> {
  return clientOf(server.url).messages.stream(asked).finalMessage();
}

function endingWith(content: Anthropic.ContentBlockParam[]) {
  return { ...asked, messages: [...asked.messages, { role: "assistant" as const, content }] };
}

async function expectWholeAnswer(server: OfflineServer): Promise<void> {
  expect(await call(server)).toMatchObject({
    stop_reason: "tool_use",
    content: [{ text: TEXT }, { name: "Look", input: { at: "a".repeat(200) } }],
  });
}

test.each([
  [429, "rate_limit_error"],
  [529, "overloaded_error"],
  [500, "api_error"],
  [503, "api_error"],
  [413, "request_too_large"],
  [401, "authentication_error"],
  [402, "billing_error"],
  [403, "permission_error"],
] as const)("answers %i with %s, once", async (status, type) => {
  await using server = await openFaulty({ at: 1, kind: "status", status });
  await expect(call(server)).rejects.toMatchObject({ status, type });
  await expectWholeAnswer(server);
});

test("sends retry-after and x-should-retry", async () => {
  await using server = await openFaulty({
    at: 1,
    kind: "status",
    status: 429,
    retryAfter: 7,
    shouldRetry: false,
  });
  const error: unknown = await call(server).catch((thrown: unknown) => thrown);
  if (!(error instanceof APIError)) throw new Error("no error of the API");
  expect([error.headers?.get("retry-after"), error.headers?.get("x-should-retry")]).toEqual([
    "7",
    "false",
  ]);
});

test("fails the requests it names and no others", async () => {
  await using server = await openFaulty({ at: 2, times: 2, kind: "status", status: 500 });
  await expectWholeAnswer(server);
  await expect(call(server)).rejects.toMatchObject({ status: 500 });
  await expect(call(server)).rejects.toMatchObject({ status: 500 });
  await expectWholeAnswer(server);
  expect(server.stats().records.map(({ fault }) => fault)).toEqual([
    null,
    "status 500",
    "status 500",
    null,
  ]);
});

test("fails requests that hold a text, as often as told", async () => {
  await using server = await openFaulty({
    at: { match: "needle" },
    times: 2,
    kind: "status",
    status: 503,
  });
  const client = clientOf(server.url);
  const find = () => client.messages.stream(ask("a needle")).finalMessage();
  await expectWholeAnswer(server);
  await expect(find()).rejects.toMatchObject({ status: 503 });
  await expect(find()).rejects.toMatchObject({ status: 503 });
  expect((await find()).stop_reason).toBe("tool_use");
});

test("resets the connection before any header", async () => {
  await using server = await openFaulty({ at: 1, kind: "reset-before-headers" });
  await expect(call(server)).rejects.toBeInstanceOf(APIConnectionError);
  await expectWholeAnswer(server);
});

test("resets the connection in the middle of a stream", async () => {
  await using server = await openFaulty({ at: 1, kind: "reset-mid-stream" });
  const stream = clientOf(server.url).messages.stream(asked);
  await expect(stream.finalMessage()).rejects.toMatchObject({ message: "terminated" });
  expect(stream.currentMessage?.content[0]).toMatchObject({ type: "text" });
  await expectWholeAnswer(server);
});

test("ends a stream cleanly before its message is whole", async () => {
  await using server = await openFaulty({ at: 1, kind: "clean-end-mid-stream" });
  await expect(call(server)).rejects.toThrow(/stream ended without producing a Message/);
  await expectWholeAnswer(server);
});

test("sends an error event in the middle of a stream", async () => {
  await using server = await openFaulty({ at: 1, kind: "error-event-mid-stream" });
  await expect(call(server)).rejects.toMatchObject({ status: undefined, type: "overloaded_error" });
  await expectWholeAnswer(server);
});

test("goes silent after the headers", async () => {
  await using server = await openFaulty({ at: 1, kind: "silence-after-headers" });
  const stream = clientOf(server.url).messages.stream(asked);
  const events: string[] = [];
  stream.on("streamEvent", ({ type }) => events.push(type));
  stream.on("connect", () => stream.abort());
  await expect(stream.finalMessage()).rejects.toBeInstanceOf(APIUserAbortError);
  expect(events).toEqual([]);
  await expectWholeAnswer(server);
});

test("goes silent in the middle of a stream", async () => {
  await using server = await openFaulty({ at: 1, kind: "silence-mid-stream" });
  const stream = clientOf(server.url).messages.stream(asked);
  stream.on("text", () => stream.abort());
  await expect(stream.finalMessage()).rejects.toBeInstanceOf(APIUserAbortError);
  await expectWholeAnswer(server);
});

test("cuts the input of a tool call and stops with max_tokens", async () => {
  await using server = await openFaulty({ at: 1, kind: "cut-tool-input" });
  const stream = clientOf(server.url).messages.stream(asked);
  let json = "";
  stream.on("inputJson", (partial) => (json += partial));
  const answer = await stream.finalMessage();
  expect([answer.stop_reason, answer.content.at(-1)?.type]).toEqual(["max_tokens", "tool_use"]);
  expect(() => JSON.parse(json)).toThrow(SyntaxError);
  expect(json.length).toBeGreaterThan(50);
  await expectWholeAnswer(server);
});

test.each(["pause_turn", "model_context_window_exceeded", "max_tokens"] as const)(
  "stops with %s and what was said so far",
  async (stopReason) => {
    await using server = await openFaulty({ at: 1, kind: "stop-reason", stopReason });
    expect(await call(server)).toMatchObject({
      stop_reason: stopReason,
      content: [{ type: "text", text: TEXT }],
    });
    await expectWholeAnswer(server);
  },
);

test("refuses with details and without content", async () => {
  await using server = await openFaulty({ at: 1, kind: "stop-reason", stopReason: "refusal" });
  expect(await call(server)).toMatchObject({
    stop_reason: "refusal",
    content: [],
    stop_details: { type: "refusal", category: "general_harms", explanation: expect.any(String) },
  });
  await expectWholeAnswer(server);
});

test("goes on after a pause when the paused answer is sent back as it is, and then only", async () => {
  await using server = await openFaulty({
    at: 1,
    kind: "stop-reason",
    stopReason: "pause_turn",
  });
  const client = clientOf(server.url);
  const paused = await call(server);
  const next = await client.messages.stream(endingWith(paused.content)).finalMessage();
  expect(next.stop_reason).toBe("tool_use");
  await expect(
    client.messages.stream(endingWith([{ type: "text", text: "mine" }])).finalMessage(),
  ).rejects.toMatchObject({ status: 400 });
});

test("breaks answers without a stream too", async () => {
  await using server = await openFaulty(
    { at: 1, kind: "reset-mid-stream" },
    { at: 2, kind: "clean-end-mid-stream" },
    { at: 3, kind: "error-event-mid-stream" },
    { at: 4, kind: "cut-tool-input" },
  );
  const client = clientOf(server.url);
  const create = () => client.messages.create(asked);
  await expect(create()).rejects.toBeInstanceOf(APIConnectionError);
  await expect(create()).rejects.toThrow(/JSON/);
  await expect(create()).rejects.toMatchObject({ status: 529 });
  expect(await create()).toMatchObject({
    stop_reason: "max_tokens",
    content: [{ type: "text" }, { type: "tool_use", input: {} }],
  });
});

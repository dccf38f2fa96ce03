import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Anthropic from "@anthropic-ai/sdk";
import { expect, test } from "vitest";
import { loadScenario } from "../../src/offline/scenario.ts";
import { openOfflineServer } from "../../src/offline/server.ts";
import { ask, clientOf, type Params, sayHello, scenarioOf, TOOL } from "./prompts.ts";

const lookTwice = scenarioOf(({ lastResults, callsSoFar }) =>
  callsSoFar().length === 0
    ? {
        blocks: [
          { type: "thinking", thinking: "I look at both." },
          { type: "text", text: "I look. ".repeat(30) },
          { type: "tool_use", name: "Look", input: { at: "a", why: '… "quoted" 𝒳' } },
          { type: "tool_use", name: "Look", input: {} },
        ],
      }
    : { blocks: [{ type: "text", text: lastResults.map(({ text }) => text).join("+") }] },
);

const THINKING = { thinking: { type: "adaptive" as const, display: "summarized" as const } };

/** The request that answers every call of `answer` with its tool's name and number. */
function answerCalls(asked: Params, { content }: Anthropic.Message): Params {
  const results = content
    .filter((block) => block.type === "tool_use")
    .map(({ id, name }, index) => ({
      type: "tool_result" as const,
      tool_use_id: id,
      content: `${name}${index}`,
    }));
  const messages = [
    ...asked.messages,
    { role: "assistant" as const, content },
    { role: "user" as const, content: results },
  ];
  return { ...asked, messages };
}

test("streams thinking, text and tool calls that the SDK puts together again", async () => {
  await using server = await openOfflineServer({ scenario: lookTwice });
  const client = clientOf(server.url);
  const asked = ask("Look.", { tools: [TOOL], ...THINKING });
  const answer = await client.messages.stream(asked).finalMessage();
  expect(answer).toMatchObject({
    role: "assistant",
    model: "offline",
    stop_reason: "tool_use",
    content: [
      { type: "thinking", thinking: "I look at both.", signature: expect.stringMatching(/.{20}/) },
      { type: "text", text: "I look. ".repeat(30) },
      { type: "tool_use", name: "Look", input: { at: "a", why: '… "quoted" 𝒳' } },
      { type: "tool_use", name: "Look", input: {} },
    ],
    usage: { cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
  });
  expect(answer.usage.output_tokens).toBeGreaterThan(60);

  const next = await client.messages.stream(answerCalls(asked, answer)).finalMessage();
  expect(next).toMatchObject({ stop_reason: "end_turn", content: [{ text: "Look0+Look1" }] });
  expect(server.stats()).toMatchObject({ requests: 2, violations: 0 });
});

test("gives the same message without a stream, ids aside", async () => {
  await using server = await openOfflineServer({ scenario: sayHello });
  const client = clientOf(server.url);
  const whole = await client.messages.create(ask("Hi."));
  const streamed = await client.messages.stream(ask("Hi.")).finalMessage();
  expect({ ...streamed, id: "" }).toEqual({ ...whole, id: "", parsed_output: null });
});

test("shows no text of thinking by default and no thinking where none is asked for", async () => {
  await using server = await openOfflineServer({ scenario: lookTwice });
  const client = clientOf(server.url);
  const plain = await client.messages.stream(ask("Look.")).finalMessage();
  const hidden = await client.messages
    .stream(ask("Look.", { thinking: { type: "adaptive" } }))
    .finalMessage();
  expect(plain.content[0]?.type).toBe("text");
  expect(hidden.content[0]).toMatchObject({ type: "thinking", thinking: "" });
});

const changes: [string, (request: Params) => Params][] = [
  ["the thinking", (request) => edit(request, (block) => ({ ...block, thinking: "Other." }))],
  ["its signature", (request) => edit(request, (block) => ({ ...block, signature: "AAAA" }))],
  ["the system prompt", (request) => ({ ...request, system: "Be brief." })],
  ["the tools", (request) => ({ ...request, tools: [{ ...TOOL, description: "Sees." }] })],
  [
    "the question",
    (request) => ({
      ...request,
      messages: [{ role: "user", content: "Look!" }, ...request.messages.slice(1)],
    }),
  ],
];

function edit(request: Params, change: (block: object) => object): Params {
  return JSON.parse(
    JSON.stringify(request, (_, value) => (value?.type === "thinking" ? change(value) : value)),
  );
}

test.each(changes)("refuses a conversation that changed %s", async (_, change) => {
  await using server = await openOfflineServer({ scenario: lookTwice });
  const client = clientOf(server.url);
  const asked = ask("Look.", { tools: [TOOL], ...THINKING });
  const answer = await client.messages.stream(asked).finalMessage();
  const changed = change(answerCalls(asked, answer));
  await expect(client.messages.stream(changed).finalMessage()).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining("bound to a different conversation"),
  });
  expect(server.stats().violations).toBe(1);
});

test("accepts its thinking with cache markers moved, and from another run of the server", async () => {
  const asked = ask("Look.", { tools: [TOOL], ...THINKING });
  await using first = await openOfflineServer({ scenario: lookTwice });
  const answer = await clientOf(first.url).messages.stream(asked).finalMessage();
  await first.close();
  await using second = await openOfflineServer({ scenario: lookTwice });
  const next = { ...answerCalls(asked, answer), cache_control: { type: "ephemeral" as const } };
  const { stop_reason } = await clientOf(second.url).messages.stream(next).finalMessage();
  expect(stop_reason).toBe("end_turn");
});

test("sends request id, limits and organisation with every answer", async () => {
  await using server = await openOfflineServer({ scenario: sayHello, now: () => 0 });
  const { response } = await clientOf(server.url).messages.create(ask("Hi.")).withResponse();
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "request-id": expect.stringMatching(/^req_/),
    "anthropic-ratelimit-requests-limit": "4000",
    "anthropic-ratelimit-requests-remaining": "3999",
    "anthropic-ratelimit-input-tokens-reset": "1970-01-01T00:01:00.000Z",
    "anthropic-ratelimit-output-tokens-remaining": expect.any(String),
    "anthropic-ratelimit-tokens-remaining": expect.any(String),
  });
});

test("wants a key or a token, of any value", async () => {
  await using server = await openOfflineServer({ scenario: sayHello });
  const response = await fetch(`${server.url}/v1/messages`, { method: "POST", body: "{}" });
  expect([response.status, await response.json()]).toEqual([
    401,
    {
      type: "error",
      error: { type: "authentication_error", message: "x-api-key header is required" },
      request_id: expect.any(String),
    },
  ]);
});

test("counts tokens as it later bills them", async () => {
  await using server = await openOfflineServer({ scenario: sayHello });
  const client = clientOf(server.url);
  const { model, messages } = ask("Hi.");
  const prompt = { model, messages, tools: [TOOL], system: "Be brief." };
  const { input_tokens } = await client.messages.countTokens(prompt);
  const answer = await client.messages.stream({ ...prompt, max_tokens: 10 }).finalMessage();
  expect(input_tokens).toBe(answer.usage.input_tokens);
  await expect(client.messages.countTokens({ ...prompt, messages: [] })).rejects.toMatchObject({
    status: 400,
  });
});

test("lists its models and describes any", async () => {
  await using server = await openOfflineServer({ scenario: sayHello });
  const client = clientOf(server.url);
  const listed = await client.models.list();
  expect(listed.data.map(({ id }) => id)).toContain("offline");
  expect(await client.models.retrieve("claude-opus-5-5")).toMatchObject({
    id: "claude-opus-5-5",
    lifecycle: "active",
    max_input_tokens: 1_000_000,
  });
});

test("answers other addresses with 404", async () => {
  await using server = await openOfflineServer({ scenario: sayHello });
  const headers = { "x-api-key": "none", "anthropic-version": "2026-10-21" };
  const response = await fetch(`${server.url}/v1/threads`, { headers });
  expect([response.status, await response.json()]).toMatchObject([
    404,
    { error: { type: "not_found_error" } },
  ]);
});

test("warms the cache without an answer", async () => {
  await using server = await openOfflineServer({ scenario: sayHello });
  const answer = await clientOf(server.url).messages.create({ ...ask("Hi."), max_tokens: 0 });
  expect(answer).toMatchObject({ content: [], stop_reason: "max_tokens" });
});

test("turns a scenario that throws into a 500 that says so", async () => {
  const scenario = scenarioOf(() => {
    throw new Error("no idea");
  });
  await using server = await openOfflineServer({ scenario });
  await expect(
    clientOf(server.url).messages.stream(ask("Hi.")).finalMessage(),
  ).rejects.toMatchObject({ status: 500, message: expect.stringContaining("no idea") });
});

test("writes one line a request into its log", async () => {
  const folder = await mkdtemp(join(tmpdir(), "offline-log-"));
  try {
    const logPath = join(folder, "offline.jsonl");
    await using server = await openOfflineServer({ scenario: sayHello, logPath });
    const client = clientOf(server.url);
    await client.messages.stream(ask("Hi.", { tools: [TOOL] })).finalMessage();
    await client.messages
      .stream(ask(""))
      .finalMessage()
      .catch(() => {});
    const lines = (await readFile(logPath, "utf8")).trimEnd().split("\n");
    const records = lines.map((line) => JSON.parse(line));
    expect(records).toEqual(server.stats().records);
    expect(records).toMatchObject([
      {
        ts: expect.any(String),
        model: "offline",
        status: 200,
        violation: null,
        tools: expect.stringMatching(/^[0-9a-f]{64}$/),
        system: expect.stringMatching(/^[0-9a-f]{64}$/),
        messages: 1,
        usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
        stop_reason: "end_turn",
        fault: null,
      },
      { status: 400, violation: expect.stringContaining("non-empty"), usage: null },
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("rests where the scenario and the latency say so", async () => {
  const scenario = scenarioOf(() => ({
    blocks: [{ type: "text", text: "a".repeat(400) }],
    pauseMs: 30,
  }));
  await using server = await openOfflineServer({
    scenario,
    latency: { firstTokenMs: 40, perTokenMs: 0.5 },
  });
  const start = performance.now();
  await clientOf(server.url).messages.stream(ask("Hi.")).finalMessage();
  expect(performance.now() - start).toBeGreaterThan(100);
});

test("closes while a client waits", async () => {
  const scenario = scenarioOf(() => ({
    blocks: [{ type: "text", text: "late" }],
    pauseMs: 600_000,
  }));
  await using server = await openOfflineServer({ scenario });
  const stream = clientOf(server.url).messages.stream(ask("Hi."));
  stream.on("streamEvent", () => void server.close());
  await expect(stream.finalMessage()).rejects.toThrow("terminated");
});

test("loads a scenario from a file and says what is wrong with another", async () => {
  const folder = await mkdtemp(join(tmpdir(), "offline-scenario-"));
  try {
    const write = async (name: string, source: string) => {
      await writeFile(join(folder, name), source);
      return loadScenario(join(folder, name));
    };
    const good = await write(
      "good.mjs",
      'export const scenario = { name: "good", description: "d", reply: () => ({ blocks: [] }) };',
    );
    expect([good.name, typeof good.reply]).toEqual(["good", "function"]);
    await expect(write("bad.mjs", "export const scenario = { name: 1 };")).rejects.toMatchObject({
      kind: "usage",
      message: expect.stringContaining("bad.mjs is no scenario"),
    });
    await expect(loadScenario(join(folder, "none.mjs"))).rejects.toMatchObject({ kind: "usage" });
  } finally {
    await rm(folder, { recursive: true });
  }
});

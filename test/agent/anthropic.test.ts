import { expect, test, vi } from "vitest";
import { createAnthropicModel } from "../../src/agent/anthropic.ts";
import type { ModelAnswer } from "../../src/agent/model.ts";
import { silentLog } from "../../src/log.ts";
import {
  call,
  openScriptedApi,
  type Said,
  type SaidBlock,
  says,
  text,
  thinking,
} from "../support/scripted-api.ts";
import { listen, modelAt, REQUEST } from "./one-call.ts";

async function ask(content: readonly SaidBlock[], said: Said = {}): Promise<ModelAnswer> {
  await using api = await openScriptedApi(says(content, said));
  return await modelAt(api.url).call(REQUEST, listen());
}

test("gives the whole answer, its blocks as plain JSON", async () => {
  const content = [
    thinking("Hm."),
    text("I look."),
    call("c1", "Read", { n: 1, deep: { a: [1] } }),
  ];
  const answer = await ask(content, {
    usage: { input_tokens: 3, cache_read_input_tokens: 40, cache_creation_input_tokens: 5 },
    endUsage: { output_tokens: 9 },
  });
  expect(answer).toEqual({
    content,
    stopReason: "tool_use",
    usage: { input: 3, output: 9, cache_read: 40, cache_write: 5 },
    model: "served-model",
    durationMs: expect.any(Number),
  });
  expect(JSON.stringify(answer.content[2])).toBe(
    '{"type":"tool_use","id":"c1","name":"Read","input":{"n":1,"deep":{"a":[1]}}}',
  );
});

test("tells what streams in, in order", async () => {
  await using api = await openScriptedApi(says([thinking("Hm."), text("So."), call("c", "Read")]));
  const heard: string[] = [];
  await modelAt(api.url).call(REQUEST, listen(heard));
  expect(heard).toEqual(["begun", "thinking Hm.", "text So.", "call Read"]);
});

test("sends the full request to a Claude model", async () => {
  await using api = await openScriptedApi(says([text("Hi")]));
  await modelAt(api.url).call(REQUEST, listen());
  expect(api.requests[0]?.body).toEqual({
    model: "claude-sonnet-5-5",
    max_tokens: 100,
    tools: REQUEST.tools,
    system: [
      { type: "text", text: "Be brief." },
      { type: "text", text: "Use tabs.", cache_control: { type: "ephemeral" } },
    ],
    messages: REQUEST.messages,
    thinking: { type: "adaptive", display: "summarized" },
    output_config: { effort: "low" },
    cache_control: { type: "ephemeral" },
    stream: true,
  });
});

test("reads the rate limits from the headers", async () => {
  const answer = await ask([text("Hi")], {
    headers: {
      "anthropic-ratelimit-requests-limit": "50",
      "anthropic-ratelimit-requests-remaining": "49",
      "anthropic-ratelimit-requests-reset": "2026-11-21T10:00:00Z",
      "anthropic-ratelimit-tokens-limit": "1000",
    },
  });
  expect(answer.limits).toEqual({
    requests: { limit: 50, remaining: 49, reset: Date.parse("2026-11-21T10:00:00Z") },
  });
});

test("takes missing usage fields for nothing used", async () => {
  const answer = await ask([text("Hi")], { usage: {}, endUsage: {} });
  expect(answer.usage).toEqual({ input: 0, output: 0, cache_read: 0, cache_write: 0 });
});

const CALL = [call("c1", "Read")];
const WORDS = [text("Hi")];

test.each<[string | null, SaidBlock[], string]>([
  ["tool_use", CALL, "tool_use"],
  ["end_turn", CALL, "tool_use"],
  [null, CALL, "tool_use"],
  ["max_tokens", CALL, "max_tokens"],
  ["unheard_of", CALL, "max_tokens"],
  ["pause_turn", WORDS, "pause_turn"],
  ["end_turn", WORDS, "end_turn"],
  ["stop_sequence", WORDS, "end_turn"],
  ["tool_use", WORDS, "end_turn"],
  [null, WORDS, "end_turn"],
  ["max_tokens", WORDS, "max_tokens"],
  ["model_context_window_exceeded", WORDS, "model_context_window_exceeded"],
])("stop reason %s with %j means %s", async (said, content, meant) => {
  expect((await ask(content, { stopReason: said })).stopReason).toBe(meant);
});

test("a refusal comes with its category and explanation", async () => {
  const stopDetails = {
    type: "refusal",
    category: "cyber",
    explanation: "It looks like an exploit.",
  };
  const answer = await ask([], { stopReason: "refusal", stopDetails });
  expect(answer).toMatchObject({
    content: [],
    stopReason: "refusal",
    stopDetails: { category: "cyber", explanation: "It looks like an exploit." },
  });
});

test.each<[string, (url: string) => Parameters<typeof createAnthropicModel>[0], string]>([
  [
    "the environment's key",
    (url) => ({ env: { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: "k" }, log: silentLog }),
    "Bearer k",
  ],
  [
    "the environment's token",
    (url) => ({ env: { ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: "t" }, log: silentLog }),
    "Bearer t",
  ],
  [
    "the key before the token",
    (url) => ({
      env: { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: "k", ANTHROPIC_AUTH_TOKEN: "t" },
      log: silentLog,
    }),
    "Bearer k",
  ],
  [
    "any key at all for a server of one's own",
    (url) => ({ env: { ANTHROPIC_BASE_URL: url }, log: silentLog }),
    "Bearer none",
  ],
  [
    "no key of the environment to another server",
    (url) => ({
      env: { ANTHROPIC_API_KEY: "k", ANTHROPIC_AUTH_TOKEN: "t" },
      baseURL: url,
      log: silentLog,
    }),
    "Bearer none",
  ],
  [
    "the key it was given",
    (url) => ({ env: { ANTHROPIC_API_KEY: "k" }, baseURL: url, apiKey: "mine", log: silentLog }),
    "Bearer mine",
  ],
])("signs with %s", async (_name, options, expected) => {
  await using api = await openScriptedApi(says([text("Hi")]));
  await createAnthropicModel(options(api.url)).call(REQUEST, listen());
  expect(api.requests[0]?.headers.authorization).toBe(expected);
});

test("without anything to sign with, the call fails before it is sent", async () => {
  vi.stubEnv("ANTHROPIC_API_KEY", "");
  vi.stubEnv("ANTHROPIC_AUTH_TOKEN", "");
  vi.stubEnv("ANTHROPIC_CONFIG_DIR", "/nonexistent");
  try {
    const model = createAnthropicModel({ env: {}, log: silentLog });
    await expect(model.call(REQUEST, listen())).rejects.toMatchObject({
      kind: "credentials",
      mend: expect.stringContaining("ANTHROPIC_API_KEY"),
    });
  } finally {
    vi.unstubAllEnvs();
  }
});

import { expect, test } from "vitest";
import type { ModelRequest } from "../../src/agent/model.ts";
import { profileOf, wireBody } from "../../src/agent/profile.ts";

const REQUEST: ModelRequest = {
  model: "claude-opus-5-5",
  system: [
    { text: "One.", cache: true },
    { text: "Two.", cache: true },
  ],
  tools: [{ name: "Read", description: "Reads.", input_schema: { type: "object" } }],
  messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
  maxTokens: 100,
  thinking: true,
  effort: "high",
  ttl: "1h",
};

test.each([
  ["claude-opus-5-5", "full"],
  ["offline", "full"],
  ["qwen3-coder", "compat"],
  ["anthropic/claude-opus-5-5", "compat"],
])("%s gets the %s request", (model, profile) => {
  expect(profileOf(model)).toBe(profile);
});

test("a model on another kind of server gets the core of the API and nothing else", () => {
  expect(wireBody({ ...REQUEST, model: "qwen3-coder" })).toEqual({
    model: "qwen3-coder",
    max_tokens: 100,
    tools: REQUEST.tools,
    system: "One.\n\nTwo.",
    messages: REQUEST.messages,
  });
});

test("the full request has two breakpoints at most, both with the time to live", () => {
  const body = wireBody(REQUEST);
  expect(body).toMatchObject({
    system: [
      { type: "text", text: "One." },
      { type: "text", text: "Two.", cache_control: { type: "ephemeral", ttl: "1h" } },
    ],
    cache_control: { type: "ephemeral", ttl: "1h" },
  });
  expect(JSON.stringify(body).match(/cache_control/g)).toHaveLength(2);
});

test("Claude 4.5 is asked for neither adaptive thinking nor effort", () => {
  const body = wireBody({ ...REQUEST, model: "claude-haiku-4-5-20251001" });
  expect(Object.keys(body)).toEqual([
    "model",
    "max_tokens",
    "tools",
    "system",
    "messages",
    "cache_control",
  ]);
});

test("what is not asked for is not sent", () => {
  const { effort: _, ...rest } = REQUEST;
  const body = wireBody({ ...rest, system: [], tools: [], thinking: false });
  expect(Object.keys(body)).toEqual(["model", "max_tokens", "messages", "cache_control"]);
});

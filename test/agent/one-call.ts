/** One call of the real model implementation, for tests against a scripted API. */
import { createAnthropicModel } from "../../src/agent/anthropic.ts";
import type { ModelListener, ModelRequest } from "../../src/agent/model.ts";
import { silentLog } from "../../src/log.ts";

export const REQUEST: ModelRequest = {
  model: "claude-sonnet-5-5",
  system: [{ text: "Be brief." }, { text: "Use tabs.", cache: true }],
  tools: [{ name: "Read", description: "Reads.", input_schema: { type: "object" } }],
  messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
  maxTokens: 100,
  thinking: true,
  effort: "low",
  ttl: "5m",
};

export function listen(heard: string[] = [], signal = new AbortController().signal): ModelListener {
  return {
    signal,
    onBegun: () => heard.push("begun"),
    onText: (delta) => heard.push(`text ${delta}`),
    onThinking: (delta) => heard.push(`thinking ${delta}`),
    onToolUse: (name) => heard.push(`call ${name}`),
  };
}

export function modelAt(baseURL: string, idleMs = 60_000) {
  return createAnthropicModel({ env: {}, baseURL, log: silentLog, idleMs });
}

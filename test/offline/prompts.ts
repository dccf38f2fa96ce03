/** Requests, scenarios and a client for the tests of the offline model. */
import Anthropic from "@anthropic-ai/sdk";
import type { Reply, Scenario, ScenarioRequest } from "../../src/offline/scenario.ts";

export type Params = Anthropic.MessageCreateParamsNonStreaming;

export function clientOf(url: string): Anthropic {
  return new Anthropic({ baseURL: url, apiKey: "none", maxRetries: 0, logLevel: "off" });
}

export function scenarioOf(reply: (request: ScenarioRequest) => Reply | Promise<Reply>): Scenario {
  return { name: "test", description: "A scenario of a test.", reply };
}

export const sayHello = scenarioOf(() => ({ blocks: [{ type: "text", text: "Hello." }] }));

export function ask(text: string, more: Partial<Params> = {}): Params {
  return {
    model: "offline",
    max_tokens: 1_000,
    messages: [{ role: "user", content: text }],
    ...more,
  };
}

/** Text of so many tokens, as the server counts them. */
export function tokens(count: number, seed = "x"): string {
  return seed.repeat(count * 4).slice(0, count * 4);
}

export const TOOL = {
  name: "Look",
  description: "Looks.",
  input_schema: { type: "object" as const, properties: { at: { type: "string" } } },
};

/** POSTs any body, well-formed or not. */
export async function post(url: string, body: unknown): Promise<{ status: number; json: unknown }> {
  const response = await fetch(`${url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": "none", "anthropic-version": "2026-10-21" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, json: await response.json() };
}

/** A reply as the API's message: ids, signatures, usage and stop reason are made here. */
import { randomBytes } from "node:crypto";
import { signAnswer } from "./binding.ts";
import type { PromptUsage } from "./cache.ts";
import type { StopFault } from "./faults.ts";
import { estimateTokens } from "./render.ts";
import type { Prompt } from "./request.ts";
import type { Reply, ReplyBlock, StopReason } from "./scenario.ts";

export type AnswerBlock =
  | { type: "text"; text: string; citations: null }
  | { type: "thinking"; thinking: string; signature: string }
  | {
      type: "tool_use";
      id: string;
      name: string;
      input: Record<string, unknown>;
      caller: { type: "direct" };
    };

export interface AnswerUsage extends PromptUsage {
  readonly output_tokens: number;
  readonly output_tokens_details: { readonly thinking_tokens: number };
  readonly inference_geo: null;
  readonly server_tool_use: null;
  readonly service_tier: "standard";
  readonly speed: null;
}

export interface Answer {
  readonly id: string;
  readonly type: "message";
  readonly role: "assistant";
  readonly model: string;
  readonly content: readonly AnswerBlock[];
  readonly stop_reason: StopReason;
  readonly stop_details: {
    readonly type: "refusal";
    readonly category: string | null;
    readonly explanation: string | null;
  } | null;
  readonly stop_sequence: null;
  readonly container: null;
  readonly diagnostics: null;
  readonly usage: AnswerUsage;
}

/** What a reply became under a `stop-reason` fault: tool calls never survive it. */
export function stopEarly(reply: Reply, { stopReason }: StopFault): Reply {
  const spoken = reply.blocks.filter(({ type }) => type !== "tool_use");
  const hasText = spoken.some(({ type }) => type === "text");
  const blocks: readonly ReplyBlock[] =
    stopReason === "refusal" ? [] : hasText ? spoken : [...spoken, { type: "text", text: "…" }];
  return { ...reply, blocks, stopReason };
}

export function makeAnswer(prompt: Prompt, reply: Reply, input: PromptUsage): Answer {
  const shown = reply.blocks.filter(({ type }) => type !== "thinking" || asksForThinking(prompt));
  const summarized =
    prompt.thinking?.type === "adaptive" && prompt.thinking.display === "summarized";
  const content = shown.map((block) => makeBlock(block, summarized));
  const thinking_tokens = tokensOf(shown.filter(({ type }) => type === "thinking"));
  const callsTools = content.some(({ type }) => type === "tool_use");
  const stop_reason = reply.stopReason ?? (callsTools ? "tool_use" : "end_turn");
  return {
    id: makeId("msg"),
    type: "message",
    role: "assistant",
    model: prompt.model,
    content: signAnswer(prompt, content),
    stop_reason,
    stop_details:
      stop_reason === "refusal"
        ? {
            type: "refusal",
            category: "general_harms",
            explanation: "The offline model was told to refuse this request.",
          }
        : null,
    stop_sequence: null,
    container: null,
    diagnostics: null,
    usage: {
      ...input,
      output_tokens: tokensOf(shown),
      output_tokens_details: { thinking_tokens },
      inference_geo: null,
      server_tool_use: null,
      service_tier: "standard",
      speed: null,
    },
  };
}

/** Ids are random: two conversations that are alike must not share any. */
export function makeId(kind: "msg" | "toolu" | "req"): string {
  return `${kind}_offline${randomBytes(9).toString("hex")}`;
}

function asksForThinking({ thinking }: Prompt): boolean {
  return thinking?.type === "adaptive" || thinking?.type === "between_tools";
}

function makeBlock(block: ReplyBlock, summarized: boolean): AnswerBlock {
  if (block.type === "text") return { type: "text", text: block.text, citations: null };
  if (block.type === "thinking") {
    return { type: "thinking", thinking: summarized ? block.thinking : "", signature: "" };
  }
  return {
    type: "tool_use",
    id: makeId("toolu"),
    name: block.name,
    // Through JSON, so that the signature covers what the client gets: no undefined fields.
    input: JSON.parse(JSON.stringify(block.input)),
    caller: { type: "direct" },
  };
}

function tokensOf(blocks: readonly ReplyBlock[]): number {
  return blocks.reduce((sum, block) => sum + estimateTokens(JSON.stringify(block)), 0);
}

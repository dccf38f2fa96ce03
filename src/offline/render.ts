/**
 * A prompt as the flat list of blocks that caching and thinking signatures work on: tools, then system, then
 * messages, cache markers stripped. What means the same is rendered the same (a string and one text block).
 */
import { createHash } from "node:crypto";
import { blocksOf } from "./check-request.ts";
import type { Block, CacheControl, Prompt } from "./request.ts";

export type Ttl = "5m" | "1h";

export interface RenderedBlock {
  readonly section: "tools" | "system" | "messages";
  readonly text: string;
  readonly tokens: number;
  /** Set where the prefix up to and including this block is to be cached. */
  readonly ttl: Ttl | null;
  /** Where a message's block stands in the request, e.g. `messages.1.content.0`. */
  readonly path: string;
  readonly block: Block | null;
}

export function renderPrompt(prompt: Prompt): RenderedBlock[] {
  const { tools = [], system = [], messages } = prompt;
  const systemBlocks: Block[] =
    typeof system === "string" ? (system ? [{ type: "text", text: system }] : []) : system;
  const rendered: RenderedBlock[] = [
    ...tools.map(({ cache_control, ...tool }, index) => ({
      section: "tools" as const,
      ...sized(JSON.stringify(tool)),
      ttl: ttlOf(cache_control),
      path: `tools.${index}`,
      block: null,
    })),
    ...systemBlocks.map((block, index) => renderBlock(block, "system", `system.${index}`)),
    ...messages.flatMap((message, index) =>
      blocksOf(message).map((block, at) =>
        renderBlock(block, message.role, `messages.${index}.content.${at}`),
      ),
    ),
  ];
  return prompt.cache_control ? markLast(rendered, ttlOf(prompt.cache_control)) : rendered;
}

/** One block of a message, or of the answer that the server is making. */
export function renderBlock(block: Block, role: string, path: string): RenderedBlock {
  return {
    section: path.startsWith("system") ? "system" : "messages",
    ...sized(`${role}:${JSON.stringify(normalise(block))}`),
    ttl: block.type === "thinking" ? null : ttlOf(block.cache_control),
    path,
    block,
  };
}

/** Extends the hash of a prefix by one more piece of text. */
export function extendHash(hash: string, text: string): string {
  return createHash("sha256").update(hash).update("\0").update(text).digest("hex");
}

/** The estimate that all accounting here uses: four bytes of UTF-8 are a token. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

function normalise(block: Block): unknown {
  if (block.type === "text") return { type: block.type, text: block.text };
  if (block.type === "thinking") {
    return { type: block.type, thinking: block.thinking, signature: block.signature };
  }
  if (block.type === "tool_use") {
    return { type: block.type, id: block.id, name: block.name, input: block.input };
  }
  if (block.type === "tool_result") {
    const { content = [] } = block;
    const parts: readonly Block[] =
      typeof content === "string" ? [{ type: "text", text: content }] : content;
    return {
      type: block.type,
      tool_use_id: block.tool_use_id,
      content: parts.map(normalise),
      is_error: block.is_error ?? false,
    };
  }
  const { cache_control: _, ...rest } = block;
  return rest;
}

function sized(text: string): { text: string; tokens: number } {
  return { text, tokens: estimateTokens(text) };
}

function ttlOf(mark: CacheControl | null | undefined): Ttl | null {
  return mark ? (mark.ttl ?? "5m") : null;
}

/** Automatic caching: the last block that can be cached carries the mark, unless it has one of its own. */
function markLast(rendered: RenderedBlock[], ttl: Ttl | null): RenderedBlock[] {
  const last = rendered.findLastIndex((item) => item.block?.type !== "thinking");
  return rendered.map((item, index) => (index === last ? { ...item, ttl: item.ttl ?? ttl } : item));
}

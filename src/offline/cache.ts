/**
 * The prompt cache, counted as the API counts it: a prefix is written at a breakpoint, read by a later request that
 * begins with the same bytes, and readable only once the answer of the request that wrote it has begun.
 */

import { extendHash, type RenderedBlock, renderPrompt, type Ttl } from "./render.ts";
import type { Prompt } from "./request.ts";

/** A breakpoint looks for an entry at itself and at this many blocks less one before it. */
const LOOKBACK = 20;
/** Shorter prefixes are not cached; no error says so. */
const MINIMUM_TOKENS = 512;
const TTL_MS: Record<Ttl, number> = { "5m": 300_000, "1h": 3_600_000 };

export interface PromptUsage {
  /** What was neither read from the cache nor written to it. */
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation: {
    readonly ephemeral_5m_input_tokens: number;
    readonly ephemeral_1h_input_tokens: number;
  };
}

interface CacheAccount {
  readonly usage: PromptUsage;
  /** The answer has begun: what this request wrote becomes readable. */
  readonly begin: () => void;
}

export interface PromptCache {
  account(prompt: Prompt): CacheAccount;
}

interface Prefix extends RenderedBlock {
  readonly key: string;
  /** Tokens of the prompt up to and including this block. */
  readonly upTo: number;
}

interface Entry {
  expires: number;
  readonly lifetime: number;
}

/** `now` is in milliseconds since 1970. */
export function createPromptCache(now: () => number): PromptCache {
  const entries = new Map<string, Entry>();

  const findEntry = (prefixes: readonly Prefix[], from: number): number => {
    for (let index = from; index > from - LOOKBACK && index >= 0; index--) {
      const entry = entries.get(prefixes[index]?.key ?? "");
      if (!entry || entry.expires <= now()) continue;
      entry.expires = now() + entry.lifetime;
      return index;
    }
    return -1;
  };

  return {
    account(prompt) {
      const prefixes = prefixesOf(prompt);
      const points = prefixes.flatMap((prefix, index) =>
        prefix.ttl && prefix.upTo >= MINIMUM_TOKENS ? [index] : [],
      );
      const read = Math.max(-1, ...points.map((index) => findEntry(prefixes, index)));
      const writes = points.flatMap((index) => prefixes[index] ?? []);
      return {
        usage: countUsage(prefixes, writes, prefixes[read]?.upTo ?? 0),
        begin() {
          for (const { key, ttl } of writes) {
            const lifetime = TTL_MS[ttl ?? "5m"];
            entries.set(key, { expires: now() + lifetime, lifetime });
          }
        },
      };
    },
  };
}

/** Tokens of the whole prompt. */
export function countPrompt(prompt: Prompt): number {
  return renderPrompt(prompt).reduce((sum, { tokens }) => sum + tokens, 0);
}

function prefixesOf(prompt: Prompt): Prefix[] {
  const { model, speed, thinking, tool_choice, output_config } = prompt;
  let key = extendHash("", model);
  let section = "";
  let upTo = 0;
  return renderPrompt(prompt).map((block) => {
    if (block.section !== "tools" && section !== block.section) {
      // Parameters that change how a section is read make its prefix another one.
      key = extendHash(
        key,
        JSON.stringify(
          block.section === "system"
            ? ["system", speed]
            : ["messages", speed, thinking, tool_choice, output_config],
        ),
      );
    }
    section = block.section;
    key = extendHash(key, block.text);
    upTo += block.tokens;
    return { ...block, key, upTo };
  });
}

function countUsage(
  prefixes: readonly Prefix[],
  writes: readonly Prefix[],
  read: number,
): PromptUsage {
  const created = { "5m": 0, "1h": 0 };
  let counted = read;
  for (const { ttl, upTo } of writes) {
    if (upTo <= counted) continue;
    created[ttl ?? "5m"] += upTo - counted;
    counted = upTo;
  }
  return {
    input_tokens: (prefixes.at(-1)?.upTo ?? 0) - counted,
    cache_creation_input_tokens: created["5m"] + created["1h"],
    cache_read_input_tokens: read,
    cache_creation: {
      ephemeral_5m_input_tokens: created["5m"],
      ephemeral_1h_input_tokens: created["1h"],
    },
  };
}

/**
 * What models cost. The API does not tell prices, so this is a table, compared with the published prices on
 * 2026-11-20; a model that is not in it has no price rather than a guessed one, and the configuration can add it.
 */
import type { Prices } from "../config.ts";
import type { CacheTtl, Usage } from "./model.ts";

/** US dollars for a million tokens. */
interface Price {
  readonly input: number;
  readonly output: number;
  readonly write5m: number;
  readonly write1h: number;
  readonly read: number;
  /** A prompt of more than `above` tokens, cached ones included, costs this much instead, every token of it. */
  readonly step?: { readonly above: number; readonly price: Price };
}

/** A price as the configuration names it. Without cache prices, cached tokens cost what input costs. */
export interface PriceEntry {
  readonly input: number;
  readonly output: number;
  readonly cache_write?: number | undefined;
  readonly cache_read?: number | undefined;
}

export type CostOf = (model: string, usage: Usage, ttl: CacheTtl) => number | null;

const TABLE: Readonly<Record<string, Price>> = {
  "claude-opus-5-5": { input: 4, output: 20, write5m: 5, write1h: 8, read: 0.2 },
  "claude-sonnet-5-5": { input: 2, output: 10, write5m: 2.5, write1h: 4, read: 0.1 },
  "claude-haiku-5-5": {
    input: 0.1,
    output: 0.5,
    write5m: 0.125,
    write1h: 0.2,
    read: 0.01,
    step: {
      above: 100_000,
      price: { input: 0.5, output: 2.5, write5m: 0.625, write1h: 1, read: 0.05 },
    },
  },
  "claude-fable-5-1": { input: 10, output: 50, write5m: 12.5, write1h: 20, read: 0.25 },
  "claude-haiku-4-5": { input: 1, output: 5, write5m: 1.25, write1h: 2, read: 0.1 },
  offline: { input: 0, output: 0, write5m: 0, write1h: 0, read: 0 },
};

/** What a call cost in US dollars, or null when nobody knows. */
export const costOf: CostOf = createCosts({});

/** The same with prices from the configuration, which win over the table. */
export function createCosts(extra: Prices): CostOf {
  const table = new Map(Object.entries(TABLE));
  for (const [model, entry] of Object.entries(extra)) table.set(model, fromEntry(entry));
  return (model, usage, ttl) => {
    // A dated id (`claude-haiku-4-5-20251001`) costs what its undated name costs.
    const price = table.get(model) ?? table.get(model.replace(/-\d{8}$/, ""));
    return price === undefined ? null : costAt(price, usage, ttl);
  };
}

function costAt(price: Price, usage: Usage, ttl: CacheTtl): number {
  const prompt = usage.input + usage.cache_read + usage.cache_write;
  if (price.step && prompt > price.step.above) return costAt(price.step.price, usage, ttl);
  const write = ttl === "1h" ? price.write1h : price.write5m;
  return (
    (usage.input * price.input +
      usage.output * price.output +
      usage.cache_write * write +
      usage.cache_read * price.read) /
    1_000_000
  );
}

function fromEntry(entry: PriceEntry): Price {
  const write = entry.cache_write ?? entry.input;
  return {
    input: entry.input,
    output: entry.output,
    write5m: write,
    write1h: write,
    read: entry.cache_read ?? entry.input,
  };
}

import { expect, test } from "vitest";
import { costOf, createCosts } from "../../src/agent/prices.ts";

const MILLION = { input: 1e6, output: 1e6, cache_read: 1e6, cache_write: 1e6 };

test.each([
  ["claude-opus-5-5", "5m", 4 + 20 + 0.2 + 5],
  ["claude-opus-5-5", "1h", 4 + 20 + 0.2 + 8],
  ["claude-sonnet-5-5", "5m", 2 + 10 + 0.1 + 2.5],
  ["claude-fable-5-1", "1h", 10 + 50 + 0.25 + 20],
  ["claude-haiku-4-5", "5m", 1 + 5 + 0.1 + 1.25],
  ["claude-haiku-4-5-20251001", "5m", 1 + 5 + 0.1 + 1.25],
  ["offline", "5m", 0],
] as const)("a million tokens of each kind: %s, %s", (model, ttl, dollars) => {
  expect(costOf(model, MILLION, ttl)).toBeCloseTo(dollars, 9);
});

test("a model that nobody knows the price of has none", () => {
  expect(costOf("claude-fable-5-2", MILLION, "5m")).toBeNull();
});

test("past 100,000 prompt tokens, cached ones too, Haiku 5.5 costs five times as much", () => {
  const at = { input: 10_000, output: 1_000, cache_read: 80_000, cache_write: 10_000 };
  const past = { ...at, cache_read: 80_001 };
  const low = (10_000 * 0.1 + 1_000 * 0.5 + 80_000 * 0.01 + 10_000 * 0.125) / 1e6;
  const high = (10_000 * 0.5 + 1_000 * 2.5 + 80_001 * 0.05 + 10_000 * 0.625) / 1e6;
  expect(costOf("claude-haiku-5-5", at, "5m")).toBeCloseTo(low, 12);
  expect(costOf("claude-haiku-5-5", past, "5m")).toBeCloseTo(high, 12);
});

test("prices from the configuration win, and cached tokens cost what input costs where nothing is said", () => {
  const cost = createCosts({
    "qwen3-coder": { input: 1, output: 2 },
    "claude-opus-5-5": { input: 1, output: 1, cache_read: 0, cache_write: 3 },
  });
  expect(cost("qwen3-coder", MILLION, "5m")).toBeCloseTo(1 + 2 + 1 + 1, 9);
  expect(cost("claude-opus-5-5", MILLION, "1h")).toBeCloseTo(1 + 1 + 0 + 3, 9);
});

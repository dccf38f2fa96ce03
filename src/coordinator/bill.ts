/** What the model calls came to, by agent, task and model, as they were counted: pure. */
import type { SessionEvent } from "../session/events.ts";

export interface BillRow {
  readonly by: "agent" | "task" | "model";
  readonly name: string;
  calls: number;
  input: number;
  output: number;
  cache_read: number;
  cache_write: number;
  cost_usd: number;
  /** Calls of a model without a known price: the sum is then a lower bound. */
  unpriced: number;
}

export function billRows(events: readonly SessionEvent[]): BillRow[] {
  const rows = new Map<string, BillRow>();
  for (const event of events) {
    if (event.type !== "model.called") continue;
    const keys = [
      ["agent", event.agent],
      ["task", event.task ?? "(the lead)"],
      ["model", event.model],
    ] as const;
    for (const [by, name] of keys) {
      const row = rows.get(`${by} ${name}`) ?? emptyRow(by, name);
      row.calls += 1;
      row.input += event.usage.input;
      row.output += event.usage.output;
      row.cache_read += event.usage.cache_read;
      row.cache_write += event.usage.cache_write;
      row.cost_usd += event.cost_usd ?? 0;
      row.unpriced += event.cost_usd === null ? 1 : 0;
      rows.set(`${by} ${name}`, row);
    }
  }
  return (["agent", "task", "model"] as const).flatMap((by) =>
    [...rows.values()].filter((row) => row.by === by),
  );
}

/** The part of all that was read which came from the cache, from 0 to 1. */
export function cacheShare(row: Pick<BillRow, "input" | "cache_read" | "cache_write">): number {
  const read = row.input + row.cache_read + row.cache_write;
  return read === 0 ? 0 : row.cache_read / read;
}

/** A sum as a person reads it; a lower bound where a model has no known price. */
export function sumText({ cost_usd, unpriced }: Pick<BillRow, "cost_usd" | "unpriced">): string {
  return `${unpriced > 0 ? "at least " : ""}$${cost_usd.toFixed(2)}`;
}

function emptyRow(by: BillRow["by"], name: string): BillRow {
  const sums = { calls: 0, input: 0, output: 0, cache_read: 0, cache_write: 0 };
  return { by, name, ...sums, cost_usd: 0, unpriced: 0 };
}

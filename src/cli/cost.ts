/** `swarmux cost`: tokens and money by worker, task and model, as they were counted. */
import type { SessionEvent } from "../session/events.ts";
import type { Output } from "./output.ts";
import { viewSession } from "./session-view.ts";
import { money } from "./status.ts";

interface Row {
  readonly by: "agent" | "task" | "model";
  readonly name: string;
  calls: number;
  input: number;
  output: number;
  cache_read: number;
  cache_write: number;
  cost_usd: number;
  unpriced: number;
}

export async function cost(output: Output, options: { session?: string; json?: boolean }) {
  const view = await viewSession(options.session);
  const rows = costRows(view.events);
  if (options.json) {
    for (const row of rows) output.json({ v: 1, session: view.name, ...row });
    return;
  }
  output.line(`${"".padEnd(24)} calls   input  output  read from cache  written      cost`);
  let by = "";
  for (const row of rows) {
    if (row.by !== by) output.line(`by ${row.by}`);
    by = row.by;
    const cells = [
      `  ${row.name}`.padEnd(24),
      String(row.calls).padStart(6),
      String(row.input).padStart(8),
      String(row.output).padStart(8),
      String(row.cache_read).padStart(16),
      String(row.cache_write).padStart(9),
      `$${row.cost_usd.toFixed(4)}`.padStart(10),
      row.unpriced > 0 ? " at least" : "",
    ];
    output.line(cells.join(""));
  }
  output.line(`total ${money(view.team)}`);
}

function costRows(events: readonly SessionEvent[]): Row[] {
  const rows = new Map<string, Row>();
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

function emptyRow(by: Row["by"], name: string): Row {
  return {
    by,
    name,
    calls: 0,
    input: 0,
    output: 0,
    cache_read: 0,
    cache_write: 0,
    cost_usd: 0,
    unpriced: 0,
  };
}

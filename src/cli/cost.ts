/** `swarmux cost`: tokens and money by worker, task and model, as they were counted. */
import { billRows } from "../coordinator/bill.ts";
import type { Output } from "./output.ts";
import { viewSession } from "./session-view.ts";
import { money } from "./status.ts";

export async function cost(output: Output, options: { session?: string; json?: boolean }) {
  const view = await viewSession(options.session);
  const rows = billRows(view.events);
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

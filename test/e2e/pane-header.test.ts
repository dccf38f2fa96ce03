/** The top of the coordinator's pane: what the team is at, and how much of its means it has used. */
import { expect, test } from "vitest";
import { needSandbox } from "../support/needs-sandbox.ts";
import { openPaidModel } from "./support/board.ts";
import { waitForEvent } from "./support/journal.ts";
import { sitDown } from "./support/person.ts";
import { colourBefore } from "./support/terminal.ts";
import { createWorkplace } from "./support/workplace.ts";

needSandbox();

/** No request of the lead offers this tool. */
const WORKERS = { match: '"name":"Report"' };
const HOUR = 3_600;

test.each([
  {
    columns: 200,
    rows: 50,
    means:
      " · tasks 0/1 · workers 1/4 · \\$0\\.\\d\\d of \\$5\\.00 · swarmux/s/integration · sandbox",
    row: "[1] ada  ↻ retry ",
  },
  { columns: 80, rows: 24, means: "", row: "[1] ada  ↻ retry " },
])(
  "at $columns by $rows it says task, phase, means and until when a limit holds",
  async ({ columns, rows, means, row }) => {
    const place = await createWorkplace();
    await using model = await openPaidModel("one-task", {
      faults: [{ kind: "status", status: 429, retryAfter: HOUR, at: WORKERS }],
    });
    const args = ["--budget", "5"];
    const size = [columns, rows] as const;
    await using person = await sitDown(place, { scenario: "one-task", size, args, api: model.url });
    await person.sees(/^s · do it\n⧗1 for you: Tab · plan waits · tasks 0\/1/);
    await person.sees(/⧗ plan +(?:needs you +)?1 task: is this/);

    await person.type("y", "Enter");

    const event = await waitForEvent(place, ({ type }) => type === "rate.limited");
    const until = event.type === "rate.limited" ? event.until : "";
    const clock = new Date(until).toTimeString().slice(0, 5);
    await person.sees(
      new RegExp(`^s · do it\nworking · ↻ rate limited until ${clock}${means}$`, "m"),
    );
    await person.sees(row);
    expect(colourBefore(await person.painted(), "↻ rate limited")).toBe("221");
  },
);

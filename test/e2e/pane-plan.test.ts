/** The order of a plan's tasks: changed by keys, in the chat and from another terminal before the yes, and meant by it. */
import { expect, test } from "vitest";
import { go } from "./support/go.ts";
import { only, readEvents, userTurns, waitForEvent } from "./support/journal.ts";
import { type Person, sitDown } from "./support/person.ts";
import { BIN, expectCode, swarmux } from "./support/swarmux.ts";
import { createWorkplace, type Workplace } from "./support/workplace.ts";

/** The tasks of `swarmux status`, in its order. */
async function orderInStatus(place: Workplace): Promise<string> {
  const { stdout } = await swarmux(place, ["status"]);
  return [...stdout.matchAll(/^. (t\d) /gm)].map(([, id]) => id).join(" ");
}

/** Tasks in this order below the title, whatever stands between them. */
function inOrder(title: string, ids: readonly string[]): RegExp {
  const rows = ids.map((id) => `^[ ▸] ${id} `);
  return new RegExp([`^── ${title} ─`, ...rows].join("[^]*"), "m");
}

async function stopAndResume(person: Person): Promise<void> {
  await person.type("C-c");
  await expect.poll(() => person.terminal.screen()).toMatch(/^cost [^]*^prompt> ?$/m);
  await person.type(`${BIN} resume s`, "Enter");
  await person.sees("plan waits for you");
}

test.each([
  { columns: 200, rows: 50, how: "", isStopped: false },
  { columns: 80, rows: 24, how: ", also after a stop and a resume", isStopped: true },
])(
  "at $columns by $rows the tasks of a plan are put in another order, and given to workers in it$how",
  async ({ columns, rows, isStopped }) => {
    const place = await createWorkplace();
    const size = [columns, rows] as const;
    const args = ["--workers", "2"];
    await using person = await sitDown(place, { scenario: "four", size, args, go: true });
    await person.sees("plan waits for you");

    await person.opens("1 yes");
    await person.type("5");
    await person.sees(/^▸ t1 [^]*^ {2}t2 /m);
    await person.type("Down", "Down", "Down", "K", "K", "K");
    await person.sees(inOrder("the plan, to change", ["t4", "t1", "t2", "t3"]));
    await person.sees(/^▸ t4 /m);
    await person.type("K");
    await person.sees("t4 is the first of the plan.");
    await person.type("Down", "S-Down");
    await person.sees(inOrder("the plan, to change", ["t4", "t2", "t1"]));
    await person.type("S-Down", "S-Up");
    await person.type("Escape", "Escape");
    await person.sees(/^> words for the coordinator/m);
    await person.type(":move t3 down", "Enter");
    await person.sees("t3 is the last of the plan.");
    await person.type(":move t3 up", "Enter");
    await person.sees("t3 stands before t1; the coordinator is told.");
    expectCode(await swarmux(place, ["move", "t3", "up"]), 0);
    expect(await orderInStatus(place)).toBe("t4 t3 t2 t1");
    await person.sees(/you moved t3\s+before t2/);

    if (isStopped) await stopAndResume(person);
    await person.opens("1 yes");
    await person.sees(inOrder("plan 1 of 1", ["t4", "t3", "t2", "t1"]));
    await person.type("1");

    await waitForEvent(place, ({ type }) => type === "plan.approved");
    const given = async () =>
      only(await readEvents(place), "task.assigned").map(({ task }) => task);
    await expect.poll(given).toEqual(["t4", "t3"]);
    const late = await swarmux(place, ["move", "t1", "up"]);
    expect([late.code, late.stderr]).toEqual([2, expect.stringContaining("none waits")]);
    // News wait for the lead's next turn, and a merge is worth one.
    go(place);
    const told = async () => (await userTurns(place, "lead")).join("\n");
    await expect.poll(told).toContain("The person moved t3 before t2");
  },
);

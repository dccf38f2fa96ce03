/** The coordinator's clock is set while a session runs: a day ahead, and two days back. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { only, readEvents, waitForEvent } from "./support/journal.ts";
import { addOrigin } from "./support/origin.ts";
import { expectCode, scripted, start, swarmux } from "./support/swarmux.ts";
import { createWorkplace, PROJECT } from "./support/workplace.ts";

const DAY = 24 * 60 * 60_000;
/** Longer than the process needs to see a new time. */
const SEEN = 200;

test("a clock that jumps takes nobody for dead, keeps the journal's order, and lets a yes count", async () => {
  const place = await createWorkplace();
  const pushes = addOrigin(place);
  const { args, env } = scripted("pushes-again");
  const clock = join(place.folder, "clock");
  writeFileSync(clock, "0");
  const shifted = {
    NODE_OPTIONS: `--require ${join(PROJECT, "test/fixtures/shifted-clock.cjs")}`,
    SHIFTED_CLOCK: clock,
  };
  const setClock = async (ms: number) => {
    writeFileSync(clock, String(ms));
    await new Promise((resolve) => setTimeout(resolve, SEEN));
  };
  const approve = async (gate: string) => {
    await waitForEvent(place, (event) => event.type === "gate.opened" && event.gate.id === gate);
    expectCode(await swarmux(place, ["approve", gate]), 0);
  };
  const running = start(place, [...args, "push"], { env: { ...env, ...shifted } });

  await waitForEvent(place, ({ type }) => type === "gate.opened");
  await setClock(DAY);
  await approve("ada-1");
  await waitForEvent(place, (event) => event.type === "gate.opened" && event.gate.id === "ada-2");
  await setClock(-DAY);
  // Its time is that of the journal now, which does not go back.
  await approve("ada-2");
  await approve("ada-3");

  expectCode(await running.ended, 0);
  const events = await readEvents(place);
  expect(only(events, "gate.voided")).toEqual([]);
  expect(pushes()).toEqual(["refs/heads/work", "refs/heads/other"]);
  const times = events.map(({ ts }) => Date.parse(ts));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(DAY - 60_000);
  for (const type of ["worker.lost", "worker.stalled"]) {
    expect(events.filter((event) => event.type === type)).toEqual([]);
  }
});

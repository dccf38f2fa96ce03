import { expect, test } from "vitest";
import {
  createWatchdog,
  ENDED_AFTER_MS,
  STALLED_AFTER_MS,
  type Watchdog,
} from "../../src/coordinator/watchdog.ts";

function watched(): { dog: Watchdog; said: string[] } {
  const said: string[] = [];
  const dog = createWatchdog({
    stalled: (worker, ms) => said.push(`${worker} stalled ${ms}`),
    back: (worker) => said.push(`${worker} back`),
    over: (worker, ms) => said.push(`${worker} over ${ms}`),
  });
  dog.started("ada", 0);
  return { dog, said };
}

/** Looks once a second. */
function lookUntil(dog: Watchdog, from: number, to: number): void {
  for (let now = from; now <= to; now += 1_000) dog.look(now, false);
}

test("a silent worker is stalled, then over, and each is told once", () => {
  const { dog, said } = watched();
  dog.heard("ada", 5_000);
  lookUntil(dog, 6_000, 60_000);
  expect(said).toEqual([`ada stalled ${STALLED_AFTER_MS}`, `ada over ${ENDED_AFTER_MS}`]);
});

test("one that never greeted is no better", () => {
  const { dog, said } = watched();
  lookUntil(dog, 1_000, 40_000);
  expect(said).toEqual([`ada stalled ${STALLED_AFTER_MS}`, `ada over ${ENDED_AFTER_MS}`]);
});

test("a stalled worker that is heard again is back", () => {
  const { dog, said } = watched();
  lookUntil(dog, 1_000, 12_000);
  dog.heard("ada", 12_500);
  lookUntil(dog, 13_000, 20_000);
  expect(said).toEqual([`ada stalled ${STALLED_AFTER_MS}`, "ada back"]);
});

test("a watchdog that was held up itself starts all deadlines anew", () => {
  const { dog, said } = watched();
  lookUntil(dog, 1_000, 9_000);
  dog.look(3_600_000, true);
  lookUntil(dog, 3_601_000, 3_609_000);
  expect(said).toEqual([]);
  dog.look(3_610_000, false);
  expect(said).toEqual([`ada stalled ${STALLED_AFTER_MS}`]);
});

test("a new run begins with its start, and one that ended is not watched", () => {
  const { dog, said } = watched();
  lookUntil(dog, 1_000, 31_000);
  said.length = 0;
  dog.ended("ada");
  dog.heard("ada", 31_500);
  lookUntil(dog, 32_000, 90_000);
  dog.started("ada", 90_000);
  lookUntil(dog, 91_000, 99_000);
  expect(said).toEqual([]);
});

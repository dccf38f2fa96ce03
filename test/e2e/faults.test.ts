/**
 * A part of `npm run test:faults`: every failpoint at one of its passages, in whole sessions with real processes. In most of
 * them both sides are killed.
 */
import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { FAILPOINTS } from "../../src/failpoint.ts";
import { inLanes } from "../faults/lanes.ts";
import { playFault } from "../faults/play.ts";

/** Places that a process passes so often that the first passage is not worth more than a later one. */
const OFTEN = /\.(journal|wire)\./;
const LATER = [2, 5, 9, 14, 20, 12, 17];
/** A worker that dies with its coordinator counts anew, and may not pass a place as often as that again. */
const SOON = [1, 4, 2, 5, 3];

function passageOf(point: string, at: number): number {
  if (!OFTEN.test(point)) return 1;
  const passages = point.startsWith("worker.") ? SOON : LATER;
  return passages[at % passages.length] ?? 1;
}

test("nothing is lost or done twice, wherever a process is killed", async () => {
  const wrong: unknown[] = [];
  const points = FAILPOINTS.map((point, at) => `${point}@${passageOf(point, at)}`);
  const workers = points.filter((point) => point.startsWith("worker."));
  const pairs = points
    .filter((point) => point.startsWith("coordinator."))
    .map((point, at) => [point, ...workers.slice(at, at + 1)]);
  const jobs = pairs.map((pair) => async () => {
    await using played = await playFault(...pair);
    const { fired, complaints, output } = played;
    const isWhole = fired.length === pair.length && complaints.length === 0;
    if (!isWhole) wrong.push({ pair, fired, complaints, output });
  });
  expect(pairs.flat().toSorted()).toEqual(points.toSorted());
  await inLanes(Math.max(2, availableParallelism()), jobs);
  expect(wrong).toEqual([]);
}, 900_000);

test("an undisturbed session leaves nothing to complain about", async () => {
  await using played = await playFault();
  expect(played.complaints).toEqual([]);
});

/** A part of `npm run test:faults`: every failpoint at one of its passages, each in a whole session with real processes. */
import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { FAILPOINTS } from "../../src/failpoint.ts";
import { inLanes } from "../faults/lanes.ts";
import { playFault } from "../faults/play.ts";

/** Places that a process passes so often that the first passage is not worth more than a later one. */
const OFTEN = /\.(journal|wire)\./;
const LATER = [2, 5, 9, 14, 20, 12, 17];

test("nothing is lost or done twice, wherever a process is killed", async () => {
  const wrong: unknown[] = [];
  const jobs = FAILPOINTS.map((point, at) => async () => {
    const passage = OFTEN.test(point) ? LATER[at % LATER.length] : 1;
    await using played = await playFault(`${point}@${passage}`);
    const { fired, complaints, output } = played;
    if (!fired || complaints.length > 0) wrong.push({ point, passage, fired, complaints, output });
  });
  await inLanes(Math.max(2, availableParallelism()), jobs);
  expect(wrong).toEqual([]);
}, 900_000);

test("an undisturbed session leaves nothing to complain about", async () => {
  await using played = await playFault();
  expect(played.complaints).toEqual([]);
});

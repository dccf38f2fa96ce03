/** The chaos of `npm run test:chaos` on a small scale: what counts is what stands in the journals in the end. */
import { rm } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { killAtRandom } from "../faults/kill-at-random.ts";

test.each([
  { wire: "a good wire", loss: 0 },
  { wire: "a wire that loses, repeats and reorders", loss: 5 },
])(
  "nothing is lost or done twice on $wire while both sides are killed",
  async ({ loss }) => {
    const plan = { messages: 400, kills: 15, workers: 4, seed: 7, loss };
    const result = await killAtRandom(plan, () => {});
    onTestFinished(() => rm(result.folder, { recursive: true, force: true }));
    const { coordinator, workers } = result.kills;
    expect(coordinator + workers).toBe(15);
    expect([result.lost, result.twice, result.inOrder]).toEqual([0, 0, true]);
  },
  180_000,
);

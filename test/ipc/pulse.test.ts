import { expect, test } from "vitest";
import { startPulse } from "../../src/ipc/pulse.ts";

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test("a beat after the process was held up knows that it is late", async () => {
  const beats: boolean[] = [];
  const late = Promise.withResolvers<void>();
  const stop = startPulse(100, (isLate) => {
    beats.push(isLate);
    if (isLate) late.resolve();
    else block(400);
  });
  await late.promise;
  stop();
  expect(beats.at(-1)).toBe(true);
});

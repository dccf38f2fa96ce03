import { expect, test } from "vitest";
import type { FrameOf } from "../../src/ipc/envelope.ts";
import { createStream, type Stream } from "../../src/ipc/stream.ts";
import { eventually } from "../support/eventually.ts";

/** Two ends, joined by a wire that `pass` may cut. What arrives at the right end is in `log`. */
function join(options: { pass?: (n: number) => boolean; handle?: (n: number) => Promise<void> }): {
  left: Stream<string, string>;
  log: number[];
  failures: number[];
} {
  const log: number[] = [];
  const failures: number[] = [];
  const left: Stream<string, string> = createStream<string, string>({
    received: 0,
    handle: async () => {},
    failed: () => {},
    transmit: (frame) => {
      if (frame.type === "data" && options.pass?.(frame.n) !== false) {
        queueMicrotask(() => right.receive({ ...frame, body: String(frame.body) }));
      }
    },
  });
  const right: Stream<string, string> = createStream<string, string>({
    received: 0,
    handle: async (n) => {
      await options.handle?.(n);
      log.push(n);
    },
    failed: (n) => failures.push(n),
    transmit: (frame: FrameOf<"data"> | FrameOf<"ack">) => {
      if (frame.type === "ack") queueMicrotask(() => left.ack(frame.cursor));
    },
  });
  right.open(0);
  return { left, log, failures };
}

test("nothing goes out before the stream is open, and everything after", async () => {
  const { left, log } = join({});
  for (const n of [2, 4, 9]) left.push(n, "");
  await new Promise(setImmediate);
  expect(log).toEqual([]);
  left.open(0);
  await left.drained();
  expect(log).toEqual([2, 4, 9]);
});

test("a lost frame is sent again, and those after it wait for it", async () => {
  let losses = 1;
  const { left, log } = join({ pass: (n) => n !== 2 || losses-- <= 0 });
  left.open(0);
  for (const n of [1, 2, 3]) left.push(n, "");
  await left.drained();
  expect(log).toEqual([1, 2, 3]);
});

test("a frame whose handling fails comes again with all that were behind it", async () => {
  let trouble = 1;
  const { left, log, failures } = join({
    handle: async (n) => {
      if (n === 2 && trouble-- > 0) throw new Error("disk full");
    },
  });
  left.open(0);
  for (const n of [1, 2, 3]) left.push(n, "");
  await left.drained();
  expect({ log, failures }).toEqual({ log: [1, 2, 3], failures: [2] });
});

test("a frame is handled when the one before it is done", async () => {
  let atWork = 0;
  let most = 0;
  const { left, log } = join({
    handle: async () => {
      atWork += 1;
      most = Math.max(most, atWork);
      await new Promise(setImmediate);
      atWork -= 1;
    },
  });
  left.open(0);
  for (let n = 1; n <= 100; n++) left.push(n, "");
  await left.drained();
  expect({ most, log }).toEqual({ most: 1, log: Array.from({ length: 100 }, (_, at) => at + 1) });
});

test("a frame is acknowledged when its handling is done", async () => {
  const disk = Promise.withResolvers<void>();
  const { left } = join({ handle: () => disk.promise });
  left.open(0);
  left.push(1, "");
  await new Promise(setImmediate);
  expect(left.acknowledged).toBe(0);
  disk.resolve();
  await eventually(() => expect(left.acknowledged).toBe(1));
});

test("whoever waits for the end hears why it does not come", async () => {
  const { left } = join({ pass: () => false });
  left.push(1, "");
  const end = left.drained();
  left.abandon(new Error("gone"));
  await expect(end).rejects.toThrow("gone");
  await expect(left.drained()).rejects.toThrow("gone");
});

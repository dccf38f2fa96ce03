import { expect, test } from "vitest";
import { runTurns } from "../../src/agent/loop.ts";
import type { Seat } from "../../src/agent/seat.ts";
import { eventually } from "../support/eventually.ts";
import {
  breaksOff,
  call,
  endsEarly,
  fallsSilent,
  resetsAtOnce,
  type Step,
  says,
  sendsError,
  status,
  text,
} from "../support/scripted-api.ts";
import { openSeat } from "./one-seat.ts";

const done = says([text("All done.")]);
const ENDED = { kind: "turn-ended", text: "All done." };

function times(count: number, step: Step): Step[] {
  return Array.from({ length: count }, () => step);
}

// An answer that had begun is paid for.
test.each<[string, Step, number]>([
  ["500", status(500), 1],
  ["a reset before the headers", resetsAtOnce, 1],
  ["a reset in a call", breaksOff, 2],
  ["a clean end in a call", endsEarly, 2],
  ["an error event", sendsError({ type: "overloaded_error" }), 2],
])("repeats the whole call after %s and runs nothing of it", async (_name, step, bills) => {
  await using one = await openSeat([step, done]);
  expect(await runTurns(one.seat)).toEqual(ENDED);
  const [first, second] = one.api.requests;
  expect(second?.raw).toBe(first?.raw);
  expect(one.calls).toEqual([]);
  expect(one.bills).toHaveLength(bills);
  expect(one.permits.filter((line) => line.includes("ended"))).toEqual([
    "p1 ended null",
    "p2 ended null",
  ]);
  expect(one.events).toContainEqual(
    expect.objectContaining({ type: "retry", reason: "transient", attempt: 1 }),
  );
});

test("waits twice as long after each failure, and gives up after the eighth", async () => {
  await using one = await openSeat(times(8, status(503, { message: "no luck" })));
  expect(await runTurns(one.seat)).toEqual({
    kind: "gave-up",
    status: "failed",
    why: "The API answered 503: no luck. It failed 8 times in a row.",
    failure: "transient",
  });
  expect(one.api.requests).toHaveLength(8);
  expect(one.waits).toHaveLength(7);
  for (const [n, wait] of one.waits.entries()) {
    const full = Math.min(30_000, 500 * 2 ** n);
    expect(wait).toBeLessThanOrEqual(full);
    expect(wait).toBeGreaterThanOrEqual(full * 0.75 - 1);
  }
});

test("waits as long as the API asks, tells the team, and shows until when", async () => {
  const slow = status(429, { headers: { "retry-after": "7200" } });
  await using one = await openSeat([slow, done]);
  const before = Date.now();
  expect(await runTurns(one.seat)).toEqual(ENDED);
  expect(one.waits).toEqual([7_200_000]);
  expect(one.permits).toEqual([
    'p1 ended {"status":429,"ms":7200000}',
    "p2 begun",
    "p2 ended null",
  ]);
  const retry = one.events.find((event) => event.type === "retry");
  expect(retry).toMatchObject({ reason: "throttled", attempt: 1 });
  expect(retry?.until).toBeGreaterThanOrEqual(before + 7_200_000);
});

test("is patient with a busy API, whatever else goes wrong in between", async () => {
  const steps = [...times(24, status(529)), ...times(7, status(500)), done];
  await using one = await openSeat(steps);
  expect(await runTurns(one.seat)).toEqual(ENDED);
  expect(one.permits).toContainEqual(expect.stringMatching(/^p1 ended \{"status":529,"ms":\d+\}$/));
});

test.each([
  [413, "context", "The task is larger than the model's context; split it."],
  [401, "credentials", "The API answered 401: no. To mend it: set ANTHROPIC_API_KEY"],
  [400, "invalid", "The API answered 400: no"],
])("gives up at once on %d: %s", async (code, failure, why) => {
  await using one = await openSeat([status(code, { message: "no" }), done]);
  expect(await runTurns(one.seat)).toMatchObject({
    kind: "gave-up",
    status: "failed",
    why: expect.stringContaining(why),
    failure,
  });
  expect(one.api.requests).toHaveLength(1);
});

test("a spent budget ends the turns without a call", async () => {
  await using one = await openSeat([done], {
    permits: { acquire: async () => ({ ok: false, why: "the budget of $5 is spent" }) },
  });
  expect(await runTurns(one.seat)).toEqual({ kind: "budget", why: "the budget of $5 is spent" });
  expect(one.api.requests).toEqual([]);
});

test("asks for a permit with the prompt's size", async () => {
  const asked: number[] = [];
  await using one = await openSeat([says([call("a", "Read")]), done], {
    permits: {
      acquire: async (estimate) => {
        asked.push(estimate);
        return { ok: true, permit: "p" };
      },
    },
  });
  await runTurns(one.seat);
  const [first = 0, second = 0] = asked;
  const [less = 0, more = 0] = one.api.requests.map(({ raw }) => raw.length);
  expect(first).toBeGreaterThan(0);
  expect(second - first).toBeCloseTo((more - less) / 3.5, -1);
});

test("an abort drops a call in flight", async () => {
  await using one = await openSeat([fallsSilent]);
  const end = runTurns(one.seat);
  await eventually(() => expect(one.events).toContainEqual({ type: "text", delta: "Ha" }));
  one.controller.abort();
  expect(await end).toEqual({ kind: "aborted" });
  expect(one.permits).toEqual(["p1 begun", "p1 ended null"]);
  expect(one.conversation.messages()).toHaveLength(1);
});

test("an abort ends a long wait", async () => {
  const slow = status(429, { headers: { "retry-after": "7200" } });
  await using one = await openSeat([slow]);
  const { sleep: _, ...seat } = one.seat;
  const end = runTurns(seat satisfies Seat);
  await eventually(() => expect(one.events).toHaveLength(1));
  one.controller.abort();
  expect(await end).toEqual({ kind: "aborted" });
});

test("an abort ends the wait for a permit", async () => {
  const asked = Promise.withResolvers<void>();
  await using one = await openSeat([], {
    permits: {
      acquire: (_estimate, signal) => {
        asked.resolve();
        return new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("stopped")));
        });
      },
    },
  });
  const end = runTurns(one.seat);
  await asked.promise;
  one.controller.abort();
  expect(await end).toEqual({ kind: "aborted" });
});

test("an abort just before the call sends nothing", async () => {
  await using one = await openSeat([]);
  const end = runTurns(one.seat);
  one.controller.abort();
  expect(await end).toEqual({ kind: "aborted" });
  expect(one.permits).toEqual([]);
});

test("an abort while calls run leaves open what has no outcome on disk", async () => {
  const controller = new AbortController();
  await using one = await openSeat([says([call("a", "Read")])], {
    changes: {
      signal: controller.signal,
      runCalls: async () => {
        await one.conversation.intent({ id: "a", tool: "Read", input: {}, effect: "reads" });
        controller.abort();
        return [{ id: "a", content: "Interrupted: it was stopped.", isError: true }];
      },
    },
  });
  expect(await runTurns(one.seat)).toEqual({ kind: "aborted" });
  expect(one.conversation.openCalls()).toEqual([
    { id: "a", name: "Read", input: {}, before: undefined, state: "started" },
  ]);
});

import {
  type Arbitrary,
  array,
  assert,
  constant,
  integer,
  nat,
  oneof,
  property,
  uniqueArray,
} from "fast-check";
import { expect, test } from "vitest";
import { createInbox, createOutbox, type Numbered, WINDOW } from "../../src/ipc/delivery.ts";

function filled(numbers: number[]) {
  const outbox = createOutbox<string>();
  for (const n of numbers) outbox.push(n, `body ${n}`);
  return outbox;
}

function numbersOf(frames: Numbered<unknown>[]): number[] {
  return frames.map(({ n }) => n);
}

test("numbers with holes go out in order, each with its predecessor", () => {
  expect(filled([3, 7, 20]).due(0)).toEqual([
    { n: 3, prev: 0, body: "body 3" },
    { n: 7, prev: 3, body: "body 7" },
    { n: 20, prev: 7, body: "body 20" },
  ]);
});

test("a number that does not grow is refused", () => {
  expect(() => filled([3, 3])).toThrow(RangeError);
});

test("what was sent is due again after 250 ms, then ever later up to a second", () => {
  const outbox = filled([1]);
  const times = Array.from({ length: 4000 }, (_, at) => at).filter((at) => outbox.due(at).length);
  expect(times).toEqual([0, 250, 750, 1750, 2750, 3750]);
});

test("an acknowledgement covers everything before it, and an old one changes nothing", () => {
  const outbox = filled([1, 2, 3]);
  outbox.ack(2);
  outbox.ack(1);
  expect([outbox.pending, outbox.acknowledged, numbersOf(outbox.due(0))]).toEqual([1, 2, [3]]);
});

test("no more than the window is on its way", () => {
  const outbox = filled(Array.from({ length: 100 }, (_, at) => at + 1));
  expect(outbox.due(0)).toHaveLength(WINDOW);
  expect(outbox.due(1)).toEqual([]);
  outbox.ack(2);
  expect(numbersOf(outbox.due(2))).toEqual([WINDOW + 1, WINDOW + 2]);
});

test("after a rewind everything the peer lacks is due at once", () => {
  const outbox = filled([1, 2, 3]);
  outbox.due(0);
  outbox.rewind(1);
  expect(numbersOf(outbox.due(1))).toEqual([2, 3]);
});

test("what the peer is known to have is not sent when it is pushed again", () => {
  const outbox = createOutbox<string>();
  outbox.rewind(5);
  for (const n of [4, 5, 6]) outbox.push(n, "");
  expect(outbox.due(0)).toEqual([{ n: 6, prev: 5, body: "" }]);
});

test("the inbox tells the next frame from a duplicate and from a gap", () => {
  const inbox = createInbox(10);
  const verdicts = [
    inbox.accept({ n: 10, prev: 4 }),
    inbox.accept({ n: 15, prev: 12 }),
    inbox.accept({ n: 12, prev: 10 }),
    inbox.accept({ n: 12, prev: 10 }),
    inbox.accept({ n: 15, prev: 12 }),
  ];
  expect(verdicts).toEqual(["duplicate", "gap", "next", "duplicate", "next"]);
});

test("the first frame of a sender that left out what is known is the next one", () => {
  expect(createInbox(10).accept({ n: 12, prev: 0 })).toBe("next");
});

test("the cursor moves when the effect is on disk, and a rollback takes the rest again", () => {
  const inbox = createInbox(0);
  inbox.accept({ n: 1, prev: 0 });
  inbox.accept({ n: 2, prev: 1 });
  expect(inbox.cursor).toBe(0);
  inbox.commit(1);
  inbox.rollback();
  expect(inbox.cursor).toBe(1);
  expect(inbox.accept({ n: 2, prev: 1 })).toBe("next");
});

type Step =
  | { readonly type: "send" | "sender dies" | "receiver dies" | "lose ack" | "deliver ack" }
  | { readonly type: "deliver" | "lose" | "repeat" | "fail"; readonly at: number };

const pick = nat({ max: 40 });
const step: Arbitrary<Step> = oneof(
  { weight: 6, arbitrary: constant<Step>({ type: "send" }) },
  { weight: 12, arbitrary: pick.map((at): Step => ({ type: "deliver", at })) },
  { weight: 2, arbitrary: pick.map((at): Step => ({ type: "lose", at })) },
  { weight: 2, arbitrary: pick.map((at): Step => ({ type: "repeat", at })) },
  { weight: 1, arbitrary: pick.map((at): Step => ({ type: "fail", at })) },
  { weight: 3, arbitrary: constant<Step>({ type: "deliver ack" }) },
  { weight: 1, arbitrary: constant<Step>({ type: "lose ack" }) },
  { weight: 1, arbitrary: constant<Step>({ type: "sender dies" }) },
  { weight: 1, arbitrary: constant<Step>({ type: "receiver dies" }) },
);

/** Two journals and a wire that loses, repeats and mixes up; both ends die and start again from their journals. */
function simulate(journal: readonly number[], steps: readonly Step[]): number[] {
  const effects: number[] = [];
  const wire: Numbered<null>[] = [];
  const acks: number[] = [];
  let now = 0;
  let inbox = createInbox(0);
  let outbox = start();

  function start() {
    const fresh = createOutbox<null>();
    for (const n of journal) fresh.push(n, null);
    fresh.rewind(effects.at(-1) ?? 0);
    return fresh;
  }

  function receive(frame: Numbered<null>, fails: boolean): void {
    const verdict = inbox.accept(frame);
    if (verdict === "next" && fails) return inbox.rollback();
    if (verdict === "next") {
      effects.push(frame.n);
      inbox.commit(frame.n);
    }
    if (verdict !== "gap") acks.push(inbox.cursor);
  }

  function act(one: Step): void {
    now += 100;
    const at = "at" in one && wire.length > 0 ? one.at % wire.length : 0;
    const frame = wire[at];
    switch (one.type) {
      case "send":
        wire.push(...outbox.due(now));
        break;
      case "lose":
        wire.splice(at, 1);
        break;
      case "repeat":
        if (frame !== undefined) wire.push(frame);
        break;
      case "deliver":
      case "fail":
        wire.splice(at, 1);
        if (frame !== undefined) receive(frame, one.type === "fail");
        break;
      case "deliver ack":
        outbox.ack(acks.shift() ?? 0);
        break;
      case "lose ack":
        acks.shift();
        break;
      case "sender dies":
        outbox = start();
        break;
      case "receiver dies":
        inbox = createInbox(effects.at(-1) ?? 0);
        outbox.rewind(inbox.cursor);
        break;
    }
  }

  for (const one of steps) act(one);
  for (let round = 0; outbox.pending > 0 && round < 500; round++) {
    now += 1000;
    wire.push(...outbox.due(now));
    while (wire.length > 0) act({ type: "deliver", at: 0 });
    while (acks.length > 0) act({ type: "deliver ack" });
  }
  return effects;
}

test("whatever the wire does and whoever dies, each number has its effect once and in order", () => {
  const journals = uniqueArray(integer({ min: 1, max: 500 }), { maxLength: 60 });
  assert(
    property(journals, array(step, { maxLength: 300 }), (numbers, steps) => {
      const journal = numbers.toSorted((a, b) => a - b);
      expect(simulate(journal, steps)).toEqual(journal);
    }),
    { numRuns: 300 },
  );
});

import { expect, test } from "vitest";
import type { EventBody } from "../../src/session/events.ts";
import { AT_WORK, reported, step, teamOf, toolStart } from "./support.ts";

test.each<[string, EventBody]>([
  ["conflict.predicted", { type: "conflict.predicted", tasks: ["t1"], files: [] }],
  ["budget.warned", { type: "budget.warned", spent_usd: 1, budget: "$2.00" }],
  ["budget.reached", { type: "budget.reached", spent_usd: 2, budget: "$2.00" }],
  ["a tool call of the lead", toolStart(null, "coordinator")],
])("%s moves nothing but the number", (_name, body) => {
  const before = teamOf(...AT_WORK);
  expect(step(before, body).after).toEqual({ ...before, seq: before.seq + 1 });
});

test("a frame that was folded before moves nothing but the number", () => {
  const frame: EventBody = { ...reported("t1", "ada"), up: { worker: "ada", n: 3 } };
  const before = teamOf(...AT_WORK, frame);
  const late: EventBody = { ...toolStart("t1"), up: { worker: "ada", n: 2 } };
  expect([step(before, frame).after, step(before, late).after]).toEqual([
    { ...before, seq: before.seq + 1 },
    { ...before, seq: before.seq + 1 },
  ]);
});

import { expect, test } from "vitest";
import { openBudget } from "../../src/coordinator/budget.ts";
import { presets } from "../../src/risk/grants.ts";
import type { EventBody } from "../../src/session/events.ts";
import {
  approved,
  assigned,
  created,
  inProgress,
  ready,
  spawned,
  started,
  teamOf,
} from "./support.ts";

const CALL: EventBody = {
  type: "model.called",
  agent: "ada",
  task: "t1",
  model: "m",
  usage: { input: 1, output: 1, cache_read: 0, cache_write: 0 },
  cost_usd: 0.6,
  duration_ms: 1,
  cache: 0,
};

const ASK = { agent: "ada", model: "m", prefix: "p" };

/** What the governor answers ada after these calls, and what it emits. */
async function askAfter(...calls: readonly EventBody[]) {
  const session = started({ task_budget: 1 });
  const team = teamOf(
    session,
    created("t1"),
    approved,
    assigned("t1", "ada", { grant: { ...presets.full, budget: 1 } }),
    spawned("ada"),
    ready("ada"),
    inProgress("t1"),
    ...calls,
  );
  const emitted: EventBody[] = [];
  const emit = (event: EventBody) => {
    emitted.push(event);
    return new Promise<never>(() => {});
  };
  const core = { team: () => team, emit, watch: () => () => {}, settled: async () => {} };
  using budget = openBudget(core, session.options, () => expect.unreachable());
  return { answer: await budget.governor.acquire(ASK, new AbortController().signal), emitted };
}

test("R9: a task that has cost its worker what its grant holds is blocked", async () => {
  const { answer, emitted } = await askAfter(CALL, CALL);
  expect(answer).toEqual({
    type: "stop",
    why: "The task is over: its budget of $1.00 is spent.",
  });
  expect(emitted).toEqual([
    {
      type: "task.finished",
      task: "t1",
      status: "blocked",
      worker: "ada",
      why: "its budget of $1.00 is spent",
      receipt: null,
    },
  ]);
});

test("a task that has something left goes on", async () => {
  const { answer, emitted } = await askAfter(CALL);
  expect([answer.type, emitted]).toEqual(["permit", []]);
});

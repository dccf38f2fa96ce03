import { expect, test } from "vitest";
import { createGovernor, type Governor } from "../../src/coordinator/governor.ts";
import { EMPTY_TEAM, type Spending } from "../../src/coordinator/team.ts";
import type { Answer } from "../../src/ipc/messages.ts";
import { eventually } from "../support/eventually.ts";

const never = new AbortController().signal;

interface Bench {
  readonly governor: Governor;
  readonly told: string[];
  readonly held: Set<string>;
  /** What the team has spent, and the time: the test moves both. */
  readonly world: { spending: Spending; now: number };
  ask(agent: string, prefix?: string): Asked;
  spend(cost_usd: number): void;
}

/** A call that was asked for: its answer once it has one. */
interface Asked {
  answer(): Answer | undefined;
  permit(): Promise<string>;
  readonly settled: Promise<Answer>;
}

function bench(limits: { usd?: number; tokens?: number; over?: string } = {}): Bench {
  const told: string[] = [];
  const held = new Set<string>();
  const world = { spending: EMPTY_TEAM.spending, now: 1_000_000 };
  const governor = createGovernor({
    budgetUsd: limits.usd ?? null,
    budgetTokens: limits.tokens ?? null,
    spent: () => world.spending,
    isHeld: (agent) => held.has(agent),
    overspent: (agent) => (agent === limits.over ? "The task is over." : undefined),
    now: () => world.now,
    // The clock of the wall may stand anywhere.
    wall: () => world.now,
    events: {
      warned: (budget) => told.push(`warned ${budget}`),
      reached: (budget) => told.push(`reached ${budget}`),
      throttled: ({ until, status, agent }) => told.push(`${status} of ${agent} until ${until}`),
    },
  });
  return {
    governor,
    told,
    held,
    world,
    ask(agent, prefix = `of ${agent}`) {
      let answer: Answer | undefined;
      const settled = governor.acquire({ agent, model: "m", prefix }, never).then((given) => {
        answer = given;
        return given;
      });
      return {
        answer: () => answer,
        settled,
        async permit() {
          const given = await settled;
          if (given.type !== "permit") throw new Error(`no permit: ${JSON.stringify(given)}`);
          return given.permit;
        },
      };
    },
    spend(cost_usd) {
      const { spending } = world;
      world.spending = { ...spending, cost_usd: spending.cost_usd + cost_usd };
    },
  };
}

/** Lets everything run that can run by itself. */
async function quiet(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  await promise;
}

test("R9: an agent whose task has spent its own budget gets no permit, and others do", async () => {
  const { ask } = bench({ over: "ada" });
  expect(await ask("ada").settled).toEqual({ type: "stop", why: "The task is over." });
  expect(await ask("ben").permit()).toBeTruthy();
});

test("calls of different prefixes go side by side", async () => {
  const { ask } = bench();
  const permits = await Promise.all([ask("ada").permit(), ask("ben").permit()]);
  expect(new Set(permits).size).toBe(2);
});

test("the first call of a prefix goes alone, and the others once its answer has begun", async () => {
  const { ask, governor } = bench();
  const leader = await ask("ada", "workers").permit();
  const pack = [ask("ben", "workers"), ask("cleo", "workers")];
  await quiet();
  expect(pack.map((one) => one.answer())).toEqual([undefined, undefined]);
  governor.begun(leader);
  const answers = await Promise.all(pack.map((one) => one.settled));
  expect(answers.map(({ type }) => type)).toEqual(["permit", "permit"]);
});

test("a call waits for the first one of its own model and prefix only", async () => {
  const { governor, ask } = bench();
  await ask("ada", "workers").permit();
  const other = await governor.acquire({ agent: "ben", model: "n", prefix: "workers" }, never);
  expect(other.type).toBe("permit");
});

test("where the first call fails, the next one goes first and alone", async () => {
  const { ask, governor } = bench();
  const leader = await ask("ada", "workers").permit();
  const pack = [ask("ben", "workers"), ask("cleo", "workers")];
  governor.ended(leader, null);
  await pack[0]?.settled;
  await quiet();
  expect(pack.map((one) => one.answer()?.type)).toEqual(["permit", undefined]);
});

test("a first call that is silent for half a minute holds nobody back", async () => {
  const { ask, governor, world } = bench();
  await ask("ada", "workers").permit();
  const second = ask("ben", "workers");
  await quiet();
  world.now += 30_000;
  governor.release();
  expect((await second.settled).type).toBe("permit");
});

test("a prefix that was not used for minutes has to be written again", async () => {
  const { ask, governor, world } = bench();
  governor.begun(await ask("ada", "workers").permit());
  await ask("ben", "workers").permit();
  world.now += 5 * 60_000;
  governor.ended("p1", null);
  governor.ended("p2", null);
  await ask("cleo", "workers").permit();
  const next = ask("dov", "workers");
  await quiet();
  expect(next.answer()).toBeUndefined();
});

test("a worker that died gives its permit back", async () => {
  const { ask, governor } = bench();
  await ask("ada", "workers").permit();
  const second = ask("ben", "workers");
  governor.forget("ada");
  expect((await second.settled).type).toBe("permit");
});

test("warns at four fifths of the budget and stops at all of it, each once", async () => {
  const { ask, governor, told, spend } = bench({ usd: 1 });
  const permit = await ask("ada").permit();
  spend(0.8);
  governor.ended(permit, null);
  governor.ended("none", null);
  const warned = [...told];
  spend(0.2);
  const answers = await Promise.all([ask("ada").settled, ask("ben").settled]);
  expect({ warned, told, answers }).toEqual({
    warned: ["warned $1.00"],
    told: ["warned $1.00", "reached $1.00"],
    answers: Array.from({ length: 2 }, () => ({
      type: "stop",
      why: "The budget of $1.00 is spent.",
    })),
  });
});

test("tokens of every kind count against a budget of tokens", async () => {
  const { ask, world, told } = bench({ tokens: 10 });
  world.spending = { ...world.spending, input: 1, output: 2, cache_read: 3, cache_write: 4 };
  const answer = await ask("ada").settled;
  expect([answer, told]).toEqual([
    { type: "stop", why: "The budget of 10 tokens is spent." },
    ["warned 10 tokens", "reached 10 tokens"],
  ]);
});

test("a call that waits learns that the budget is spent meanwhile", async () => {
  const { ask, governor, spend } = bench({ usd: 1 });
  const leader = await ask("ada", "workers").permit();
  const second = ask("ben", "workers");
  spend(1);
  governor.ended(leader, null);
  expect(await second.settled).toEqual({ type: "stop", why: "The budget of $1.00 is spent." });
});

test("near the end of the budget calls go one by one", async () => {
  const { ask, governor, spend } = bench({ usd: 1 });
  const first = await ask("ada").permit();
  spend(0.4);
  governor.ended(first, null);
  const second = await ask("ada").permit();
  const third = ask("ben");
  await quiet();
  expect(third.answer()).toBeUndefined();
  governor.ended(second, null);
  expect((await third.settled).type).toBe("permit");
});

test("when the API says slow down, everybody waits for that time, and it is told once", async () => {
  const { ask, governor, told, world } = bench();
  const [first, second] = [await ask("ada").permit(), await ask("ben").permit()];
  governor.ended(first, { status: 429, ms: 40 });
  governor.ended(second, { status: 529, ms: 20 });
  const next = ask("cleo");
  governor.release();
  await quiet();
  expect([told, next.answer()]).toEqual([["429 of ada until 1000040"], undefined]);
  world.now += 40;
  // Its own timer wakes it; nobody else does.
  await eventually(() => expect(next.answer()?.type).toBe("permit"));
});

test("a held agent's calls wait, the others' go on, until it is released", async () => {
  const { ask, governor, held } = bench();
  held.add("ada");
  const [ada, ben] = [ask("ada"), ask("ben")];
  await ben.permit();
  await quiet();
  expect(ada.answer()).toBeUndefined();
  held.delete("ada");
  governor.release();
  expect((await ada.settled).type).toBe("permit");
});

test("a call that is given up stops waiting", async () => {
  const { ask, governor } = bench();
  await ask("ada", "workers").permit();
  const aborter = new AbortController();
  const waiting = governor.acquire({ agent: "ben", model: "m", prefix: "workers" }, aborter.signal);
  aborter.abort(new Error("over"));
  await expect(waiting).rejects.toThrow("over");
  const late = governor.acquire({ agent: "ben", model: "m", prefix: "workers" }, aborter.signal);
  await expect(late).rejects.toThrow("over");
});

test("news of a permit that nobody has is nothing", async () => {
  const { ask, governor, told } = bench();
  governor.begun("p9");
  governor.ended("p9", null);
  expect([(await ask("ada").settled).type, told]).toEqual(["permit", []]);
});

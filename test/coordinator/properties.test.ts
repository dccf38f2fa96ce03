import { array, assert, asyncProperty, integer, nat, record } from "fast-check";
import { expect, test } from "vitest";
import { decide } from "../../src/coordinator/decide.ts";
import type { Step } from "../../src/coordinator/down.ts";
import { evolve, foldTeam } from "../../src/coordinator/evolve.ts";
import { EMPTY_TEAM, isReady, isSettled } from "../../src/coordinator/team.ts";
import type { EventBody } from "../../src/session/events.ts";
import { type Choice, createDriver } from "./driver.ts";
import { broken } from "./invariants.ts";
import {
  AT_WORK,
  assigned,
  finished,
  IN_QUEUE,
  inProgress,
  journalOf,
  stamp,
  teamOf,
} from "./support.ts";

const dice = record({ move: nat(1_000), how: nat(1_000), which: nat(1_000) });
const session = record({
  workers: integer({ min: 1, max: 3 }),
  choices: array(dice, { minLength: 20, maxLength: 120 }),
});

async function drive({ workers, choices }: { workers: number; choices: readonly Choice[] }) {
  const rules: string[] = [];
  const steps: Step[] = [];
  const driver = createDriver(workers, (step) => {
    steps.push(step);
    rules.push(...broken(step));
  });
  for (const choice of choices) await driver.play(choice);
  return { driver, rules, steps };
}

test("no legal session breaks a rule of the team, at any event", async () => {
  await assert(
    asyncProperty(session, async (played) => {
      const { rules, driver, steps } = await drive(played);
      expect(rules).toEqual([]);
      expect(foldTeam(driver.journal)).toEqual(steps.at(-1)?.after);
    }),
    { numRuns: 150 },
  );
});

test("whatever happened before, nothing hangs once everybody does what is theirs to do", async () => {
  await assert(
    asyncProperty(session, async (played) => {
      const { rules, driver } = await drive(played);
      await driver.settle();
      const team = foldTeam(driver.journal);
      const hanging = [...team.tasks.values()].filter(
        (task) => !isSettled(task) && (task.phase !== "waiting" || isReady(team, task)),
      );
      expect(rules).toEqual([]);
      expect(hanging).toEqual([]);
      expect(team.integration.queue).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test("a frame that comes again changes nothing and asks for nothing", async () => {
  await assert(
    asyncProperty(session, async (played) => {
      const { driver, steps } = await drive(played);
      for (const { after, event } of steps) {
        if (event.up === undefined) continue;
        const again = { ...event, seq: after.seq + 1 };
        const { team, actions } = decide(after, again);
        expect({ ...team, seq: after.seq }).toEqual(after);
        expect(actions).toEqual([]);
      }
      expect(driver.journal.length).toBeGreaterThan(1);
    }),
    { numRuns: 40 },
  );
});

test("sessions reach every kind of end, so that the rules above are about something", async () => {
  const seen = new Set<string>();
  await assert(
    asyncProperty(session, async (played) => {
      const { steps } = await drive(played);
      for (const { event, after } of steps) {
        seen.add(event.type);
        for (const task of after.tasks.values()) seen.add(task.phase);
      }
    }),
    { numRuns: 200, seed: 7 },
  );
  expect([...seen].toSorted()).toEqual(
    expect.arrayContaining(
      ["merged", "failed", "blocked", "unchanged", "integration.rejected"].toSorted(),
    ),
  );
  expect(seen).toContain("worker.respawned");
  expect(seen).toContain("integration.merged");
});

test.each<[string, readonly EventBody[], EventBody, RegExp]>([
  ["a merge without proof", AT_WORK, finished("t1", "completed"), /merged without a proof/],
  ["a task given to two workers", AT_WORK, assigned("t1", "ben"), /ada has t1, which is ben's/],
])("the rules see %s", (_name, ...[events, body, rule]) => {
  const before = teamOf(...events);
  const event = stamp(body, before.seq + 1);
  expect(broken({ before, after: evolve(before, event), event }).join("\n")).toMatch(rule);
});

test("every prefix of a journal folds to a team, and its events leave older teams as they were", () => {
  const events = journalOf(...IN_QUEUE, inProgress("t1"));
  let team = EMPTY_TEAM;
  const teams = events.map((event) => {
    team = evolve(team, event);
    return { team, copy: structuredClone(team) };
  });
  for (const { team: kept, copy } of teams) expect(kept).toEqual(copy);
  expect(teams.map(({ team: one }) => one.seq)).toEqual(events.map(({ seq }) => seq));
});

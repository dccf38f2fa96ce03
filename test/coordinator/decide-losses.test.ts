/** What follows from a worker's death, and from its silence. */
import { expect, test } from "vitest";
import type { Action } from "../../src/coordinator/decide.ts";
import type { Team } from "../../src/coordinator/team.ts";
import type { EventBody } from "../../src/session/events.ts";
import {
  AT_WORK,
  actionsOf,
  approved,
  assigned,
  created,
  finished,
  inProgress,
  needsYou,
  ready,
  spawned,
  stalled,
  started,
  teamOf,
} from "./support.ts";

const lost: EventBody = { type: "worker.lost", worker: "ada", reason: "SIGKILL" };
const respawned: EventBody = { type: "worker.respawned", worker: "ada", pid: 9, pane: null };
/** It is started again and comes up. */
const BACK = [respawned, ready("ada")];
const ONE_PLACE = [started({ workers: 1 }), created("t1"), created("t2"), approved];
const UNTIL_READY = [started(), created("t1"), approved, assigned("t1", "ada"), spawned("ada")];
const ADA_AT_WORK = [assigned("t1", "ada"), spawned("ada"), ready("ada"), inProgress("t1")];

function emit(event: EventBody): Action {
  return { do: "emit", event };
}

test.each<[string, readonly EventBody[], EventBody, readonly Action[]]>([
  [
    "a worker that dies over a task starts again",
    AT_WORK,
    lost,
    [{ do: "spawn", worker: "ada", again: true }],
  ],
  ["a worker that dies idle is let go", [...AT_WORK, finished("t1", "failed")], lost, []],
  [
    "the third death over a task fails it",
    [...AT_WORK, lost, ...BACK, lost, ...BACK],
    lost,
    [
      emit(
        finished("t1", "failed", {
          worker: "ada",
          why: "its worker died over it 3 times and it is not tried again; the last time: SIGKILL",
        }),
      ),
    ],
  ],
  [
    "deaths before the worker came up are not the task's",
    [...AT_WORK, lost, respawned, lost, respawned, lost, respawned],
    lost,
    [{ do: "spawn", worker: "ada", again: true }],
  ],
  [
    "a worker that was started again too often waits for the person",
    UNTIL_READY,
    { ...lost, restarts: 5 },
    [
      emit({
        type: "session.paused",
        by: "supervisor",
        worker: "ada",
        ends: false,
        reason:
          "ada was started again 5 times in a row and died each time; the last time: SIGKILL. It is not started any more: look at swarmux.log in the session's folder, then: swarmux continue ada",
      }),
    ],
  ],
  [
    "where nobody is asked its task ends instead",
    [started({ on_high: "deny" }), created("t1"), approved, assigned("t1", "ada"), spawned("ada")],
    { ...lost, restarts: 5 },
    [
      emit(
        finished("t1", "blocked", {
          worker: "ada",
          why: "ada was started again 5 times in a row and died each time; the last time: SIGKILL",
        }),
      ),
    ],
  ],
  ["that wakes the lead", [...UNTIL_READY, lost], needsYou, [{ do: "wake" }]],
  [
    "a person's word starts it again",
    [...UNTIL_READY, lost, needsYou],
    { type: "session.resumed", by: "person", worker: "ada" },
    [{ do: "release" }, { do: "spawn", worker: "ada", again: true }],
  ],
  [
    "a word for another does not",
    [...UNTIL_READY, lost, needsYou],
    { type: "session.resumed", by: "person", worker: "ben" },
    [{ do: "release" }],
  ],
  [
    "its place is another's once its task ended",
    [...ONE_PLACE, assigned("t1", "ada"), spawned("ada"), lost, needsYou],
    finished("t1", "blocked"),
    [emit(assigned("t2", "ben")), { do: "wake" }],
  ],
  [
    "a stalled worker gets nothing new",
    [...ONE_PLACE, ...ADA_AT_WORK, stalled],
    finished("t1", "failed"),
    [{ do: "wake" }],
  ],
  [
    "once it is heard again it does",
    [...ONE_PLACE, ...ADA_AT_WORK, stalled, finished("t1", "failed")],
    ready("ada"),
    [emit(assigned("t2", "ada"))],
  ],
  [
    "a worker that dies before its first task leaves its place to another",
    [...ONE_PLACE, assigned("t1", "ada"), spawned("ada"), finished("t1", "blocked")],
    lost,
    [emit(assigned("t2", "ada"))],
  ],
])("%s", (_name, ...[events, body, expected]) => {
  expect(actionsOf(teamOf(...events), body)).toEqual(expected);
});

function spawns(team: Team, event: EventBody): readonly string[] {
  return actionsOf(team, event).flatMap((action) => (action.do === "spawn" ? [action.worker] : []));
}

test("a new coordinator starts those again who had no task, as many as may work", () => {
  const past = [
    started({ workers: 3 }),
    created("t1"),
    approved,
    assigned("t1", "ada"),
    ...["ada", "ben", "cleo", "dov"].flatMap((name) => [spawned(name), ready(name)]),
    inProgress("t1"),
    { type: "worker.lost", worker: "ben", reason: "killed" },
  ] as const;
  const resumed: EventBody = { type: "session.resumed", by: "person", epoch: 2 };
  expect(spawns(teamOf(...past), resumed)).toEqual(["ada", "cleo", "dov"]);
  // Killed once more before any of them had come up.
  expect(spawns(teamOf(...past, resumed), { ...resumed, epoch: 3 })).toEqual([
    "ada",
    "cleo",
    "dov",
  ]);
  const { options } = started({ workers: 2 });
  expect(spawns(teamOf(...past), { ...resumed, options })).toEqual(["ada", "cleo"]);
});

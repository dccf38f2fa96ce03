import { expect, test } from "vitest";
import { assignment, schedule, sharedFiles } from "../../src/coordinator/schedule.ts";
import { presets } from "../../src/risk/grants.ts";
import type { EventBody } from "../../src/session/events.ts";
import {
  approved,
  assigned,
  BASE,
  created,
  finished,
  inProgress,
  MERGED,
  merged,
  ready,
  spawned,
  started,
  taskOf,
  teamOf,
} from "./support.ts";

test.each<[string, string[], string[], string[]]>([
  ["the same path", ["src/a.ts"], ["src/a.ts"], ["src/a.ts"]],
  ["another path", ["src/a.ts"], ["src/b.ts"], []],
  ["a glob that covers the path", ["src/a.ts"], ["src/**"], ["src/a.ts"]],
  ["a path that the glob covers", ["src/**"], ["src/x/a.ts"], ["src/**"]],
  ["a glob beside the path", ["src/*.ts"], ["src/x/a.ts"], []],
  ["a glob within a glob", ["src/*.ts"], ["src/**"], ["src/*.ts"]],
  [
    "a literal path with brackets",
    ["app/[id]/page.ts"],
    ["app/[id]/page.ts"],
    ["app/[id]/page.ts"],
  ],
  ["a literal path with a brace", ["a{b}.ts"], ["a{b}.ts"], ["a{b}.ts"]],
  ["a bracket path under a glob", ["app/[id]/page.ts"], ["app/**"], ["app/[id]/page.ts"]],
  ["braces", ["{a,b}.ts"], ["b.ts", "c.ts"], ["{a,b}.ts"]],
  ["nothing", [], ["src/**"], []],
  ["two of three", ["a.ts", "b.ts", "c.ts"], ["a.ts", "c.*"], ["a.ts", "c.ts"]],
])("sharedFiles meets %s", (_name, ...[a, b, shared]) => {
  expect(sharedFiles({ files: a }, { files: b })).toEqual(shared);
});

/** Who gets what, as `t1 → ada`. */
function assignments(...events: readonly EventBody[]): string[] {
  return schedule(teamOf(...events)).map(({ task, worker }) => `${task} → ${worker}`);
}

/** The lead wants the task done by that worker. */
function wanted(task: string, worker: string): EventBody {
  const wish = { worker, words: "", tools: null, model: null };
  return { type: "task.updated", task, by: "coordinator", wish };
}

test.each<[string, readonly EventBody[], string[]]>([
  [
    "as many ready tasks as workers may run",
    [started({ workers: 2 }), created("t1"), created("t2"), created("t3"), approved],
    ["t1 → ada", "t2 → ben"],
  ],
  [
    "one of two tasks that the lead wants for the same new worker",
    [started(), created("t1"), wanted("t1", "zoe"), created("t2"), wanted("t2", "zoe"), approved],
    ["t1 → zoe"],
  ],
  [
    "ready tasks in the order that the person gave them",
    [
      started({ workers: 2 }),
      created("t1"),
      created("t2"),
      created("t3"),
      { type: "task.updated", task: "t3", by: "person", before: "t1" },
      { type: "task.updated", task: "t1", by: "person", before: null },
      approved,
    ],
    ["t3 → ada", "t2 → ben"],
  ],
  ["nothing before the plan is approved", [started(), created("t1")], []],
  ["nothing before the session started", [created("t1"), approved], []],
  [
    "nothing once the session has ended",
    [
      started(),
      created("t1"),
      approved,
      { type: "session.finished", outcome: "failed", summary: "" },
    ],
    [],
  ],
  [
    "no task that waits for one that is not merged",
    [started(), created("t1"), created("t2", { blockedBy: ["t1"] }), approved],
    ["t1 → ada"],
  ],
  [
    "a task whose need is merged",
    [
      started(),
      created("t1"),
      created("t2", { blockedBy: ["t1"] }),
      approved,
      merged("t1"),
      finished("t1", "completed"),
    ],
    ["t2 → ada"],
  ],
  [
    "no task whose need has failed",
    [
      started(),
      created("t1"),
      created("t2", { blockedBy: ["t1"] }),
      approved,
      finished("t1", "failed"),
    ],
    [],
  ],
  [
    "one of two tasks that share a file",
    [
      started(),
      created("t1", { files: ["src/**"] }),
      created("t2", { files: ["src/a.ts"] }),
      created("t3"),
      approved,
    ],
    ["t1 → ada", "t3 → ben"],
  ],
  [
    "the idle worker before a new one",
    [
      started(),
      created("t1"),
      created("t2"),
      approved,
      assigned("t1", "ada"),
      spawned("ada"),
      ready("ada"),
      finished("t1", "failed"),
    ],
    ["t2 → ada"],
  ],
  [
    "no worker while one that is starting takes the only place",
    [
      started({ workers: 1 }),
      created("t1"),
      created("t2"),
      approved,
      assigned("t1", "ada"),
      finished("t1", "blocked"),
    ],
    [],
  ],
  [
    "a known worker without a process before a new name",
    [
      started({ workers: 1 }),
      created("t1"),
      approved,
      spawned("ada"),
      ready("ada"),
      { type: "worker.lost", worker: "ada", reason: "SIGKILL" },
    ],
    ["t1 → ada"],
  ],
  [
    "a name that the lead has not given away",
    [started(), created("t1"), created("t2"), approved, assigned("t1", "ben"), inProgress("t1")],
    ["t2 → cleo"],
  ],
])("schedules %s", (_name, events, expected) => {
  expect(assignments(...events)).toEqual(expected);
});

test("names workers by their number beyond the twelve names", () => {
  const ids = Array.from({ length: 14 }, (_, index) => `t${index + 1}`);
  const given = assignments(started({ workers: 14 }), ...ids.map((id) => created(id)), approved);
  expect(given.slice(-3)).toEqual(["t12 → lars", "t13 → worker-13", "t14 → worker-14"]);
});

test("an assignment starts at the integration head, with the task's model before the session's", () => {
  const team = teamOf(
    started(),
    created("t1", { model: "claude-haiku-4-5" }),
    created("t2"),
    merged("t2"),
  );
  const event = {
    type: "task.assigned",
    task: "t1",
    worker: "ada",
    branch: "swarmux/s1/t1",
    base: MERGED,
    checkout: "ada",
    words: "",
    tools: null,
    model: "claude-haiku-4-5",
    grant: presets.full,
  };
  const words = { words: "first", tools: ["Read"], model: "other" };
  const t1 = taskOf(team, "t1");
  const wished = { ...t1, wish: { worker: null, ...words } };
  expect([
    assignment(team, t1, "ada"),
    assignment(team, wished, "ada"),
    assignment(teamOf(started(), created("t2")), taskOf(team, "t2"), "ben"),
  ]).toEqual([
    event,
    { ...event, ...words, grant: { ...presets.full, tools: ["Read"] } },
    {
      ...event,
      task: "t2",
      worker: "ben",
      branch: "swarmux/s1/t2",
      base: BASE,
      checkout: "ben",
      model: "claude-sonnet-5-5",
    },
  ]);
});

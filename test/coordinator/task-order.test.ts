/** The order of the tasks: given by the person while a plan waits, kept by the journal, meant by whoever gives work away. */
import { expect, test } from "vitest";
import { decide } from "../../src/coordinator/decide.ts";
import { createPersonActions } from "../../src/coordinator/person-actions.ts";
import type { Team } from "../../src/coordinator/team.ts";
import type { EventBody } from "../../src/session/events.ts";
import { approved, assigned, created, stamp, started, teamOf } from "./support.ts";

const THREE = [started({ yes: false }), created("t1"), created("t2"), created("t3")];
const proposed: EventBody = { type: "plan.proposed", tasks: ["t1", "t2", "t3"] };

/** The board's order after a person's moves, such as `t3 up`, and what was answered to the last one. */
async function moving(events: readonly EventBody[], ...moves: readonly string[]) {
  const journal = [...events];
  const team = () => teamOf(...journal);
  const emit = async (body: EventBody) => {
    journal.push(body);
    return stamp(body, journal.length);
  };
  const person = createPersonActions({ team, emit });
  let answer = "";
  for (const move of moves) {
    const [task = "", to] = move.split(" ");
    const reply = await person.moveTask(task, to === "up" ? "up" : "down");
    answer = reply.type === "ok" ? reply.text : `! ${reply.why}`;
  }
  return { order: orderOf(team()), answer, told: journal.slice(events.length) };
}

function orderOf(team: Team): string {
  return [...team.tasks.keys()].join(" ");
}

function placed(task: string, before: string | null): EventBody {
  return { type: "task.updated", task, by: "person", before };
}

test.each<[string, string[], string, string, EventBody[]]>([
  [
    "the last one up",
    ["t3 up"],
    "t1 t3 t2",
    "t3 stands before t2; the coordinator is told.",
    [placed("t3", "t2")],
  ],
  [
    "the first one down",
    ["t1 down"],
    "t2 t1 t3",
    "t1 stands behind t2; the coordinator is told.",
    [placed("t1", "t3")],
  ],
  [
    "the second one down to the end",
    ["t2 down"],
    "t1 t3 t2",
    "t2 stands behind t3; the coordinator is told.",
    [placed("t2", null)],
  ],
  [
    "one all the way up",
    ["t3 up", "t3 up"],
    "t3 t1 t2",
    "t3 stands before t1; the coordinator is told.",
    [placed("t3", "t2"), placed("t3", "t1")],
  ],
  ["the first one up", ["t1 up"], "t1 t2 t3", "! t1 is the first of the plan.", []],
  ["the last one down", ["t3 down"], "t1 t2 t3", "! t3 is the last of the plan.", []],
  ["one that is not there", ["t9 up"], "t1 t2 t3", "! There is no task t9. Tasks: t1, t2, t3.", []],
])("a person moves %s", async (_what, moves, ...[order, answer, told]) => {
  expect(await moving([...THREE, proposed], ...moves)).toEqual({ order, answer, told });
});

test("without a plan that waits the order stays", async () => {
  const { order, answer } = await moving([...THREE, proposed, approved], "t3 up");
  expect([order, answer]).toEqual([
    "t1 t2 t3",
    "! The order is changed while a plan waits for your yes, and none waits.",
  ]);
});

test("in a plan that has grown only what is new is moved, among its own", async () => {
  const grown: readonly EventBody[] = [
    ...THREE,
    proposed,
    approved,
    created("t4", { risk: "HIGH" }),
    created("t5"),
    { type: "plan.proposed", tasks: ["t4", "t5"] },
  ];
  expect(await moving(grown, "t5 up", "t5 up")).toMatchObject({
    order: "t1 t2 t3 t5 t4",
    answer: "! t5 is the first of the plan.",
  });
  expect(await moving(grown, "t3 down")).toMatchObject({
    order: "t1 t2 t3 t4 t5",
    answer: "! t3 is of a plan that has your yes: it keeps its place.",
  });
  expect((await moving([...grown, assigned("t1", "ada")], "t1 down")).answer).toMatch(
    /^! t1 has been begun by ada\./,
  );
});

test("a yes gives the tasks away in the order that they were put in, and a new coordinator keeps it", () => {
  const yes = decide(teamOf(...THREE, proposed, placed("t3", "t1")), stamp(approved, 9));
  const given = yes.actions.flatMap((action) =>
    action.do === "emit" && action.event.type === "task.assigned" ? [action.event.task] : [],
  );
  expect(given).toEqual(["t3", "t1"]);
  const resumed: EventBody = { type: "session.resumed", by: "person", epoch: 2 };
  expect(orderOf(teamOf(...THREE, proposed, placed("t3", "t1"), resumed))).toBe("t3 t1 t2");
});

test("a move that names what is not there changes nothing, and starts nothing", () => {
  for (const move of [placed("t9", "t1"), placed("t1", "t9"), placed("t1", "t1")]) {
    const { team, actions } = decide(teamOf(...THREE), stamp(move, 9));
    expect([orderOf(team), actions]).toEqual(["t1 t2 t3", []]);
  }
});

test("a task that is changed keeps its place, and one that is new is the last", () => {
  const moved = teamOf(
    ...THREE,
    proposed,
    placed("t3", "t1"),
    { type: "task.updated", task: "t3", by: "person", change: { risk: "LOW" } } as const,
    { type: "task.updated", task: "t1", by: "person", status: "deleted" } as const,
    created("t4"),
  );
  expect(orderOf(moved)).toBe("t3 t2 t4");
});

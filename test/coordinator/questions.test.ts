/** Questions of workers: who hears the answer, and when nobody waits for it any more. */
import { expect, test } from "vitest";
import { downFor } from "../../src/coordinator/down.ts";
import { openItems } from "../../src/coordinator/wake.ts";
import type { EventBody } from "../../src/session/events.ts";
import { AT_WORK, actionsOf, finished, step, teamOf } from "./support.ts";

const ASKED: EventBody = {
  type: "question.asked",
  question: "ada-q1",
  agent: "ada",
  text: "Which?",
  task: "t1",
};
const ANSWERED: EventBody = {
  type: "question.answered",
  question: "ada-q1",
  text: "this",
  by: "person",
};
const LEADS: EventBody = {
  type: "question.asked",
  question: "q2",
  agent: "coordinator",
  text: "?",
};

const team = teamOf(...AT_WORK, ASKED, LEADS);

test("the answer goes to the worker that asked, and to no other", () => {
  const answered = step(team, ANSWERED);
  expect(downFor(answered, "ada")).toEqual({
    commands: [{ type: "answer", question: "ada-q1", text: "this" }],
    rows: [],
    entries: [],
  });
  expect(downFor(answered, "ben")).toBeUndefined();
  expect(downFor(step(team, { ...ANSWERED, question: "q2" }), "ada")).toBeUndefined();
  expect([...answered.after.questions.keys()]).toEqual(["q2"]);
});

test("an answer that comes again is nothing to anybody", () => {
  expect(downFor(step(teamOf(...AT_WORK, ASKED, ANSWERED), ANSWERED), "ada")).toBeUndefined();
});

test.each<[string, EventBody]>([
  ["ended", finished("t1", "blocked")],
  ["was deleted", { type: "task.updated", task: "t1", by: "coordinator", status: "deleted" }],
])("the question of a task that %s is void; the lead's stands", (_how, event) => {
  const voided = actionsOf(team, event).filter(
    (action) => action.do === "emit" && action.event.type === "question.voided",
  );
  expect(voided).toEqual([
    {
      do: "emit",
      event: { type: "question.voided", question: "ada-q1", reason: "task t1 has ended" },
    },
  ]);
});

test("a void question is open no longer", () => {
  const open = openItems(team);
  const after = teamOf(
    ...AT_WORK,
    ASKED,
    { type: "question.voided", question: "ada-q1", reason: "task t1 has ended" },
    LEADS,
  );
  expect(open.filter((line) => line.includes("ada-q1"))).toEqual([
    "question ada-q1 of ada waits for the person",
  ]);
  expect(openItems(after)).toEqual(open.filter((line) => !line.includes("ada-q1")));
});

import { expect, test } from "vitest";
import { findEffect } from "../../src/coordinator/lead-recovery.ts";
import type { EventBody } from "../../src/session/events.ts";
import { AT_WORK, assigned, created, finished, inProgress, journalOf } from "./support.ts";

function began(id: string, tool: string, input: Record<string, unknown> = {}): EventBody {
  return { type: "tool.started", agent: "coordinator", id, task: null, tool, input, risk: "LOW" };
}

const SENT: EventBody = { type: "message.sent", from: "coordinator", to: "ada", text: "Hello." };
const DROPPED: EventBody = {
  type: "task.updated",
  task: "t1",
  by: "coordinator",
  status: "pending",
};
const ASKED: EventBody = {
  type: "question.asked",
  question: "q1",
  agent: "coordinator",
  text: "Which?",
};
const ANSWERED: EventBody = {
  type: "question.answered",
  question: "q1",
  text: "This.",
  by: "person",
};

const ASK = { questions: [{ question: "Which?" }] };
const ANSWER = "Which?\nThe person answers: This.";

test.each<[name: string, input: object, effect: EventBody[], found: string | undefined]>([
  ["SendMessage", { to: "ada", message: "Hello." }, [SENT], "Done."],
  ["SendMessage", { to: "ada", message: "Hello." }, [{ ...SENT, from: "ben" }], undefined],
  ["TaskCreate", { subject: "s" }, [created("t2")], "Done."],
  ["TaskUpdate", { taskId: "t1", status: "pending" }, [DROPPED], "Done."],
  ["TaskUpdate", { taskId: "t1", status: "pending" }, [inProgress("t1")], undefined],
  ["TaskUpdate", { taskId: "t2", status: "pending" }, [DROPPED], undefined],
  ["TaskUpdate", { taskId: "t1", status: "completed" }, [finished("t1", "completed")], "Done."],
  ["TaskStop", { taskId: "t1" }, [finished("t1", "blocked")], "Done."],
  ["Agent", { taskId: "t2" }, [assigned("t2", "ada")], "Done."],
  ["AskUserQuestion", ASK, [ASKED], undefined],
  ["AskUserQuestion", ASK, [ASKED, ANSWERED], ANSWER],
  ["Read", { file_path: "a" }, [], undefined],
])("%s %j finds its effect behind its start", (...row) => {
  const [name, input, effect, found] = row;
  const call = { id: "x", name, input, state: "started" as const };
  const before = journalOf(...AT_WORK, ...effect, began("x", name));
  expect(findEffect(call, before)).toBeUndefined();
  const after = journalOf(...AT_WORK, began("x", name), ...effect);
  expect(findEffect(call, after)).toBe(found);
});

test("a call that was begun again by a process in between keeps its effect", () => {
  const call = { id: "x", name: "AskUserQuestion", input: ASK, state: "started" as const };
  const past = journalOf(...AT_WORK, began("x", call.name), ASKED, began("x", call.name), ANSWERED);
  expect(findEffect(call, past)).toBe(ANSWER);
});

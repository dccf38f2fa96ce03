import { expect, test } from "vitest";
import { noticeOf, reminderOf } from "../../src/coordinator/notices.ts";
import type { EventBody } from "../../src/session/events.ts";
import { AT, AT_WORK, started, step, teamOf } from "./support.ts";

const gate: EventBody = {
  type: "gate.opened",
  gate: {
    id: "ada-1",
    worker: "ada",
    task: "t1",
    tool: "Bash",
    input: { command: "git push" },
    risk: "HIGH",
    reasons: [],
    cwd: "/",
    hash: "h",
  },
};
const question: EventBody = { type: "question.asked", question: "q1", agent: "ben", text: "why?" };
const plan: EventBody = { type: "plan.proposed", tasks: ["t1", "t2"] };
const resumed: EventBody = { type: "session.resumed", by: "person", epoch: 2 };
const limited = (minutes: number): EventBody => ({
  type: "rate.limited",
  until: new Date(Date.parse(AT) + minutes * 60_000).toISOString(),
  status: 429,
  agent: "ada",
});

test.each<[string, readonly EventBody[], EventBody, string | undefined]>([
  ["a gate", AT_WORK, gate, "ada-1 waits for your yes: ada Bash git push"],
  ["a gate that is denied by itself", [started({ on_high: "deny" })], gate, undefined],
  ["a question", AT_WORK, question, "ben asks (q1): why?"],
  ["a plan", [started({ yes: false })], plan, "a plan of 2 tasks waits for your yes"],
  ["a plan that is accepted unseen", [started({ yes: true })], plan, undefined],
  [
    "the end",
    AT_WORK,
    { type: "session.finished", outcome: "done", summary: "all of it" },
    "done: all of it",
  ],
  ["a long pause of the API", AT_WORK, limited(12), "the API says wait until 10:12 UTC"],
  ["a short one", AT_WORK, limited(1), undefined],
  ["a resumption with something open", [...AT_WORK, gate], resumed, "ada-1 still waits for you"],
  ["a resumption with nothing open", AT_WORK, resumed, undefined],
])("%s", (_name, ...[events, body, text]) => {
  expect(noticeOf(step(teamOf(...events), body))?.text).toBe(text);
});

test("what still waits is said again together", () => {
  expect(reminderOf(teamOf(...AT_WORK, gate, question))?.text).toBe("ada-1, q1 still wait for you");
  expect(reminderOf(teamOf(...AT_WORK))).toBeUndefined();
  const paused: EventBody = { type: "session.paused", by: "person", reason: "stopped", ends: true };
  expect(reminderOf(teamOf(...AT_WORK, gate, paused))).toBeUndefined();
});

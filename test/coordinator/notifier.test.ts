import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Carrier, openNotifier } from "../../src/coordinator/notifier.ts";
import type { Team } from "../../src/coordinator/team.ts";
import type { EventBody } from "../../src/session/events.ts";
import { AT_WORK, step, teamOf } from "./support.ts";

const ask = (question: string): EventBody => ({
  type: "question.asked",
  question,
  agent: "ada",
  text: "why?",
});
const finished: EventBody = { type: "session.finished", outcome: "done", summary: "all of it" };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(carry?: Carrier) {
  const heard: string[] = [];
  const failures: string[] = [];
  let events: readonly EventBody[] = AT_WORK;
  const team = (): Team => teamOf(...events);
  const notifier = openNotifier({
    team,
    carriers: [carry ?? (({ text }) => void heard.push(text))],
    failed: (error) => void failures.push(String(error)),
  });
  const happen = (body: EventBody) => {
    notifier.step(step(teamOf(...events), body));
    events = [...events, body];
  };
  return { notifier, heard, failures, happen };
}

test("the first is brought at once, what comes within five seconds together", () => {
  const { heard, happen } = open();
  happen(ask("q1"));
  happen(ask("q2"));
  happen(ask("q3"));
  expect(heard).toEqual(["ada asks (q1): why?"]);
  vi.advanceTimersByTime(5_000);
  expect(heard.slice(1)).toEqual(["ada asks (q2): why? (and 1 more)"]);
});

test("what waits is raised again twice and no more, and not once it is answered", () => {
  const { heard, happen } = open();
  happen(ask("q1"));
  happen(ask("q2"));
  vi.advanceTimersByTime(5 * 60_000);
  expect(heard.at(-1)).toBe("q1, q2 still wait for you");
  happen({ type: "question.answered", question: "q2", text: "so", by: "person" });
  vi.advanceTimersByTime(25 * 60_000);
  expect(heard.at(-1)).toBe("q1 still waits for you");
  vi.advanceTimersByTime(10 * 60 * 60_000);
  expect(heard).toHaveLength(4);
});

test("closing brings what was gathered and waits for it", async () => {
  const slow = Promise.withResolvers<void>();
  const heard: string[] = [];
  const { notifier, happen } = open(async ({ text }) => {
    await slow.promise;
    heard.push(text);
  });
  happen(ask("q1"));
  happen(finished);
  const closed = notifier[Symbol.asyncDispose]();
  slow.resolve();
  await closed;
  expect(heard).toEqual(["ada asks (q1): why?", "done: all of it"]);
});

test("a carrier that fails stops nothing", async () => {
  const { notifier, failures, happen } = open(() => Promise.reject(new Error("no network")));
  happen(finished);
  await notifier[Symbol.asyncDispose]();
  expect(failures).toEqual(["Error: no network"]);
});

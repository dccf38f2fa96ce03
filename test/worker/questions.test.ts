import { expect, test } from "vitest";
import type { Command, Up } from "../../src/ipc/messages.ts";
import { createMailroom, type Mailroom } from "../../src/worker/mailroom.ts";
import { foldWire, type WireRecord } from "../../src/worker/records.ts";

/** A worker's journal in memory, and the mailroom of one process after another over it. */
function openWorker() {
  const lines: ({ seq: number } & WireRecord)[] = [];
  let received = 0;
  let mailroom: Mailroom | undefined;
  const restart = () => {
    mailroom = createMailroom({
      name: "ada",
      state: foldWire(lines),
      append: (record) => {
        lines.push({ seq: lines.length + 1, ...record });
        return { seq: lines.length, durable: Promise.resolve() };
      },
      wire: () => ({ send: () => {}, request: () => Promise.reject(new Error("no answer")) }),
      conversationTask: () => null,
    });
    return mailroom;
  };
  const asked = () =>
    lines.flatMap((line): Extract<Up, { type: "question" }>[] =>
      line.type === "wire.up" && line.body.type === "question" ? [line.body] : [],
    );
  const receive = (...commands: Command[]) => {
    received += 1;
    return mailroom?.receive(received, { commands, rows: [], entries: [] });
  };
  return { restart, asked, receive };
}

function assign(id: string): Command {
  const task = {
    id,
    subject: "s",
    description: "d",
    blockedBy: [],
    risk: "LOW" as const,
    files: [],
  };
  return { type: "assign", task, words: "", checkout: "ada", tools: null, model: "m" };
}

const NEVER = new AbortController().signal;

test("a question gets the person's words, also when they came to a process before this one", async () => {
  const { restart, asked, receive } = openWorker();
  const first = restart();
  await receive(assign("t1"));
  const answer = first.askQuestion({ task: "t1", text: "Which?" }, NEVER);
  await receive({ type: "answer", question: "ada-q1", text: "this" });
  expect(await answer).toBe("this");
  expect(await restart().askQuestion({ task: "t1", text: "Which?" }, NEVER)).toBe("this");
  expect(asked()).toEqual([{ type: "question", question: "ada-q1", task: "t1", text: "Which?" }]);
});

test("a process that takes over waits for the answer to the question that is open", async () => {
  const { restart, asked, receive } = openWorker();
  const first = restart();
  await receive(assign("t1"));
  void first.askQuestion({ task: "t1", text: "Which?" }, NEVER);
  await Promise.resolve();
  const again = restart().askQuestion({ task: "t1", text: "Which?" }, NEVER);
  await receive({ type: "answer", question: "ada-q1", text: "that" });
  expect(await again).toBe("that");
  expect(asked()).toHaveLength(1);
});

test("other words, and the same words for a task that was given anew, are another question", async () => {
  const { restart, asked, receive } = openWorker();
  const mailroom = restart();
  await receive(assign("t1"));
  const aborter = new AbortController();
  const dropped = mailroom.askQuestion({ task: "t1", text: "Which?" }, aborter.signal);
  await Promise.resolve();
  void mailroom.askQuestion({ task: "t1", text: "When?" }, NEVER);
  await Promise.resolve();
  aborter.abort();
  expect(await dropped).toBeUndefined();
  await receive({ type: "drop", task: "t1", reason: "withdrawn" });
  await receive(assign("t1"));
  const again = mailroom.askQuestion({ task: "t1", text: "Which?" }, NEVER);
  await receive({ type: "answer", question: "ada-q3", text: "now" });
  expect(await again).toBe("now");
  expect(asked().map(({ question, text }) => [question, text])).toEqual([
    ["ada-q1", "Which?"],
    ["ada-q2", "When?"],
    ["ada-q3", "Which?"],
  ]);
});

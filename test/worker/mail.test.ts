/** Letters and verdicts over the deaths of a worker's process: each is told once, whatever was on disk when it died. */
import { expect, test } from "vitest";
import type { Command, Up } from "../../src/ipc/messages.ts";
import { createMailroom } from "../../src/worker/mailroom.ts";
import { foldWire, type WireRecord } from "../../src/worker/records.ts";

type Line = { readonly seq: number } & (
  | WireRecord
  | { readonly type: "agent.user"; readonly heard: number }
);

function openWorker() {
  const lines: Line[] = [];
  const append = (record: WireRecord | { type: "agent.user"; heard: number }) => {
    const line = { seq: lines.length + 1, ...record };
    lines.push(line);
    return { seq: line.seq, durable: Promise.resolve() };
  };
  const open = () =>
    createMailroom({
      name: "ada",
      state: foldWire(lines),
      append,
      wire: () => ({ send: () => {}, request: () => Promise.reject(new Error("no answer")) }),
      conversationTask: () => "t1",
    });
  const delivered = () =>
    lines.flatMap((line): Extract<Up, { type: "delivered" }>[] =>
      line.type === "wire.up" && line.body.type === "delivered" ? [line.body] : [],
    );
  return { open, append, delivered };
}

const ASSIGN: Command = {
  type: "assign",
  task: { id: "t1", subject: "s", description: "d", blockedBy: [], risk: "LOW", files: [] },
  words: "",
  checkout: "ada",
  tools: null,
  model: "m",
};
const LETTER: Command = { type: "steer", id: 7, from: "person", text: "Use tabs." };
const BACK: Command = { type: "verdict", task: "t1", merged: false, final: false, text: "red" };
const down = (...commands: Command[]) => ({ commands, rows: [], entries: [] });

test("a letter is there again until the turn that holds it is on disk", async () => {
  const worker = openWorker();
  const first = worker.open();
  await first.receive(7, down(LETTER));
  const { texts, heard } = first.takeMail();
  expect([texts.length, texts[0]?.includes("Use tabs."), heard]).toEqual([1, true, 7]);
  const second = worker.open();
  expect(second.takeMail().texts).toEqual(texts);
  worker.append({ type: "agent.user", heard: 7 });
  expect(worker.open().takeMail().texts).toEqual([]);
});

test("a letter that was told is said to be delivered once, by whoever comes to say it", async () => {
  const worker = openWorker();
  const first = worker.open();
  await first.receive(7, down(LETTER));
  first.takeMail();
  worker.append({ type: "agent.user", heard: 7 });
  worker.open().confirm();
  worker.open().confirm();
  expect(worker.delivered()).toEqual([{ type: "delivered", message: 7 }]);
});

test("a letter that comes while another is being told is not lost", async () => {
  const worker = openWorker();
  const mailroom = worker.open();
  await mailroom.receive(7, down(LETTER));
  const mail = mailroom.takeMail();
  await mailroom.receive(8, down({ ...LETTER, id: 8, text: "And spaces." }));
  mail.read();
  expect(worker.delivered()).toEqual([{ type: "delivered", message: 7 }]);
  expect(mailroom.takeMail()).toMatchObject({ heard: 8 });
});

test("a worker whose work came back is told why once, also by the next process", async () => {
  const worker = openWorker();
  const first = worker.open();
  await first.receive(1, down(ASSIGN));
  await first.receive(2, down(BACK));
  const mail = first.takeMail();
  expect([mail.texts.length, mail.texts[0]?.startsWith("rejected: your work")]).toEqual([1, true]);
  expect(worker.open().takeMail().texts).toEqual(mail.texts);
  worker.append({ type: "agent.user", heard: 2 });
  mail.read();
  expect(first.takeMail().texts).toEqual([]);
  expect(worker.open().takeMail().texts).toEqual([]);
});

import { array, assert, asyncProperty, boolean, constantFrom, record } from "fast-check";
import { expect, test } from "vitest";
import { type Conversation, openConversation } from "../../src/agent/conversation.ts";
import type { Block, Message, StopReason } from "../../src/agent/model.ts";
import { type AgentRecord, parseAgentRecord } from "../../src/agent/records.ts";
import { readLines } from "./one-seat.ts";

function open(lines: string[]): Conversation {
  return openConversation(readLines(lines), {
    append: async (line) => void lines.push(JSON.stringify(line)),
  });
}

function answer(content: Block[], stopReason: StopReason = "end_turn") {
  const usage = { input: 1, output: 1, cache_read: 0, cache_write: 0 };
  return { content, stopReason, usage, model: "m", durationMs: 1 };
}

/** What the API would say against a history, or nothing. */
function complaint(messages: readonly Message[]): string | undefined {
  if (messages.length > 0 && messages[0]?.role !== "user") return "does not start with the user";
  let asked: unknown[] = [];
  for (const { role, content } of messages) {
    if (content.length === 0) return "an empty message";
    if (content.some((block) => block.type === "text" && block["text"] === "")) return "empty text";
    if (role === "assistant") {
      if (asked.length > 0) return "calls without results";
      asked = content.filter((block) => block.type === "tool_use").map((block) => block["id"]);
      continue;
    }
    const results = content.filter((block) => block.type === "tool_result");
    const first = content.slice(0, results.length);
    if (first.some((block) => block.type !== "tool_result")) return "results behind text";
    const given = results.map((block) => block["tool_use_id"]);
    if (JSON.stringify(given) !== JSON.stringify(asked))
      return `asked ${asked.join()}, got ${given.join()}`;
    asked = [];
  }
  if (asked.length > 0) return "ends with calls without results";
  return messages.some(({ role }, n) => role === "assistant" && messages[n - 1]?.role === role)
    ? "two answers in a row"
    : undefined;
}

/** Each message's blocks as bytes; blocks that follow an answer's pause are a line of their own. */
function blocksOf(conversation: Conversation): string[] {
  return conversation
    .messages()
    .flatMap(({ role, content }) =>
      role === "user" ? [JSON.stringify(content)] : content.map((block) => JSON.stringify(block)),
    );
}

interface Turn {
  readonly user: string[];
  readonly words: string;
  readonly pauses: boolean;
  readonly calls: ("never" | "started" | "finished" | "failed")[];
  readonly mail: string[];
  readonly begins: boolean;
}

const turn = record<Turn>({
  user: array(constantFrom("Do it.", "", "More."), { maxLength: 2 }),
  words: constantFrom("", "I look.", " "),
  pauses: boolean(),
  calls: array(constantFrom("never", "started", "finished", "failed"), { maxLength: 3 }),
  mail: array(constantFrom("A letter.", ""), { maxLength: 2 }),
  begins: boolean(),
});

async function play(conversation: Conversation, { turn: n, ...told }: Turn & { turn: number }) {
  if (told.begins) await conversation.begin(`t${n}`, "m", "p");
  await conversation.addUser(told.user);
  if (conversation.messages().length === 0) await conversation.addUser(["Begin."]);
  const thought = { type: "thinking", thinking: "Hm.", signature: "s" };
  const said = [thought, { type: "text", text: told.words }];
  if (conversation.messages().at(-1)?.role === "assistant") await conversation.addUser(["Well?"]);
  if (told.pauses) await conversation.addAnswer(answer(said, "pause_turn"));
  const calls = told.calls.map((_state, i) => ({
    type: "tool_use",
    id: `${n}-${i}`,
    name: "X",
    input: { n },
  }));
  await conversation.addAnswer(answer([...said, ...calls], "tool_use"));
  for (const [i, state] of told.calls.entries()) {
    if (state === "never") continue;
    await conversation.intent({ id: `${n}-${i}`, tool: "X", input: { n }, effect: "writes" });
  }
  for (const [i, state] of [...told.calls.entries()].toReversed()) {
    if (state === "never" || state === "started") continue;
    await conversation.outcome({
      id: `${n}-${i}`,
      content: state === "failed" ? "" : "ok",
      isError: state === "failed",
    });
  }
  await conversation.closeResults(told.mail);
}

test("every prefix of a journal folds to a history that the API takes and that only grows", async () => {
  await assert(
    asyncProperty(array(turn, { minLength: 1, maxLength: 4 }), async (turns) => {
      const lines: string[] = [];
      const conversation = open(lines);
      await conversation.begin("t", "m", "p");
      for (const [n, one] of turns.entries()) await play(conversation, { ...one, turn: n });
      let before: string[] = [];
      for (let length = 0; length <= lines.length; length++) {
        const cut = lines.slice(0, length);
        const resumed = open(cut);
        const shown = JSON.stringify(resumed.messages());
        expect(complaint(resumed.messages())).toBeUndefined();
        const begins = lines[length - 1]?.includes('"agent.began"') ?? true;
        const kept = begins ? [] : before;
        expect(blocksOf(resumed).slice(0, kept.length)).toEqual(kept);
        // Results that are not recorded yet are shown, and may still become others.
        before = blocksOf(resumed).slice(0, resumed.openCalls().length === 0 ? undefined : -1);
        await resumed.closeResults([]);
        expect(JSON.stringify(resumed.messages())).toBe(shown);
        expect(JSON.stringify(open(cut).messages())).toBe(shown);
      }
      expect(JSON.stringify(open(lines).messages())).toBe(JSON.stringify(conversation.messages()));
    }),
    { numRuns: 150 },
  );
});

test("what is on disk folds to the same bytes as what was said", async () => {
  const lines: string[] = [];
  const conversation = open(lines);
  await conversation.begin(null, "m", "p");
  await conversation.addUser(["Hello"]);
  const block = { id: "a", type: "tool_use", name: "X", input: { z: 1, a: { type: "t" } } };
  await conversation.addAnswer(answer([block], "tool_use"));
  expect(conversation.messages()[1]?.content).toEqual([block]);
  expect(JSON.stringify(open(lines).messages())).toBe(JSON.stringify(conversation.messages()));
});

test("results stand in the order of the calls, whatever order they came in", async () => {
  const conversation = open([]);
  await conversation.addUser(["Go"]);
  const calls = ["a", "b"].map((id) => ({ type: "tool_use", id, name: "X", input: {} }));
  await conversation.addAnswer(answer(calls, "tool_use"));
  await conversation.outcome({ id: "b", content: "B", isError: false });
  await conversation.outcome({ id: "a", content: "", isError: true });
  await conversation.outcome({ id: "a", content: "too late", isError: false });
  await conversation.closeResults(["A letter."]);
  expect(conversation.messages().at(-1)).toEqual({
    role: "user",
    content: [
      { type: "tool_result", tool_use_id: "a", content: "(no output)", is_error: true },
      { type: "tool_result", tool_use_id: "b", content: "B" },
      { type: "text", text: "A letter." },
    ],
  });
});

test("an answer with nothing but thinking and blanks is not kept", async () => {
  const lines: string[] = [];
  const conversation = open(lines);
  const empty = [
    { type: "thinking", thinking: "Hm.", signature: "s" },
    { type: "text", text: "\n" },
  ];
  expect(await conversation.addAnswer(answer(empty))).toBe(false);
  expect(lines).toEqual([]);
});

test("nothing is part of the history before it is on disk", async () => {
  const disk = Promise.withResolvers<void>();
  const conversation = openConversation([], { append: () => disk.promise });
  const said = conversation.addUser(["Hello"]);
  expect(conversation.messages()).toEqual([]);
  disk.resolve();
  await said;
  expect(conversation.messages()).toHaveLength(1);
});

test("a journal that does not take a record leaves the history as it was", async () => {
  const conversation = openConversation([], {
    append: () => Promise.reject(new Error("the disk is full")),
  });
  await expect(conversation.addUser(["Hello"])).rejects.toThrow("the disk is full");
  expect(conversation.messages()).toEqual([]);
});

test("a new conversation starts empty", async () => {
  const conversation = open([]);
  await conversation.addUser(["Hello"]);
  await conversation.addAnswer(
    answer([{ type: "tool_use", id: "a", name: "X", input: {} }], "tool_use"),
  );
  await conversation.begin("t2", "m", "p");
  expect(conversation.messages()).toEqual([]);
  expect(conversation.openCalls()).toEqual([]);
  expect(conversation.lastAnswer()).toBeUndefined();
});

test("reads its own records out of a journal's lines and leaves the others", () => {
  const ended: AgentRecord = { type: "agent.ended", task: "t1", why: "done" };
  expect(parseAgentRecord({ v: 1, seq: 3, ts: "now", ...ended, hash: "h" })).toEqual(ended);
  expect(parseAgentRecord({ type: "wire.up", body: {} })).toBeUndefined();
  expect(() => parseAgentRecord({ type: "agent.ended" })).toThrow("invalid_type");
});

test("behind another prefix the thinking so far is left out, for every process to come, and later thinking stays", async () => {
  const lines: string[] = [];
  const first = open(lines);
  await first.begin("t", "m", "old");
  await first.addUser(["Do it."]);
  const thought = { type: "thinking", thinking: "Hm.", signature: "s" };
  const words = { type: "text", text: "I look." };
  await first.addAnswer(answer([thought, words]));
  await first.goOn("old");
  expect(first.messages()[1]?.content).toEqual([thought, words]);

  const second = open(lines);
  await second.goOn("new");
  await second.addUser(["Well?"]);
  await second.addAnswer(answer([thought, words]));

  const contents = [[words], [thought, words]];
  for (const one of [second, open(lines)]) {
    expect([1, 3].map((at) => one.messages()[at]?.content)).toEqual(contents);
  }
  await open(lines).goOn("new");
  expect(lines.filter((line) => line.includes("agent.rebound"))).toHaveLength(1);
});

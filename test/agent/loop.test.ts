import { expect, test } from "vitest";
import { runTurns } from "../../src/agent/loop.ts";
import { type Mail, NO_MAIL } from "../../src/agent/seat.ts";
import { call, type Step, says, text, thinking } from "../support/scripted-api.ts";
import { messagesOf, openSeat } from "./one-seat.ts";

const done = says([text("All done.")]);

test("runs what the model asks for and ends with its last words", async () => {
  const asks = says([
    thinking("Hm."),
    text("I look."),
    call("a", "Read"),
    call("b", "Read", { n: 1 }),
  ]);
  await using one = await openSeat([asks, done]);
  expect(await runTurns(one.seat)).toEqual({ kind: "turn-ended", text: "All done." });
  expect(one.calls).toEqual([
    { id: "a", name: "Read", input: {} },
    { id: "b", name: "Read", input: { n: 1 } },
  ]);
  expect(messagesOf(one.api.requests[1]?.body)).toEqual([
    { role: "user", content: [text("Do it.")] },
    {
      role: "assistant",
      content: [thinking("Hm."), text("I look."), call("a", "Read"), call("b", "Read", { n: 1 })],
    },
    {
      role: "user",
      content: [
        { type: "tool_result", tool_use_id: "a", content: "result of a" },
        { type: "tool_result", tool_use_id: "b", content: "result of b" },
      ],
    },
  ]);
});

function turn(n: number): Step {
  return says([
    thinking(`step ${n}`),
    text(`Step ${n}, “quoted” \\ 🙂`),
    call(`c${n}`, "Read", { b: n, a: { "2": 1 } }),
  ]);
}

test("every request extends the one before it byte for byte, across a restart too", async () => {
  await using first = await openSeat([turn(1), turn(2), turn(3), done]);
  await runTurns(first.seat);
  await using second = await openSeat([turn(4), turn(5), done], { lines: first.lines });
  await second.conversation.addUser(["And now the rest."]);
  await runTurns(second.seat);
  const raws = [...first.api.requests, ...second.api.requests].map(({ raw }) => raw);
  expect(raws).toHaveLength(7);
  for (const [n, raw] of raws.slice(1).entries()) {
    const before = raws[n] ?? "";
    const messages = before.slice(0, before.lastIndexOf('],"thinking"'));
    expect(messages.length).toBeGreaterThan(200);
    expect(raw.startsWith(`${messages},`)).toBe(true);
  }
});

test("mail reaches the model behind the results, and wakes a turn that has just ended", async () => {
  const letters = [[], ["Use tabs."], ["One more thing.", " "], [], []];
  const read: (number | undefined)[] = [];
  const mail = (): Mail => {
    const texts = letters.shift() ?? [];
    if (texts.length === 0) return NO_MAIL;
    const heard = letters.length;
    return {
      texts,
      heard,
      read: () =>
        read.push(
          heard,
          one.lines.findLastIndex((line) => line.includes(`"heard":${heard}`)),
        ),
    };
  };
  await using one = await openSeat([says([call("a", "Read")]), done, done], { changes: { mail } });
  expect(await runTurns(one.seat)).toMatchObject({ kind: "turn-ended" });
  const messages = messagesOf(one.api.requests[2]?.body);
  expect(messages[2]?.content).toEqual([
    { type: "tool_result", tool_use_id: "a", content: "result of a" },
    text("Use tabs."),
  ]);
  expect(messages[4]).toEqual({ role: "user", content: [text("One more thing.")] });
  // Each was read once it stood in the journal, in the line of the turn that holds it.
  expect(read).toEqual([3, 4, 2, 6]);
});

test("the model is not called again once the agent is done", async () => {
  let reported = false;
  await using one = await openSeat([says([call("a", "Read")])], {
    changes: {
      done: () => reported,
      runCalls: async () => {
        reported = true;
        return [{ id: "a", content: "Reported.", isError: false }];
      },
      mail: () => (reported ? { ...NO_MAIL, texts: ["never taken"] } : NO_MAIL),
    },
  });
  expect(await runTurns(one.seat)).toEqual({ kind: "done" });
  expect(one.api.requests).toHaveLength(1);
  expect(one.conversation.messages().at(-1)?.content).toEqual([
    { type: "tool_result", tool_use_id: "a", content: "Reported." },
  ]);
});

test("bills every answer, tells permits when it begins and ends, and shows it", async () => {
  const usage = { input_tokens: 1000, cache_read_input_tokens: 3000, output_tokens: 1 };
  await using one = await openSeat([
    says([text("Hi")], { usage, endUsage: { output_tokens: 500 } }),
  ]);
  await runTurns(one.seat);
  const billed = { input: 1000, output: 500, cache_read: 3000, cache_write: 0 };
  expect(one.bills).toEqual([
    {
      model: "claude-sonnet-5-5",
      usage: billed,
      cost_usd: expect.closeTo((1000 * 2 + 500 * 10 + 3000 * 0.1) / 1e6, 9),
      duration_ms: expect.any(Number),
      cache: 0.75,
    },
  ]);
  expect(one.permits).toEqual(["p1 begun", "p1 ended null"]);
  expect(one.events).toEqual([
    { type: "text", delta: "Hi" },
    { type: "answer", usage: billed, stopReason: "end_turn" },
  ]);
});

test("a server that ends an answer with calls with end_turn gets them run", async () => {
  const odd = says([call("a", "Read")], { stopReason: "end_turn", usage: {}, endUsage: {} });
  await using one = await openSeat([odd, done], { model: "qwen3-coder" });
  expect(await runTurns(one.seat)).toMatchObject({ kind: "turn-ended" });
  expect(one.calls).toHaveLength(1);
  expect(one.bills[0]).toMatchObject({ model: "qwen3-coder", cost_usd: null, cache: 0 });
  for (const { body } of one.api.requests) {
    expect(Object.keys(body).toSorted()).toEqual([
      "max_tokens",
      "messages",
      "model",
      "stream",
      "system",
      "tools",
    ]);
    expect(JSON.stringify(body)).not.toContain("cache_control");
  }
});

const cutCall = says([text("I write."), call("a", "Write", {})], { stopReason: "max_tokens" });

test("an answer with a cut call is not kept and asked for again with twice the room", async () => {
  await using one = await openSeat([cutCall, done]);
  expect(await runTurns(one.seat)).toEqual({ kind: "turn-ended", text: "All done." });
  expect(one.api.requests.map(({ body }) => body["max_tokens"])).toEqual([1000, 2000]);
  expect(messagesOf(one.api.requests[1]?.body)).toEqual(messagesOf(one.api.requests[0]?.body));
  expect(one.calls).toEqual([]);
  expect(one.bills).toHaveLength(2);
});

test("a second cut call is too much", async () => {
  await using one = await openSeat([cutCall, cutCall]);
  expect(await runTurns(one.seat)).toMatchObject({
    kind: "gave-up",
    status: "failed",
    why: expect.stringContaining("2000 tokens"),
  });
  expect(one.conversation.messages()).toHaveLength(1);
});

test("an answer that is all thinking when it is cut is asked for again too", async () => {
  await using one = await openSeat([says([thinking("Hm.")], { stopReason: "max_tokens" }), done]);
  expect(await runTurns(one.seat)).toMatchObject({ kind: "turn-ended" });
  expect(one.api.requests[1]?.body["max_tokens"]).toBe(2000);
});

const cutText = says([text("And so")], { stopReason: "max_tokens" });

test("a cut text is kept and goes on", async () => {
  await using one = await openSeat([cutText, done]);
  expect(await runTurns(one.seat)).toMatchObject({ kind: "turn-ended" });
  expect(messagesOf(one.api.requests[1]?.body).slice(1)).toEqual([
    { role: "assistant", content: [text("And so")] },
    { role: "user", content: [text("Go on.")] },
  ]);
});

test("a text that is cut four times in a row is given up", async () => {
  await using one = await openSeat([cutText, cutText, cutText, cutText]);
  expect(await runTurns(one.seat)).toMatchObject({ kind: "gave-up", status: "failed" });
  expect(one.api.requests).toHaveLength(4);
});

test("a paused answer is sent back as it is and goes on in the same message", async () => {
  const paused = says([text("Wait.")], { stopReason: "pause_turn" });
  await using one = await openSeat([paused, done]);
  expect(await runTurns(one.seat)).toEqual({ kind: "turn-ended", text: "All done." });
  expect(messagesOf(one.api.requests[1]?.body).at(-1)).toEqual({
    role: "assistant",
    content: [text("Wait.")],
  });
  expect(one.conversation.messages().at(-1)?.content).toEqual([text("Wait."), text("All done.")]);
});

test("an answer that pauses for the sixth time in a row is given up", async () => {
  const paused = says([text("Wait.")], { stopReason: "pause_turn" });
  await using one = await openSeat(Array.from({ length: 6 }, () => paused));
  expect(await runTurns(one.seat)).toMatchObject({ kind: "gave-up", status: "failed" });
  expect(one.api.requests).toHaveLength(6);
});

test("a refusal blocks the task in plain words and sends nothing empty back", async () => {
  const stopDetails = {
    type: "refusal",
    category: "cyber",
    explanation: "It looks like an exploit.",
  };
  const refuses = says([], { stopReason: "refusal", stopDetails });
  await using one = await openSeat([refuses, done]);
  expect(await runTurns(one.seat)).toEqual({
    kind: "gave-up",
    status: "blocked",
    why: "The model refused to go on: it takes the task for one about attacking computers. It says: It looks like an exploit. Reword the task or give it to another model.",
  });
  await one.conversation.addUser(["It is our own test."]);
  await runTurns(one.seat);
  expect(messagesOf(one.api.requests[1]?.body).map(({ role }) => role)).toEqual(["user", "user"]);
});

test("a full context fails the task with the advice to split it", async () => {
  await using one = await openSeat([
    says([text("x")], { stopReason: "model_context_window_exceeded" }),
  ]);
  expect(await runTurns(one.seat)).toEqual({
    kind: "gave-up",
    status: "failed",
    why: "The task is larger than the model's context; split it.",
  });
});

test("an empty answer ends the turn and is not kept", async () => {
  await using one = await openSeat([says([text(" ")])]);
  expect(await runTurns(one.seat)).toEqual({ kind: "turn-ended", text: "" });
  expect(one.conversation.messages()).toHaveLength(1);
});

test("a turn that has ended stays ended after a restart, and a cut one goes on", async () => {
  await using first = await openSeat([done]);
  await runTurns(first.seat);
  await using second = await openSeat([], { lines: first.lines });
  expect(await runTurns(second.seat)).toEqual({ kind: "turn-ended", text: "All done." });
  const cut = first.lines.map((line) => line.replace('"end_turn"', '"max_tokens"'));
  await using third = await openSeat([done], { lines: cut });
  await runTurns(third.seat);
  expect(messagesOf(third.api.requests[0]?.body).at(-1)?.content).toEqual([text("Go on.")]);
});

test("calls that a former life left open are answered before the model is called", async () => {
  await using first = await openSeat(
    [says([call("a", "Read"), call("b", "Bash"), call("c", "Bash")])],
    {
      changes: { runCalls: async () => Promise.reject(new Error("the power went")) },
    },
  );
  await expect(runTurns(first.seat)).rejects.toThrow("the power went");
  await first.conversation.intent({ id: "a", tool: "Read", input: {}, effect: "reads" });
  await first.conversation.outcome({ id: "a", content: "read", isError: false });
  await first.conversation.intent({ id: "b", tool: "Bash", input: {}, effect: "writes" });
  await using second = await openSeat([done], { lines: first.lines });
  await runTurns(second.seat);
  expect(second.calls).toEqual([]);
  expect(messagesOf(second.api.requests[0]?.body)[2]?.content).toEqual([
    { type: "tool_result", tool_use_id: "a", content: "read" },
    {
      type: "tool_result",
      tool_use_id: "b",
      content: "Interrupted: its outcome is not known. Look before you repeat it.",
      is_error: true,
    },
    {
      type: "tool_result",
      tool_use_id: "c",
      content: "Interrupted before it ran.",
      is_error: true,
    },
  ]);
});

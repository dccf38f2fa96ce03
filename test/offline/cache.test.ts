import { expect, test } from "vitest";
import { createPromptCache, type PromptCache } from "../../src/offline/cache.ts";
import type { Prompt } from "../../src/offline/request.ts";
import { openOfflineServer } from "../../src/offline/server.ts";
import { ask, clientOf, scenarioOf, tokens } from "./prompts.ts";

const mark = (ttl?: "5m" | "1h") => ({ type: "ephemeral" as const, ...(ttl ? { ttl } : {}) });
type Text = { type: "text"; text: string; cache_control?: ReturnType<typeof mark> };
const text = (words: string, cache_control?: ReturnType<typeof mark>): Text => ({
  type: "text",
  text: words,
  ...(cache_control ? { cache_control } : {}),
});

function prompt(more: Partial<Prompt> = {}): Prompt {
  return {
    model: "offline",
    system: [text(tokens(600), mark())],
    messages: [{ role: "user", content: "hi" }],
    ...more,
  };
}

/** Accounts a request whose answer begins at once: `[uncached, written, read]`. */
function run(cache: PromptCache, request: Prompt): [number, number, number] {
  const { usage, begin } = cache.account(request);
  begin();
  return [usage.input_tokens, usage.cache_creation_input_tokens, usage.cache_read_input_tokens];
}

/** A prompt of which only the last of so many blocks is marked. */
function grown(count: number): Prompt {
  const content = Array.from({ length: count }, (_, index) => text(`word ${index}`));
  return prompt({
    system: tokens(600),
    cache_control: mark(),
    messages: [{ role: "user", content }],
  });
}

function clock() {
  let at = 0;
  return { now: () => at, pass: (ms: number) => (at += ms) };
}

test("writes a marked prefix once and reads it afterwards", () => {
  const cache = createPromptCache(() => 0);
  const [rest, written] = run(cache, prompt());
  expect(written).toBeGreaterThan(600);
  expect(run(cache, prompt())).toEqual([rest, 0, written]);
});

test("caches nothing below 512 tokens and nothing without a marker", () => {
  const cache = createPromptCache(() => 0);
  const short = prompt({ system: [text(tokens(400), mark())] });
  const plain = prompt({ system: tokens(600) });
  for (const request of [short, short, plain, plain]) {
    expect(run(cache, request).slice(1)).toEqual([0, 0]);
  }
});

test("makes a prefix readable only once the answer that wrote it has begun", () => {
  const cache = createPromptCache(() => 0);
  const first = cache.account(prompt());
  const early = cache.account(prompt());
  first.begin();
  const late = cache.account(prompt());
  expect([early, late].map(({ usage }) => usage.cache_read_input_tokens)).toEqual([
    0,
    first.usage.cache_creation_input_tokens,
  ]);
});

test("lets two workers with another task each read the prefix they share", () => {
  const cache = createPromptCache(() => 0);
  const automatic = { cache_control: mark() };
  const task = (name: string) =>
    prompt({ messages: [{ role: "user", content: tokens(300, name) }], ...automatic });
  const [, first] = run(cache, task("a"));
  const shared = run(cache, prompt())[2];
  const [, second, read] = run(cache, task("b"));
  expect(shared).toBeGreaterThan(600);
  expect([read, second]).toEqual([shared, first - shared]);
});

test("moves the automatic breakpoint forward with the conversation", () => {
  const cache = createPromptCache(() => 0);
  const base = { cache_control: mark(), system: tokens(600) };
  const one = prompt({ ...base, messages: [{ role: "user", content: "one" }] });
  const two = prompt({
    ...base,
    messages: [
      { role: "user", content: [text("one")] },
      { role: "assistant", content: "two" },
      { role: "user", content: "three" },
    ],
  });
  const [, written] = run(cache, one);
  const [rest, more, read] = run(cache, two);
  expect([rest, read]).toEqual([0, written]);
  expect(more).toBeGreaterThan(0);
});

test.each([
  [19, true],
  [20, false],
])("with %i blocks added since, a breakpoint finds the entry: %s", (added, isFound) => {
  const cache = createPromptCache(() => 0);
  run(cache, grown(1));
  const [, , read] = run(cache, grown(1 + added));
  expect(read > 0).toBe(isFound);
});

test("keeps an entry for its time to live after its last use", () => {
  const { now, pass } = clock();
  const cache = createPromptCache(now);
  run(cache, prompt());
  pass(299_000);
  expect(run(cache, prompt())[2]).toBeGreaterThan(0);
  pass(299_000);
  expect(run(cache, prompt())[2]).toBeGreaterThan(0);
  pass(300_000);
  expect(run(cache, prompt())[2]).toBe(0);
});

test("keeps an entry that is read from further on, too", () => {
  const { now, pass } = clock();
  const cache = createPromptCache(now);
  run(cache, grown(1));
  pass(299_000);
  run(cache, grown(3));
  pass(299_000);
  expect(run(cache, grown(1))[2]).toBeGreaterThan(0);
});

test("keeps an entry of one hour for an hour and counts it apart", () => {
  const { now, pass } = clock();
  const cache = createPromptCache(now);
  const request = prompt({
    system: [text(tokens(600), mark("1h"))],
    messages: [{ role: "user", content: [text(tokens(100), mark())] }],
  });
  const { usage, begin } = cache.account(request);
  begin();
  const { ephemeral_1h_input_tokens: hour, ephemeral_5m_input_tokens: short } =
    usage.cache_creation;
  expect(usage.cache_creation_input_tokens).toBe(hour + short);
  pass(3_500_000);
  expect(run(cache, request)).toEqual([0, short, hour]);
});

test.each<[string, Partial<Prompt>, boolean]>([
  ["another model", { model: "claude-sonnet-5-5" }, false],
  ["another tool", { tools: [{ name: "New", input_schema: { type: "object" } }] }, false],
  ["another system prompt", { system: [text(tokens(600, "y"), mark())] }, false],
  ["another effort", { output_config: { effort: "low" } }, true],
  ["another question", { messages: [{ role: "user", content: "ho" }] }, true],
  ["the prompt without its marker", { system: [text(tokens(600))], cache_control: mark() }, true],
])("with %s, the system prompt is read from the cache: %3$s", (_, change, isRead) => {
  const cache = createPromptCache(() => 0);
  run(cache, prompt());
  expect(run(cache, prompt(change))[2] > 0).toBe(isRead);
});

test("a change of effort invalidates the messages and not the system prompt", () => {
  const cache = createPromptCache(() => 0);
  const request = {
    cache_control: mark(),
    messages: [{ role: "user" as const, content: tokens(100) }],
  };
  const [, written] = run(cache, prompt(request));
  const [, again, read] = run(cache, prompt({ ...request, output_config: { effort: "high" } }));
  expect(read).toBeGreaterThan(600);
  expect(again).toBe(written - read);
});

test("a second worker reads the prefix as soon as the first one's stream has begun, and not before", async () => {
  const gate = Promise.withResolvers<void>();
  const scenario = scenarioOf(async ({ firstUserText }) => {
    if (firstUserText === "first") await gate.promise;
    return {
      blocks: [{ type: "text", text: "Hello." }],
      pauseMs: firstUserText === "first" ? 60_000 : 0,
    };
  });
  await using server = await openOfflineServer({ scenario });
  const client = clientOf(server.url);
  const system = [text(tokens(600), mark())];
  const usageOf = async (name: string) =>
    (await client.messages.stream(ask(name, { system })).finalMessage()).usage;

  const first = client.messages.stream(ask("first", { system }));
  const begun = first[Symbol.asyncIterator]().next();
  const early = await usageOf("early");
  expect(early.cache_read_input_tokens).toBe(0);
  await expect.poll(() => server.stats().requests).toBe(1);
  gate.resolve();
  await begun;
  const late = await usageOf("late");
  expect(late.cache_read_input_tokens).toBe(early.cache_creation_input_tokens);
  first.abort();
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { type OfflineServer, openOfflineServer } from "../../src/offline/server.ts";
import { post, sayHello } from "./prompts.ts";

let server: OfflineServer;
beforeAll(async () => {
  server = await openOfflineServer({ scenario: sayHello });
});
afterAll(() => server.close());

const base = { model: "offline", max_tokens: 100 };
const user = (content: unknown = "hi") => ({ role: "user", content });
const answer = (content: unknown = "yes") => ({ role: "assistant", content });
const use = (id: string) => ({ type: "tool_use", id, name: "Look", input: {} });
const result = (tool_use_id: string) => ({ type: "tool_result", tool_use_id, content: "seen" });
const said = { type: "text", text: "words" };
const tool = (more: object = {}) => ({ name: "Look", input_schema: { type: "object" }, ...more });
const marked = { type: "text", text: "words", cache_control: { type: "ephemeral" } };
const long = { type: "text", text: "words", cache_control: { type: "ephemeral", ttl: "1h" } };
const called = [user(), answer([use("a"), use("b")])];

const violations: [string, object, RegExp][] = [
  ["an unknown top-level field", { extra: 1 }, /^extra: Extra inputs are not permitted$/],
  ["temperature", { temperature: 1 }, /^temperature: Extra inputs are not permitted$/],
  ["top_p", { top_p: 1 }, /^top_p: Extra inputs/],
  ["top_k", { top_k: 1 }, /^top_k: Extra inputs/],
  ["no max_tokens", { max_tokens: undefined }, /^max_tokens: Field required$/],
  ["no model", { model: undefined }, /^model: Field required$/],
  ["no messages", { messages: [] }, /^messages: at least one message/],
  [
    "an unknown field in a block",
    { messages: [user([{ ...said, tone: "warm" }])] },
    /^messages\.0\.content\.0\.tone: Extra inputs/,
  ],
  [
    "an unknown kind of block",
    { messages: [user([{ type: "song" }])] },
    /^messages\.0\.content\.0.*: Input tag is not one of/,
  ],
  ["an unknown role", { messages: [{ role: "tool", content: "x" }] }, /^messages\.0.*Input tag/],
  ["an answer first", { messages: [answer(), user()] }, /first message must use the "user" role/],
  ["system first", { messages: [{ role: "system", content: "x" }] }, /first message must use/],
  [
    "system after an answer",
    { messages: [user(), answer(), { role: "system", content: "x" }] },
    /^messages\.2: a "system" message must follow a "user" message/,
  ],
  [
    "system before a user message",
    { messages: [user(), { role: "system", content: "x" }, user()] },
    /^messages\.2: a "user" message must not follow a "system" message/,
  ],
  [
    "two answers in a row",
    { messages: [user(), answer(), answer(), user()] },
    /^messages\.2: roles must/,
  ],
  ["empty content", { messages: [user([])] }, /all messages must have non-empty content/],
  ["an empty string", { messages: [user("")] }, /all messages must have non-empty content/],
  ["an empty text block", { messages: [user([{ type: "text", text: "" }])] }, /must be non-empty/],
  ["an empty answer", { messages: [user(), answer([]), user()] }, /^messages\.1\.content: all/],
  ["prefill", { messages: [user(), answer()] }, /does not support assistant message prefill/],
  [
    "a call without result",
    { messages: [...called, user()] },
    /without `tool_result` blocks.*: a, b\./,
  ],
  ["one result missing", { messages: [...called, user([result("a")])] }, /immediately after: b\./],
  [
    "the same result twice",
    { messages: [...called, user([result("a"), result("a"), result("b")])] },
    /multiple `tool_result` blocks with id: a$/,
  ],
  [
    "text before a result",
    { messages: [...called, user([said, result("a"), result("b")])] },
    /must come first/,
  ],
  ["a result of nothing", { messages: [user([result("z")])] }, /unexpected `tool_use_id`.*: z\./],
  [
    "a late result",
    { messages: [user(), answer([use("a")]), user([result("a")]), answer(), user([result("a")])] },
    /^messages\.4: unexpected `tool_use_id`/,
  ],
  [
    "an error without words",
    { messages: [...called, user([{ ...result("a"), content: "", is_error: true }, result("b")])] },
    /content cannot be empty if `is_error` is true: a/,
  ],
  [
    "the same call id twice",
    {
      messages: [
        user(),
        answer([use("a")]),
        user([result("a")]),
        answer([use("a")]),
        user([result("a")]),
      ],
    },
    /ids must be unique: a/,
  ],
  [
    "five breakpoints",
    {
      messages: [user([marked, marked, marked])],
      system: [marked],
      tools: [tool(marked)].map(strip),
    },
    /maximum of 4 blocks with cache_control.*Found 5/,
  ],
  [
    "four breakpoints and the automatic one",
    { messages: [user([marked, marked, marked, marked])], cache_control: { type: "ephemeral" } },
    /Found 5/,
  ],
  [
    "a long-lived breakpoint after a short one",
    { system: [marked], messages: [user([long])] },
    /ttl='1h' cache_control block must not come after/,
  ],
  ["tool_choice any", { tools: [tool()], tool_choice: { type: "any" } }, /^tool_choice: forced/],
  [
    "tool_choice of one tool",
    { tools: [tool()], tool_choice: { type: "tool", name: "Look" } },
    /^tool_choice: forced/,
  ],
  ["thinking disabled", { thinking: { type: "disabled" } }, /^thinking\.type: "disabled"/],
  [
    "thinking with a budget",
    { thinking: { type: "enabled", budget_tokens: 2_000 } },
    /^thinking\.type: "enabled"/,
  ],
  [
    "a bad tool name",
    { tools: [tool({ name: "look here" })] },
    /^tools\.0\.name: String should match/,
  ],
  [
    "a schema that is no object",
    { tools: [tool({ input_schema: { type: "string" } })] },
    /^tools\.0\.input_schema\.type:/,
  ],
  ["two tools of one name", { tools: [tool(), tool()] }, /Tool names must be unique/],
  ["an unknown field in a tool", { tools: [tool({ color: 1 })] }, /^tools\.0\.color: Extra inputs/],
  [
    "a thinking block of nobody's",
    {
      messages: [
        user(),
        answer([{ type: "thinking", thinking: "hm", signature: "made-up" }, said]),
        user(),
      ],
    },
    /^messages\.1\.content\.0:.*bound to a different conversation/,
  ],
  ["warming with a stream", { max_tokens: 0, stream: true }, /^max_tokens: 0 is not supported/],
];

/** A tool's marker alone, without the text that comes with it. */
function strip({ name, input_schema, ...rest }: Record<string, unknown>) {
  return { name, input_schema, cache_control: rest["cache_control"] };
}

test.each(violations)("refuses %s", async (_, change, message) => {
  const { status, json } = await post(server.url, { ...base, messages: [user()], ...change });
  expect({ status, json }).toEqual({
    status: 400,
    json: {
      type: "error",
      error: { type: "invalid_request_error", message: expect.stringMatching(message) },
      request_id: expect.stringMatching(/^req_/),
    },
  });
});

const accepted: [string, object][] = [
  ["plain text", {}],
  ["results and then text", { messages: [...called, user([result("a"), result("b"), said])] }],
  [
    "a tool in the history that is not offered any more",
    { messages: [...called, user([result("b"), result("a")])] },
  ],
  [
    "a system message after a user message",
    { messages: [user(), { role: "system", content: "x" }] },
  ],
  ["two user messages in a row", { messages: [user(), user()] }],
  ["four breakpoints", { messages: [user([marked, marked, marked, marked])] }],
  [
    "everything a worker sends",
    {
      system: [long],
      tools: [tool({ description: "Looks.", eager_input_streaming: true })],
      thinking: { type: "adaptive", display: "summarized" },
      output_config: { effort: "low" },
      cache_control: { type: "ephemeral" },
      metadata: { user_id: "ada" },
      tool_choice: { type: "auto", disable_parallel_tool_use: true },
    },
  ],
];

test.each(accepted)("accepts %s", async (_, change) => {
  const { status, json } = await post(server.url, { ...base, messages: [user()], ...change });
  expect({ status, json }).toMatchObject({
    status: 200,
    json: { type: "message", content: [{ type: "text", text: "Hello." }], stop_reason: "end_turn" },
  });
});

test("refuses a body that is not JSON", async () => {
  const { status, json } = await post(server.url, "{");
  expect({ status, json }).toMatchObject({
    status: 400,
    json: { error: { message: expect.stringContaining("not valid JSON") } },
  });
});

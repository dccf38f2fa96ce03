import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openConversation } from "../../src/agent/conversation.ts";
import type { Up } from "../../src/ipc/messages.ts";
import { createSecretFilter } from "../../src/risk/hide-secrets.ts";
import type { CallHooks } from "../../src/tools/run.ts";
import { createCallHooks } from "../../src/worker/calls.ts";
import { createMailroom } from "../../src/worker/mailroom.ts";
import { createPane } from "../../src/worker/pane.ts";
import { NO_WIRE } from "../../src/worker/records.ts";

const GIVEN = Date.parse("2026-03-01T12:00:00.000Z");
const MINUTE = 60_000;
const A_DAY_BACK = () => GIVEN - 24 * 60 * MINUTE;
const CALL = { id: "c1", name: "Bash", input: { command: "git push" } };
const HIGH = { risk: "HIGH", reasons: ["it pushes"] } as const;

/** A worker's hooks on a real mailroom whose journal is an array. `before`: what a process before this one has said. */
function openDesk(now: () => number, before: readonly Up[] = []) {
  const said: Up[] = [];
  let seq = 0;
  const mailroom = createMailroom({
    name: "ada",
    state: {
      ...NO_WIRE,
      sent: before.map((body, at) => ({ n: at + 1, body })),
      sentBefore: before.length,
    },
    append: (record) => {
      if (record.type === "wire.up") said.push(record.body);
      seq += 1;
      return { seq, durable: Promise.resolve() };
    },
    wire: () => ({ send: () => {}, request: () => Promise.reject(new Error("nobody answers")) }),
    conversationTask: () => "t1",
  });
  const hooks: CallHooks = createCallHooks({
    conversation: openConversation([], { append: async () => {} }),
    mailroom,
    pane: createPane({ write: () => {}, colour: 0, index: 69 }),
    task: "t1",
    worker: "ada",
    root: "/nowhere",
    secrets: createSecretFilter([]),
    signal: AbortSignal.timeout(10_000),
    effectOf: () => "writes",
    now,
  });
  let n = 0;
  const answer = (
    gate: string,
    more: { allowed?: boolean; input?: Record<string, unknown> } = {},
  ) => {
    n += 1;
    const command = { type: "gate", gate, hash: "", allowed: true, note: "" } as const;
    const at = new Date(GIVEN).toISOString();
    return mailroom.receive(n, { commands: [{ ...command, at, ...more }], rows: [], entries: [] });
  };
  return { said, hooks, answer };
}

test("R11: a yes that waited for ten minutes does not count, and is asked for again", async () => {
  let now = GIVEN + 11 * MINUTE;
  const desk = openDesk(() => now);
  const permission = desk.hooks.permit(CALL, HIGH);
  await desk.answer("ada-1");
  await expect.poll(() => desk.said.map(({ type }) => type)).toEqual(["gate", "gate.void", "gate"]);

  now = GIVEN + 9 * MINUTE;
  await desk.answer("ada-2");

  expect(await permission).toEqual({ allowed: true, gate: "ada-2" });
});

test("R11: a yes from a clock that ran far ahead counts only for the process that has asked for it", async () => {
  const before = openDesk(A_DAY_BACK);
  void before.hooks.permit(CALL, HIGH);
  await expect.poll(() => before.said.length).toBe(1);

  const after = openDesk(A_DAY_BACK, before.said);
  const permission = after.hooks.permit(CALL, HIGH);
  await after.answer("ada-1");
  await expect.poll(() => after.said.at(-1)).toMatchObject({ type: "gate", gate: "ada-2" });
  await after.answer("ada-2");
  expect(await permission).toEqual({ allowed: true, gate: "ada-2" });
});

test("what the person wrote in the place of an action comes back to be judged anew", async () => {
  const desk = openDesk(() => GIVEN);
  const permission = desk.hooks.permit(CALL, HIGH);
  const input = { command: "git push --dry-run" };
  await desk.answer("ada-1", { input });
  expect(await permission).toEqual({ allowed: true, gate: "ada-1", input });
});

test("R11: an answer to one gate serves no other", async () => {
  const desk = openDesk(() => GIVEN);
  const first = desk.hooks.permit(CALL, HIGH);
  await desk.answer("ada-1");
  expect(await first).toEqual({ allowed: true, gate: "ada-1" });
  const second = desk.hooks.permit({ ...CALL, id: "c2" }, HIGH);
  const winner = await Promise.race([second, sleep(50, "still waits")]);
  expect(winner).toBe("still waits");
});

import { expect, test } from "vitest";
import { openOfflineServer } from "../../src/offline/server.ts";
import { ask, clientOf, sayHello } from "./prompts.ts";

test("tells conversations apart and how long each client took between an answer and its next request", async () => {
  const firstTokenMs = 40;
  await using server = await openOfflineServer({ scenario: sayHello, latency: { firstTokenMs } });
  const client = clientOf(server.url);
  const before = Date.now();
  const first = await client.messages.stream(ask("One.")).finalMessage();
  // Its latency is what the first client spends between answer and request.
  await client.messages.stream(ask("Other.")).finalMessage();
  const messages = [
    ...ask("One.").messages,
    { role: "assistant" as const, content: first.content },
    { role: "user" as const, content: "Two." },
  ];
  await client.messages.stream({ ...ask("One."), messages }).finalMessage();
  const [one, other, two] = server.stats().records;
  expect([one?.gap_ms, other?.gap_ms]).toEqual([null, null]);
  expect(two?.gap_ms).toBeGreaterThanOrEqual(firstTokenMs - 1);
  expect(two?.conversation).toBe(one?.conversation);
  expect(other?.conversation).not.toBe(one?.conversation);
  const received = [one, other, two].map((record) => Date.parse(record?.received ?? ""));
  expect(received).toEqual(received.toSorted((a, b) => a - b));
  expect(received[0]).toBeGreaterThanOrEqual(before - 1);
  expect(received[2]).toBeLessThanOrEqual(Date.now());
});

test("gives no gap to a conversation that begins again with the same words", async () => {
  await using server = await openOfflineServer({ scenario: sayHello });
  const client = clientOf(server.url);
  await client.messages.stream(ask("Hi.")).finalMessage();
  await client.messages.stream(ask("Hi.")).finalMessage();
  expect(server.stats().records.map(({ gap_ms }) => gap_ms)).toEqual([null, null]);
});

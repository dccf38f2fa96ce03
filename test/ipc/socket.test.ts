import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Pull, Push } from "zeromq";
import { checkEndpoint, createSender, endpointOf } from "../../src/ipc/socket.ts";
import { silentLog } from "../../src/log.ts";

test("a socket path may have 107 bytes and no more", () => {
  const path = `/${"x".repeat(106)}`;
  expect(endpointOf(path)).toBe(`ipc://${path}`);
  expect(() => endpointOf(`${path}x`)).toThrow(/108 bytes/);
});

test.each(["tcp://127.0.0.1:5555", "ipc://@abstract", "ipc://relative", "inproc://x"])(
  "R21: %s is no endpoint",
  (endpoint) => {
    expect(() => checkEndpoint(endpoint)).toThrow(
      expect.objectContaining({ name: "SwarmError", kind: "config" }),
    );
  },
);

test("messages that are sent at the same time leave one after another, in order", async () => {
  const folder = await mkdtemp(join(tmpdir(), "socket-"));
  const endpoint = endpointOf(join(folder, "s"));
  // So few fit into the socket that most have to wait for the reader.
  const push = new Push({ linger: 0, sendHighWaterMark: 2 });
  const pull = new Pull({ linger: 0, receiveHighWaterMark: 2 });
  try {
    await pull.bind(endpoint);
    push.connect(endpoint);
    const send = createSender(push, silentLog);
    for (let at = 0; at < 200; at++) send([Buffer.from(`${at}`)]);
    const got: string[] = [];
    while (got.length < 200) got.push(String((await pull.receive())[0]));
    expect(got).toEqual(Array.from({ length: 200 }, (_, at) => `${at}`));
  } finally {
    push.close();
    pull.close();
    await rm(folder, { recursive: true, force: true });
  }
});

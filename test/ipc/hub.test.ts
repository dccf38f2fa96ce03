import { spawnSync } from "node:child_process";
import { stat } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Frame } from "../../src/ipc/envelope.ts";
import type { Answer } from "../../src/ipc/messages.ts";
import { eventually } from "../support/eventually.ts";
import { data, down, hello, idOf, keyOf, next, notes, openWire, sign, up } from "./wire.ts";

test("R21: the socket file is closed to others and gone in the end", async () => {
  await using wire = await openWire();
  const mask = process.umask();
  const hub = await wire.hub();
  const path = wire.endpoint.slice("ipc://".length);
  expect((await stat(path)).mode & 0o077).toBe(0);
  expect(process.umask()).toBe(mask);
  await hub.close();
  await expect(stat(path)).rejects.toThrow("ENOENT");
});

test("an endpoint that nobody can listen at is an error of the user's", async () => {
  await using wire = await openWire();
  const endpoint = `${wire.endpoint}/no/such/folder`;
  await expect(wire.hub({ endpoint })).rejects.toMatchObject({
    name: "SwarmError",
    kind: "missing",
    mend: "swarmux doctor",
  });
});

test("bodies travel both ways in order and are acknowledged when they are on disk", async () => {
  await using wire = await openWire();
  const disk = Promise.withResolvers<void>();
  const { handlers, heard } = notes();
  // A greeting may come twice where the welcome is late.
  const said = () => heard.filter((line) => line.startsWith("data"));
  const hub = await wire.hub({
    handlers: {
      ...handlers,
      data: async (peer, n, body) => {
        if (n === 20) await disk.promise;
        await handlers.data(peer, n, body);
      },
    },
  });
  const got: number[] = [];
  const link = wire.link("ada", {
    handlers: { data: async (n, body) => void got.push(n, idOf(body)) },
  });
  for (const n of [4, 6]) hub.send("ada", n, down(n * 10));
  await link.ready;
  for (const n of [10, 20, 30]) link.send(n, up(n));
  await eventually(() => expect(got).toEqual([4, 40, 6, 60]));
  await eventually(() => expect(hub.acknowledged("ada")).toBe(6));
  await eventually(() => expect(hub.cursorOf("ada")).toBe(10));
  expect(said()).toEqual(["data ada 10 10"]);
  disk.resolve();
  await link.drained();
  expect(said()).toEqual(["data ada 10 10", "data ada 20 20", "data ada 30 30"]);
  expect(hub.cursorOf("ada")).toBe(30);
});

test("many bodies for several peers at once arrive once and in order", async () => {
  await using wire = await openWire();
  const { handlers, heard } = notes();
  const hub = await wire.hub({ handlers });
  const numbers = Array.from({ length: 500 }, (_, at) => at + 1);
  for (const name of ["ada", "bob"]) {
    const got: number[] = [];
    const link = wire.link(name, { handlers: { data: async (n) => void got.push(n) } });
    for (const n of numbers) {
      hub.send(name, n, down(n));
      link.send(n, up(n));
    }
    await link.drained();
    await eventually(() => expect(hub.acknowledged(name)).toBe(500));
    expect(got).toEqual(numbers);
    expect(heard.filter((line) => line.startsWith(`data ${name}`))).toEqual(
      numbers.map((n) => `data ${name} ${n} ${n}`),
    );
  }
});

test("a body whose effect cannot be stored comes again", async () => {
  await using wire = await openWire();
  let tries = 0;
  const { handlers, heard } = notes();
  await wire.hub({
    handlers: {
      ...handlers,
      data: async (peer, n, body) => {
        if ((tries += 1) === 1) throw new Error("disk full");
        await handlers.data(peer, n, body);
      },
    },
  });
  const link = wire.link("ada");
  link.send(1, up(1));
  link.send(2, up(2));
  await link.drained();
  expect(heard.slice(1)).toEqual(["data ada 1 1", "data ada 2 2"]);
  expect(wire.log.lines.join()).toContain("disk full");
});

test("what the journal has already is not taken again", async () => {
  await using wire = await openWire();
  const { handlers, heard } = notes();
  await wire.hub({ handlers, cursors: new Map([["ada", 2]]) });
  const link = wire.link("ada", { top: 3 });
  for (const n of [1, 2, 3]) link.send(n, up(n));
  await link.drained();
  expect(heard.slice(1)).toEqual(["data ada 3 3"]);
});

test("a frame with a gap before it is dropped, and a repeated one is acknowledged again", async () => {
  await using wire = await openWire();
  const { handlers, heard } = notes();
  const hub = await wire.hub({ handlers, beatMs: 60_000 });
  const ada = wire.stranger("ada");
  let seq = 0;
  const say = (frame: Frame) => ada.send(sign({ frame, seq: (seq += 1) }, keyOf(wire)));
  await say(hello);
  expect(await next(ada, wire)).toMatchObject({ type: "welcome", cursor: 0 });
  await say({ type: "data", n: 9, prev: 5, body: up(9) });
  await say(data);
  expect(await next(ada, wire)).toEqual({ type: "ack", cursor: 5 });
  await say(data);
  expect(await next(ada, wire)).toEqual({ type: "ack", cursor: 5 });
  await say({ type: "data", n: 9, prev: 5, body: up(9) });
  expect(await next(ada, wire)).toEqual({ type: "ack", cursor: 9 });
  expect(heard).toEqual(["hello ada x", "data ada 5 5", "data ada 9 9"]);
  expect(hub.cursorOf("ada")).toBe(9);
});

test("a welcome brings the snapshot, before any body", async () => {
  await using wire = await openWire();
  const grant = { tools: ["Read"], paths: [], network: false, budget: null };
  const policy = { grant, rules: [] };
  const snapshot = { env: { KEY: "k" }, rows: [], entries: [{ id: "m1", text: "tabs" }], policy };
  const { handlers } = notes({ hello: async () => ({ snapshot }) });
  const hub = await wire.hub({ handlers, epoch: 4 });
  hub.send("ada", 1, down(1));
  const got: unknown[] = [];
  wire.link("ada", {
    handlers: {
      welcome: (state, epoch) => got.push(state, epoch),
      data: async (n) => void got.push(n),
    },
  });
  await eventually(() => expect(got).toEqual([snapshot, 4, 1]));
});

test("a request asked again is answered once its work is done, which is done once", async () => {
  await using wire = await openWire();
  const work = Promise.withResolvers<Answer>();
  let count = 0;
  const { handlers } = notes({
    request: () => {
      count += 1;
      return work.promise;
    },
  });
  await wire.hub({ handlers, beatMs: 60_000 });
  const ada = wire.stranger("ada");
  let seq = 0;
  const say = (frame: Frame) => ada.send(sign({ frame, seq: (seq += 1) }, keyOf(wire)));
  const ask: Frame = { type: "request", id: "q", body: { type: "begun", permit: "p" } };
  await say(hello);
  await next(ada, wire);
  await say(ask);
  await say(ask);
  await eventually(() => expect(count).toBe(1));
  work.resolve({ type: "permit", permit: "p" });
  const response = { type: "response", id: "q", body: { type: "permit", permit: "p" } };
  expect(await next(ada, wire)).toEqual(response);
  await say(ask);
  expect(await next(ada, wire)).toEqual(response);
  expect(count).toBe(1);
});

test("the hub knows when it heard of a peer, and hears its goodbye", async () => {
  await using wire = await openWire();
  const beats: string[] = [];
  const { handlers, heard } = notes({ beat: (peer) => beats.push(peer) });
  const hub = await wire.hub({ handlers });
  expect(hub.lastHeard("ada")).toBeUndefined();
  const link = wire.link("ada", { instance: "a" });
  await link.ready;
  const before = hub.lastHeard("ada") ?? Number.NaN;
  await eventually(() => expect(beats).toContain("ada"));
  expect(hub.lastHeard("ada")).toBeGreaterThan(before);
  await link.close();
  expect(heard).toEqual(["hello ada a", "gone ada"]);
});

test("a hub that was held up itself does not take its peers for silent", async () => {
  await using wire = await openWire();
  const hub = await wire.hub();
  const ada = wire.stranger("ada");
  await ada.send(sign({ frame: hello }, keyOf(wire)));
  expect(await next(ada, wire)).toMatchObject({ type: "welcome" });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
  const woken = performance.now();
  await eventually(() => expect(hub.lastHeard("ada")).toBeGreaterThanOrEqual(woken));
});

test("R10: a frame in another's name, or in nobody's, is dropped and told", async () => {
  await using wire = await openWire();
  const told: string[] = [];
  const { handlers, heard } = notes({ impostor: (peer, why) => void told.push(`${peer}: ${why}`) });
  await wire.hub({ handlers });

  await wire.stranger("ada").send(sign({ frame: hello }, keyOf(wire, "bob")));
  await wire.stranger("mallory").send(sign({ frame: hello }, keyOf(wire, "bob")));
  await wire.stranger("bob").send(sign({ frame: hello }, keyOf(wire, "bob")));

  await eventually(() =>
    expect(told.toSorted()).toEqual([
      "ada: its signature is wrong",
      "bob: it claims to be from ada",
      "mallory: it has no key",
    ]),
  );
  expect(heard).toEqual([]);
});

test.skipIf(process.getuid?.() !== 0)("R21: another user can't connect", async () => {
  await using wire = await openWire();
  await wire.hub();
  const path = wire.endpoint.slice("ipc://".length);
  // Perl, since the node of this run may itself be out of another user's reach.
  const connect = "socket(S, PF_UNIX, SOCK_STREAM, 0); connect(S, sockaddr_un(shift)) or print $!";
  const { stdout } = spawnSync(
    "setpriv",
    ["--reuid=65534", "--regid=65534", "--clear-groups", "perl", "-MSocket", "-e", connect, path],
    { env: { PATH: process.env["PATH"], LC_ALL: "C" } },
  );
  expect(stdout.toString()).toBe("Permission denied");
});

/** Who is let in at the hub and what is turned away, while everything else goes on. */
import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { createKey } from "../../src/ipc/keys.ts";
import { eventually } from "../support/eventually.ts";
import { data, down, hello, keyOf, next, notes, openWire, sign, up } from "./wire.ts";

test("R21: what is not as it should be is dropped, logged, and everything else goes on", async () => {
  await using wire = await openWire();
  const { handlers, heard } = notes();
  await wire.hub({ handlers });
  const link = wire.link("bob", { instance: "b" });
  await link.ready;
  const ada = wire.stranger("ada");
  const eve = wire.stranger("eve");
  const key = keyOf(wire);
  await ada.send(sign({ frame: hello }, key));
  await eventually(() => expect(heard).toContain("hello ada x"));
  const bad: [Buffer | Buffer[], string][] = [
    [sign({ frame: data, seq: 2 }, createKey()), "signature is wrong"],
    [sign({ frame: data, seq: 3, from: "bob" }, key), "claims to be from bob"],
    [sign({ frame: data, seq: 4, session: "other" }, key), "session other"],
    [sign({ frame: data, seq: 1 }, key), "it was seen before"],
    [sign({ frame: data, seq: 5, instance: "y" }, key), "another run"],
    [sign({ frame: data, seq: 6, epoch: 2 }, key), "epoch 2"],
    [
      sign({ frame: { type: "welcome", epoch: 1, cursor: 0, snapshot: null }, seq: 7 }, key),
      "welcome",
    ],
    [
      sign({ frame: { ...data, body: { type: "obey" } }, seq: 8 }, key),
      "No matching discriminator",
    ],
    [[sign({ frame: data, seq: 9 }, key), Buffer.from("more")], "not one payload"],
    [Buffer.from("GET / HTTP/1.1"), "no signature"],
  ];
  for (const [payload] of bad) await ada.send(payload);
  await eve.send(sign({ frame: hello, from: "eve" }, key));
  await eventually(() => {
    for (const [, why] of bad) expect(wire.log.lines.join("\n")).toContain(why);
    expect(wire.log.lines.join("\n")).toContain("no key");
  });
  link.send(1, up(1));
  await link.drained();
  expect(heard).toEqual(["hello bob b", "hello ada x", "data bob 1 1"]);
});

test("R21: a message of 5 MiB costs its sender the connection and nobody else anything", async () => {
  await using wire = await openWire();
  const { handlers, heard } = notes();
  await wire.hub({ handlers });
  const link = wire.link("bob", { instance: "b" });
  await link.ready;
  const ada = wire.stranger("ada");
  const cut = new Promise((resolve) => ada.events.on("disconnect", resolve));
  await ada.send(Buffer.alloc(5 * 1024 * 1024));
  await cut;
  link.send(1, up(1));
  await link.drained();
  expect(heard).toEqual(["hello bob b", "data bob 1 1"]);
});

test("R21: a message of 300 parts is dropped whole", async () => {
  await using wire = await openWire();
  const { handlers, heard } = notes();
  await wire.hub({ handlers });
  const link = wire.link("bob", { instance: "b" });
  await link.ready;
  await wire.stranger("ada").send(Array.from({ length: 300 }, () => Buffer.alloc(64 * 1024)));
  await eventually(() => expect(wire.log.lines.join("\n")).toContain("not one payload"));
  link.send(1, up(1));
  await link.drained();
  expect(heard).toEqual(["hello bob b", "data bob 1 1"]);
});

test("R21: others are answered while one peer floods", async () => {
  await using wire = await openWire();
  await wire.hub();
  const link = wire.link("bob", { instance: "b" });
  await link.ready;
  const ada = wire.stranger("ada");
  const frame = sign({ frame: data, seq: 1 }, keyOf(wire));
  const stop = new AbortController();
  const flood = (async () => {
    while (!stop.signal.aborted) await ada.send(frame);
  })();
  for (let asked = 0; asked < 50; asked += 1) {
    expect(await link.request({ type: "begun", permit: "p" })).toMatchObject({ type: "ok" });
  }
  stop.abort();
  await flood;
});

test("a peer of another version is told so", async () => {
  await using wire = await openWire();
  await wire.hub();
  const text = '{"v":2,"instance":"x","news":[]';
  const mac = createHmac("sha256", keyOf(wire)).update(text).digest("hex");
  const ada = wire.stranger("ada");
  await ada.send(`${text},"mac":"${mac}"}`);
  expect(await next(ada, wire)).toEqual({
    type: "refused",
    why: "it speaks protocol 2, this side speaks 1",
  });
});

test("a recorded greeting does not bring back a run that was replaced", async () => {
  await using wire = await openWire();
  const { handlers, heard } = notes();
  await wire.hub({ handlers });
  const ada = wire.stranger("ada");
  const recorded = sign({ frame: hello, instance: "old" }, keyOf(wire));
  await ada.send(recorded);
  await ada.send(sign({ frame: hello, instance: "new" }, keyOf(wire)));
  await ada.send(recorded);
  await ada.send(sign({ frame: data, instance: "new", seq: 2 }, keyOf(wire)));
  await eventually(() => expect(heard).toContain("data ada 5 5"));
  expect(heard).toEqual(["hello ada old", "hello ada new", "data ada 5 5"]);
});

test("a second run of a worker is heard at once, and the first one is lost", async () => {
  await using wire = await openWire();
  const { handlers, heard } = notes();
  const hub = await wire.hub({ handlers });
  const lost = Promise.withResolvers<string>();
  const first = wire.link("ada", {
    instance: "one",
    lostAfterMs: 400,
    handlers: { lost: lost.resolve },
  });
  await first.ready;
  const got: number[] = [];
  const second = wire.link("ada", {
    instance: "two",
    handlers: { data: async (n) => void got.push(n) },
  });
  await second.ready;
  hub.send("ada", 1, down(1));
  second.send(1, up(1));
  await second.drained();
  await eventually(() => expect(got).toEqual([1]));
  expect(await lost.promise).toContain("nothing was heard");
  expect(heard).toEqual(["hello ada one", "hello ada two", "data ada 1 1"]);
});

test("a peer whose journal is behind what was received from it is turned away", async () => {
  await using wire = await openWire();
  await wire.hub({ cursors: new Map([["ada", 7]]) });
  const link = wire.link("ada", { top: 3 });
  await expect(link.ready).rejects.toThrow("its journal ends at 3, but 7 was received from it");
});

test("a peer that forgot what it acknowledged is turned away, unless the hub forgets too", async () => {
  await using wire = await openWire();
  const hub = await wire.hub();
  hub.send("ada", 7, down(7));
  const first = wire.link("ada", { handlers: { data: async () => {} } });
  await eventually(() => expect(hub.acknowledged("ada")).toBe(7));
  await first.close();
  const second = wire.link("ada");
  await expect(second.ready).rejects.toThrow("received up to 0, but acknowledged 7");
  hub.forget("ada");
  expect(hub.lastHeard("ada")).toBeUndefined();
  const got: number[] = [];
  const third = wire.link("ada", { handlers: { data: async (n) => void got.push(n) } });
  await third.ready;
  hub.send("ada", 8, down(8));
  await eventually(() => expect(got).toEqual([8]));
});

test("a peer that the coordinator does not want hears why", async () => {
  await using wire = await openWire();
  const { handlers } = notes({ hello: () => Promise.reject(new Error("you were dismissed")) });
  await wire.hub({ handlers });
  await expect(wire.link("ada").ready).rejects.toMatchObject({
    name: "SwarmError",
    message: expect.stringContaining("you were dismissed"),
  });
});

test("a peer of the epoch before is made to greet again", async () => {
  await using wire = await openWire();
  const { handlers, heard } = notes();
  await wire.hub({ handlers, epoch: 2, beatMs: 60_000 });
  const ada = wire.stranger("ada");
  await ada.send(sign({ frame: data, seq: 8 }, keyOf(wire)));
  expect(await next(ada, wire)).toEqual({ type: "beat", cursor: 0, top: 0 });
  await ada.send(sign({ frame: hello, seq: 9 }, keyOf(wire)));
  expect(await next(ada, wire)).toMatchObject({ type: "welcome", epoch: 2 });
  expect(heard).toEqual(["hello ada x"]);
});

test("a body that fits no message is refused and does not hold up the next one", async () => {
  await using wire = await openWire();
  const hub = await wire.hub();
  const got: number[] = [];
  const link = wire.link("ada", { handlers: { data: async (n) => void got.push(n) } });
  await link.ready;
  const huge = { ...down(1), entries: [{ id: "m1", text: "x".repeat(5 * 1024 * 1024) }] };
  expect(() => hub.send("ada", 1, huge)).toThrow(RangeError);
  hub.send("ada", 2, down(2));
  await eventually(() => expect(got).toEqual([2]));
});

test("an address of another kind than a socket file is refused", async () => {
  await using wire = await openWire();
  await expect(wire.hub({ endpoint: "tcp://127.0.0.1:5555" })).rejects.toThrow("not a socket file");
});

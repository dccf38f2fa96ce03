import { expect, test, vi } from "vitest";
import { Router } from "zeromq";
import { decode, encode, type Frame } from "../../src/ipc/envelope.ts";
import type { HubHandlers } from "../../src/ipc/hub.ts";
import { createKey } from "../../src/ipc/keys.ts";
import type { LinkHandlers } from "../../src/ipc/link.ts";
import type { Answer } from "../../src/ipc/messages.ts";
import { eventually } from "../support/eventually.ts";
import { down, openWire, up, type Wire } from "./wire.ts";

function answering(request: HubHandlers["request"]): HubHandlers {
  return { hello: async () => ({ snapshot: null }), data: async () => {}, request };
}

/** A coordinator that says what the test wants, to `ada` in the run `x`. */
async function openPuppet(wire: Wire) {
  const router = new Router({ linger: 0, handover: true });
  await router.bind(wire.endpoint);
  const key = wire.keys.get("ada") ?? Buffer.alloc(0);
  let seq = 0;
  return {
    async say(frame: Frame, some: { epoch?: number; seq?: number; instance?: string } = {}) {
      const head = { from: "coordinator", to: "ada", session: "test", instance: "x", epoch: 2 };
      await router.send(["ada", encode({ ...head, seq: (seq += 1), ...some, frame }, key)]);
    },
    /** The next frame of that type. */
    async hear(type: Frame["type"]): Promise<Frame> {
      for await (const [, payload = Buffer.alloc(0)] of router) {
        const address = { from: "ada", to: "coordinator", session: "test" };
        const decoded = decode(payload, key, address);
        if (decoded.kind === "ok" && decoded.envelope.frame.type === type) {
          return decoded.envelope.frame;
        }
      }
      throw new Error("closed");
    },
    [Symbol.dispose]: () => router.close(),
  };
}

const welcome: Frame = { type: "welcome", epoch: 2, cursor: 0, snapshot: null };

function data(n: number, prev: number): Frame {
  return { type: "data", n, prev, body: down(n) };
}

test("a request gets its answer", async () => {
  await using wire = await openWire();
  const handlers = answering(async (peer, _, body) => ({
    type: "ok",
    text: `${peer} ${body.type}`,
  }));
  await wire.hub({ handlers });
  const link = wire.link("person-1");
  const answer = await link.request({ type: "tell", to: "ada", text: "hello", pid: 1 });
  expect(answer).toEqual({ type: "ok", text: "person-1 tell" });
});

test("requests that wait do not hold up others", async () => {
  await using wire = await openWire();
  const permit = Promise.withResolvers<Answer>();
  const handlers = answering((_, __, body) =>
    body.type === "permit" ? permit.promise : Promise.resolve({ type: "ok", text: "" }),
  );
  await wire.hub({ handlers });
  const link = wire.link("ada");
  const first = link.request({ type: "permit", model: "m", prefix: "p", input: 1 });
  expect(await link.request({ type: "begun", permit: "p" })).toEqual({ type: "ok", text: "" });
  permit.resolve({ type: "permit", permit: "p1" });
  expect(await first).toEqual({ type: "permit", permit: "p1" });
});

test("a request is asked again until it is answered, and its work is done once", async () => {
  await using wire = await openWire();
  using puppet = await openPuppet(wire);
  const link = wire.link("ada", { instance: "x", lostAfterMs: 10_000 });
  await puppet.hear("hello");
  await puppet.say(welcome);
  const answer = link.request({ type: "begun", permit: "p" });
  const first = await puppet.hear("request");
  const second = await puppet.hear("request");
  expect(second).toEqual(first);
  const id = first.type === "request" ? first.id : "";
  await puppet.say({ type: "response", id, body: { type: "ok", text: "done" } });
  expect(await answer).toEqual({ type: "ok", text: "done" });
});

test("a request can be given up", async () => {
  await using wire = await openWire();
  await wire.hub({ handlers: answering(() => new Promise(() => {})) });
  const link = wire.link("ada");
  const stop = new AbortController();
  const answer = link.request({ type: "begun", permit: "p" }, { signal: stop.signal });
  stop.abort(new Error("enough"));
  await expect(answer).rejects.toThrow("enough");
  const late = link.request({ type: "begun", permit: "p" }, { signal: stop.signal });
  await expect(late).rejects.toThrow("enough");
});

test("where nobody listens the error says how to bring the session back", async () => {
  await using wire = await openWire();
  const link = wire.link("person-1", { connectMs: 200 });
  const request = link.request({ type: "stop", worker: null, pid: 1 });
  const error = { name: "SwarmError", kind: "missing", mend: "swarmux resume test" };
  await expect(link.ready).rejects.toMatchObject(error);
  await expect(request).rejects.toMatchObject(error);
  await expect(link.request({ type: "stop", worker: null, pid: 1 })).rejects.toMatchObject(error);
});

test("a link with the wrong key is not welcomed", async () => {
  await using wire = await openWire();
  await wire.hub();
  const link = wire.link("ada", { key: createKey(), connectMs: 200 });
  await expect(link.ready).rejects.toThrow("No coordinator listens for session test");
  expect(wire.log.lines.join()).toContain("its signature is wrong");
});

test("a link that was there before its coordinator is welcomed when it comes", async () => {
  await using wire = await openWire();
  const link = wire.link("ada");
  link.send(1, up(1));
  const hub = await wire.hub();
  await link.drained();
  expect(hub.cursorOf("ada")).toBe(1);
});

test("a coordinator that says goodbye is lost at once", async () => {
  await using wire = await openWire();
  const hub = await wire.hub();
  const lost = vi.fn<LinkHandlers["lost"]>();
  const link = wire.link("ada", { handlers: { lost } });
  await link.ready;
  link.send(1, up(1));
  await link.drained();
  await hub.close();
  expect(lost.mock.calls).toEqual([["the coordinator has ended"]]);
  link.send(2, up(2));
  await expect(link.drained()).rejects.toMatchObject({ name: "SwarmError", kind: "missing" });
});

test("a coordinator that is silent is lost after the time that was given, once", async () => {
  await using wire = await openWire();
  using puppet = await openPuppet(wire);
  const lost = vi.fn<LinkHandlers["lost"]>();
  const link = wire.link("ada", { instance: "x", lostAfterMs: 400, handlers: { lost } });
  await puppet.hear("hello");
  const since = performance.now();
  await puppet.say(welcome);
  await eventually(() => expect(lost).toHaveBeenCalledOnce());
  expect(performance.now() - since).toBeGreaterThanOrEqual(400);
  await link.close();
  expect(lost).toHaveBeenCalledOnce();
});

test("a coordinator whose process is gone is lost before its time is up, greeted or not", async () => {
  await using wire = await openWire();
  using puppet = await openPuppet(wire);
  const lost = vi.fn<LinkHandlers["lost"]>();
  let is: "running" | "gone" = "running";
  // It is looked at eight times in that time.
  const some = { instance: "x", lostAfterMs: 16_000, connectMs: 60_000, coordinator: () => is };
  const link = wire.link("ada", { ...some, handlers: { lost } });
  await puppet.hear("hello");
  await puppet.say(welcome);
  await link.ready;
  is = "gone";
  await eventually(() => expect(lost).toHaveBeenCalledOnce());
  const late = wire.link("bob", some);
  await expect(late.ready).rejects.toThrow("No coordinator listens");
});

test("a coordinator that is stopped is waited for, and so is one that is busy", async () => {
  await using wire = await openWire();
  using puppet = await openPuppet(wire);
  const lost = vi.fn<LinkHandlers["lost"]>();
  let looks = 0;
  const coordinator = () => {
    looks += 1;
    return looks < 10 ? "stopped" : "running";
  };
  const some = { instance: "x", lostAfterMs: 80, coordinator };
  const link = wire.link("ada", { ...some, handlers: { lost } });
  await puppet.hear("hello");
  await puppet.say(welcome);
  await link.ready;
  await eventually(() => expect(looks).toBeGreaterThan(30));
  expect(lost).not.toHaveBeenCalled();
});

test("a coordinator that beats is not lost", async () => {
  await using wire = await openWire();
  using puppet = await openPuppet(wire);
  const lost = vi.fn<LinkHandlers["lost"]>();
  wire.link("ada", { instance: "x", lostAfterMs: 800, handlers: { lost } });
  await puppet.hear("hello");
  await puppet.say(welcome);
  const since = performance.now();
  while (performance.now() - since < 2000) {
    await puppet.hear("beat");
    await puppet.say({ type: "beat", cursor: 0, top: 0 });
  }
  expect(lost).not.toHaveBeenCalled();
});

test("a process that was held up itself does not take its coordinator for lost", async () => {
  await using wire = await openWire();
  await wire.hub();
  const lost = vi.fn<LinkHandlers["lost"]>();
  const link = wire.link("ada", { lostAfterMs: 400, handlers: { lost } });
  await link.ready;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200);
  link.send(1, up(1));
  await link.drained();
  expect(lost).not.toHaveBeenCalled();
});

test("R21: what is old, repeated or for another run is dropped", async () => {
  await using wire = await openWire();
  using puppet = await openPuppet(wire);
  const got: number[] = [];
  wire.link("ada", { instance: "x", handlers: { data: async (n) => void got.push(n) } });
  await puppet.hear("hello");
  await puppet.say(welcome, { seq: 10 });
  await puppet.say(data(1, 0), { epoch: 1, seq: 11 });
  await puppet.say(data(2, 0), { seq: 10 });
  await puppet.say(data(3, 0), { seq: 12, instance: "y" });
  await puppet.say(data(4, 0), { seq: 13 });
  await eventually(() => expect(got).toEqual([4]));
  expect(wire.log.lines.map((line) => /"why":"(.*)"/.exec(line)?.[1])).toEqual([
    "it is of epoch 1",
    "it was seen before",
    "it is for another run",
  ]);
});

test("a newer epoch is greeted, and what was not acknowledged goes there", async () => {
  await using wire = await openWire();
  using puppet = await openPuppet(wire);
  const epochs: number[] = [];
  const link = wire.link("ada", {
    instance: "x",
    top: 9,
    lostAfterMs: 10_000,
    handlers: { welcome: (_, epoch) => epochs.push(epoch) },
  });
  link.send(4, up(4));
  link.send(9, up(9));
  expect(await puppet.hear("hello")).toMatchObject({ cursor: 0, top: 9 });
  await puppet.say(welcome);
  expect(await puppet.hear("data")).toMatchObject({ n: 4 });
  await puppet.say({ type: "beat", cursor: 0, top: 0 }, { epoch: 3, seq: 1 });
  await puppet.hear("hello");
  await puppet.say({ ...welcome, cursor: 4 }, { epoch: 3, seq: 2 });
  expect(await puppet.hear("data")).toMatchObject({ n: 9 });
  expect(epochs).toEqual([2, 3]);
});

test("a link that closes says goodbye and is not lost", async () => {
  await using wire = await openWire();
  const gone = Promise.withResolvers<string>();
  await wire.hub({
    handlers: { ...answering(async () => ({ type: "ok", text: "" })), gone: gone.resolve },
  });
  const lost = vi.fn<LinkHandlers["lost"]>();
  const link = wire.link("ada", { handlers: { lost } });
  await link.ready;
  const request = link.request({ type: "begun", permit: "p" });
  await request;
  await link.close();
  await link.close();
  expect(await gone.promise).toBe("ada");
  expect(lost).not.toHaveBeenCalled();
  await expect(link.request({ type: "begun", permit: "p" })).rejects.toThrow("this side has ended");
});

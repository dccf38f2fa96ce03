import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { checkSize, decode, type Envelope, encode, MAX_PAYLOAD } from "../../src/ipc/envelope.ts";
import { createKey } from "../../src/ipc/keys.ts";

const key = createKey();
const address = { from: "ada", to: "coordinator", session: "s" };
const envelope: Envelope = {
  ...address,
  instance: "run-1",
  epoch: 3,
  seq: 7,
  frame: { type: "data", n: 5, prev: 2, body: { text: 'quote " and é \u2028 ,"mac":"' } },
};

/** Signs any text the way a holder of the key could. */
function forge(fields: unknown): Buffer {
  const text = typeof fields === "string" ? fields : JSON.stringify(fields);
  const mac = createHmac("sha256", key).update(text.slice(0, -1)).digest("hex");
  return Buffer.from(`${text.slice(0, -1)},"mac":"${mac}"}`);
}

test("a payload is read as it was written", () => {
  expect(decode(encode(envelope, key), key, address)).toEqual({ kind: "ok", envelope });
});

test("the payload is JSON with the signature as its last field", () => {
  const parsed = JSON.parse(encode(envelope, key).toString());
  expect(parsed).toEqual({ v: 1, ...envelope, mac: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test("a payload with any byte changed is refused", () => {
  const payload = encode(envelope, key);
  for (let at = 0; at < payload.length; at++) {
    const changed = Buffer.from(payload);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(decode(changed, key, address).kind).toBe("bad");
  }
});

test("a payload cut anywhere is refused", () => {
  const payload = encode(envelope, key);
  for (let end = 0; end < payload.length; end++) {
    expect(decode(payload.subarray(0, end), key, address).kind).toBe("bad");
  }
});

const { frame, ...head } = envelope;
test.each([
  ["another key", encode(envelope, createKey()), /signature is wrong/],
  ["another sender", encode({ ...envelope, from: "bob" }, key), /claims to be from bob/],
  ["another reader", encode({ ...envelope, to: "bob" }, key), /addressed to bob/],
  ["another session", encode({ ...envelope, session: "t" }, key), /session t/],
  ["an unknown field", forge({ v: 1, ...envelope, admin: true }), /admin/],
  ["an unknown field in the frame", forge({ v: 1, ...head, frame: { ...frame, x: 1 } }), /"x"/],
  ["an unknown type", forge({ v: 1, ...head, frame: { type: "obey" } }), /frame/],
  ["a missing field", forge({ v: 1, ...address, frame }), /instance/],
  ["a negative number", forge({ v: 1, ...envelope, seq: -1 }), /seq/],
  ["no version", forge(envelope), /no version/],
  ["something that is no object", forge("[1,2]"), /not JSON|no version/],
  ["signed nonsense", forge("nonsense}"), /not JSON/],
  ["5 MiB", Buffer.alloc(5 * 1024 * 1024, 97), /over the limit/],
])("%s is refused with the reason", (_, payload, why) => {
  const decoded = decode(payload, key, address);
  expect(decoded).toEqual({ kind: "bad", why: expect.stringMatching(why) });
});

test("another version is told apart, since its sender is worth an answer", () => {
  const decoded = decode(forge({ v: 2, instance: "run-1", news: [] }), key, address);
  const why = "it speaks protocol 2, this side speaks 1";
  expect(decoded).toEqual({ kind: "other-version", why, instance: "run-1" });
});

test("a body that fits no payload is refused before it is sent", () => {
  const body = { text: "x".repeat(MAX_PAYLOAD) };
  const huge: Envelope = { ...envelope, frame: { type: "data", n: 1, prev: 0, body } };
  expect(() => checkSize(body)).toThrow(RangeError);
  expect(() => encode(huge, key)).toThrow(RangeError);
});

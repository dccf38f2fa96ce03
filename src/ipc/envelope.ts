/**
 * What stands on the wire: one payload of JSON, signed with the peer's own key over its exact bytes. Whoever reads it
 * checks the signature first and parses second, so only a holder of the key gets as far as the parser.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { PROTOCOL_VERSION } from "./messages.ts";

/** The coordinator's name in `from` and `to`; no peer can have it. */
export const COORDINATOR = "coordinator";

/** The largest payload in bytes. Both sockets drop a connection that sends more. */
export const MAX_PAYLOAD = 4 * 1024 * 1024;

const Count = z.int().nonnegative();

/**
 * `hello` opens an instance's conversation and tells what its journal holds: `cursor` is the newest number it has
 * received, `top` its own newest. `welcome` answers with the coordinator's epoch and cursor. `data` carries numbered
 * bodies: `prev` is the number sent before it. `ack` and `beat` say up to which number everything is on disk.
 * `refused` is the coordinator's last word to a peer it will not talk to.
 */
export const Frame = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("hello"),
    pid: Count,
    startTime: z.string(),
    cursor: Count,
    top: Count,
  }),
  z.strictObject({
    type: z.literal("welcome"),
    epoch: Count,
    cursor: Count,
    snapshot: z.unknown(),
  }),
  z.strictObject({ type: z.literal("data"), n: Count, prev: Count, body: z.unknown() }),
  z.strictObject({ type: z.literal("ack"), cursor: Count }),
  z.strictObject({ type: z.literal("beat"), cursor: Count, top: Count }),
  z.strictObject({ type: z.literal("request"), id: z.string().max(128), body: z.unknown() }),
  z.strictObject({ type: z.literal("response"), id: z.string().max(128), body: z.unknown() }),
  z.strictObject({ type: z.literal("refused"), why: z.string() }),
  z.strictObject({ type: z.literal("bye") }),
]);
export type Frame = z.infer<typeof Frame>;
export type FrameOf<Type extends Frame["type"]> = Extract<Frame, { type: Type }>;

/**
 * `instance` is the peer's run of its program, whichever way the frame goes: a frame for one run means nothing to the
 * next. `seq` grows by at least one with each frame of a sender, repeated ones included: a lower one is a replay.
 * `epoch` is the coordinator's start counter; 0 from a peer that was not welcomed.
 */
const Envelope = z.strictObject({
  v: z.literal(PROTOCOL_VERSION),
  from: z.string(),
  to: z.string(),
  session: z.string(),
  instance: z.string().min(1).max(64),
  epoch: Count,
  seq: Count,
  frame: Frame,
});
export type Envelope = Omit<z.infer<typeof Envelope>, "v">;

/** Throws `RangeError` for a payload that is too large. */
export function encode(envelope: Envelope, key: Buffer): Buffer {
  const { from, to, session, instance, epoch, seq, frame } = envelope;
  const fields = { v: PROTOCOL_VERSION, from, to, session, instance, epoch, seq, frame };
  const head = Buffer.from(JSON.stringify(fields).slice(0, -1));
  const payload = Buffer.concat([head, Buffer.from(macField(sign(head, key)))]);
  if (payload.length > MAX_PAYLOAD) throw new RangeError(tooLarge(payload.length));
  return payload;
}

/** Throws `RangeError` for a body that fits no payload, so that it is refused before it blocks those behind it. */
export function checkSize(body: unknown): void {
  const bytes = Buffer.byteLength(JSON.stringify(body)) + ROOM_FOR_ENVELOPE;
  if (bytes > MAX_PAYLOAD) throw new RangeError(tooLarge(bytes));
}

/** Who the reader expects to have written the payload, and to whom. */
export interface Address {
  readonly from: string;
  readonly to: string;
  readonly session: string;
}

/** `other-version` is signed correctly, so it is worth an answer to `instance`; `bad` is not worth one. */
export type Decoded =
  | { readonly kind: "ok"; readonly envelope: Envelope }
  | { readonly kind: "other-version"; readonly why: string; readonly instance: string }
  | { readonly kind: "bad"; readonly why: string };

/** Never throws. */
export function decode(payload: Buffer, key: Buffer, address: Address): Decoded {
  if (payload.length > MAX_PAYLOAD) return bad(tooLarge(payload.length));
  const head = payload.subarray(0, Math.max(0, payload.length - MAC_FIELD_LENGTH));
  const mac = MAC_FIELD.exec(payload.subarray(head.length).toString("latin1"))?.[1];
  if (mac === undefined) return bad("it carries no signature");
  if (!timingSafeEqual(Buffer.from(sign(head, key)), Buffer.from(mac))) {
    return bad("its signature is wrong");
  }
  let raw: unknown;
  try {
    raw = JSON.parse(`${head.toString("utf8")}}`);
  } catch {
    return bad("it is not JSON");
  }
  const version = Version.safeParse(raw);
  if (!version.success) return bad("it has no version");
  if (version.data.v !== PROTOCOL_VERSION) {
    const why = `it speaks protocol ${version.data.v}, this side speaks ${PROTOCOL_VERSION}`;
    return { kind: "other-version", why, instance: version.data.instance };
  }
  const parsed = Envelope.safeParse(raw);
  if (!parsed.success) return bad(z.prettifyError(parsed.error));
  const { from, to, session } = parsed.data;
  if (from !== address.from) return bad(`it claims to be from ${from}`);
  if (to !== address.to) return bad(`it is addressed to ${to}`);
  if (session !== address.session) return bad(`it belongs to session ${session}`);
  const { v: _, ...envelope } = parsed.data;
  return { kind: "ok", envelope };
}

const Version = z.looseObject({ v: z.number(), instance: z.string().catch("") });

/** Names, counters and signature around a body; names are far shorter than this. */
const ROOM_FOR_ENVELOPE = 4096;
const MAC_FIELD = /^,"mac":"([0-9a-f]{64})"\}$/;
const MAC_FIELD_LENGTH = macField("0".repeat(64)).length;

function macField(mac: string): string {
  return `,"mac":"${mac}"}`;
}

/** `head` is the payload's JSON up to the signature, without the closing brace. */
function sign(head: Buffer, key: Buffer): string {
  return createHmac("sha256", key).update(head).digest("hex");
}

function bad(why: string): Decoded {
  return { kind: "bad", why };
}

function tooLarge(bytes: number): string {
  return `a message of ${bytes} bytes is over the limit of ${MAX_PAYLOAD}`;
}

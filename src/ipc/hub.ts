/**
 * The coordinator's end of the wire: one socket that all peers connect to. Peers are workers, whose routing id is their
 * name, and the commands of a person, which only ask. A bad message is logged and dropped.
 */
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Router } from "zeromq";
import { SwarmError } from "../errors.ts";
import type { Log } from "../log.ts";
import {
  COORDINATOR,
  checkSize,
  decode,
  type Envelope,
  encode,
  type Frame,
  type FrameOf,
} from "./envelope.ts";
import { type Answer, type Down, Request, type Snapshot, Up } from "./messages.ts";
import { checkCursors, createPeer, createRetired, type Peer, refusal, renew } from "./peer.ts";
import { startPulse } from "./pulse.ts";
import { checkEndpoint, createSender, LIMITS, listen, pathOf } from "./socket.ts";

/** A run of a peer's program, as it introduces itself. */
export interface Greeting {
  readonly instance: string;
  readonly pid: number;
  readonly startTime: string;
  /** The newest number that it has received. */
  readonly cursor: number;
}

export interface HubHandlers {
  /**
   * A peer is there. Called again for each greeting, so also when the welcome was lost. A rejection turns the peer
   * away with its message.
   */
  hello(peer: string, greeting: Greeting): Promise<{ readonly snapshot: Snapshot | null }>;
  /**
   * Called in the order of `n`, one after another. Resolves when effect and `n` are on disk: only then it is
   * acknowledged. After a rejection the same body comes again.
   */
  data(peer: string, n: number, body: Up): Promise<void>;
  /** Called once for each id. May take as long as it likes. A rejection is answered with `refused`. */
  request(peer: string, id: string, body: Request): Promise<Answer>;
  /** `at` is in milliseconds on the clock of `performance.now()`. */
  beat?(peer: string, at: number): void;
  /** The peer has said goodbye. */
  gone?(peer: string): void;
  /** Something spoke under this routing id that does not hold its key. Called for each such frame. */
  impostor?(peer: string, why: string): void;
}

export interface HubOptions {
  readonly endpoint: string;
  readonly session: string;
  /** Grows with each start of a coordinator. */
  readonly epoch: number;
  readonly log: Log;
  /** The key of a routing id; undefined for one that may not speak. */
  keyOf(peer: string): Buffer | undefined;
  readonly handlers: HubHandlers;
  /** The newest number of each worker that the journal has. */
  readonly cursors?: ReadonlyMap<string, number>;
  readonly beatMs?: number;
}

export interface Hub extends AsyncDisposable {
  /**
   * Sends what the event `n` means to this peer, now or when it is there, until it is acknowledged. After a resume
   * everything that the peer may not have must be sent again, in order. Throws `RangeError` where `n` does not grow or
   * the body is too large.
   */
  send(peer: string, n: number, body: Down): void;
  /** The peer will not come back: what it has not acknowledged is dropped. */
  forget(peer: string): void;
  /**
   * When an authentic frame came, on the clock of `performance.now()`; undefined before the first. It is set to the
   * present after this process itself was held up, since nothing could be heard meanwhile.
   */
  lastHeard(peer: string): number | undefined;
  /** The newest number of this peer whose effect is on disk. */
  cursorOf(peer: string): number;
  /** The newest number that this peer has on its disk. */
  acknowledged(peer: string): number;
  /** Says goodbye to all and closes. What was not acknowledged comes from the journal next time. */
  close(): Promise<void>;
}

/** How long a closing hub waits for its peers to hear the goodbye. */
const GOODBYE_MS = 250;
/** After this much silence a peer without a numbered stream is dropped from memory. */
const IDLE_MS = 10 * 60 * 1000;

/** Resolves when peers can connect. The caller holds the session's lock: a second hub would steal the socket file. */
export async function openHub(options: HubOptions): Promise<Hub> {
  const { session, epoch, log, handlers, beatMs = 1000 } = options;
  checkEndpoint(options.endpoint);
  const router = new Router({ ...LIMITS, handover: true, mandatory: true });
  const post = createSender(router, log);
  const peers = new Map<string, Peer>();
  const retired = createRetired();
  const received = new Map(options.cursors);
  /** While the hub closes: who has not answered its goodbye. */
  const leaving = new Map<string, PromiseWithResolvers<void>>();
  /** One for all peers and never reset: a frame that is new to its reader is always higher. */
  let sentSeq = 0;
  let isLeaving = false;
  let isClosed = false;

  function refuse(peer: string, why: string): void {
    log.warn("a message was dropped", { peer, why });
  }

  function transmit(peer: Peer, frame: Frame, instance = peer.instance): void {
    const key = options.keyOf(peer.name);
    if (isClosed || key === undefined || instance === null) return;
    sentSeq += 1;
    const head = { from: COORDINATOR, to: peer.name, session, instance, epoch, seq: sentSeq };
    post([Buffer.from(peer.name), encode({ ...head, frame }, key)]);
  }

  function peerOf(name: string): Peer {
    const known = peers.get(name);
    if (known !== undefined) return known;
    const peer = createPeer(name, {
      log,
      received: received.get(name) ?? 0,
      async handle(n, body) {
        await handlers.data(name, n, body);
        received.set(name, n);
      },
      transmit,
    });
    peers.set(name, peer);
    return peer;
  }

  function drop(peer: Peer): void {
    retired.add(peer);
    peer.stream.abandon(new Error("the peer was forgotten"));
    peers.delete(peer.name);
  }

  async function greet(peer: Peer, instance: string, hello: FrameOf<"hello">): Promise<void> {
    if (peer.greeting === instance) return;
    peer.greeting = instance;
    let snapshot: Snapshot | null;
    try {
      checkCursors(peer, hello);
      const { type: _, top: __, ...facts } = hello;
      snapshot = (await handlers.hello(peer.name, { instance, ...facts })).snapshot;
      checkSize(snapshot);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      log.warn("a peer was turned away", { peer: peer.name, why });
      transmit(peer, { type: "refused", why }, instance);
      return;
    } finally {
      if (peer.greeting === instance) peer.greeting = null;
    }
    if (isLeaving || peer.instance !== instance) return;
    transmit(peer, { type: "welcome", epoch, cursor: peer.stream.cursor, snapshot });
    peer.stream.open(hello.cursor);
  }

  function receiveHello(name: string, envelope: Envelope, hello: FrameOf<"hello">): void {
    const { instance, seq } = envelope;
    if (retired.has(name, instance)) return refuse(name, "another run has taken over");
    const peer = peerOf(name);
    if (instance !== peer.instance) {
      retired.add(peer);
      renew(peer, instance, log);
    } else if (seq <= peer.heardSeq) {
      return refuse(name, "it was seen before");
    }
    peer.heardSeq = seq;
    peer.heardAt = performance.now();
    void greet(peer, instance, hello);
  }

  function receiveRequest(peer: Peer, id: string, body: unknown): void {
    const request = Request.safeParse(body);
    if (!request.success) return refuse(peer.name, request.error.message);
    const { instance } = peer;
    peer.answers.ask(
      id,
      () => handlers.request(peer.name, id, request.data),
      (answer) => {
        if (peer.instance === instance) transmit(peer, { type: "response", id, body: answer });
      },
    );
  }

  function receiveBye(peer: Peer): void {
    const { name, stream } = peer;
    if (isLeaving) leaving.get(name)?.resolve();
    else transmit(peer, { type: "bye" });
    retired.add(peer);
    peer.instance = null;
    stream.close();
    if (stream.isUnused) drop(peer);
    if (!isLeaving) handlers.gone?.(name);
  }

  function receiveFrame(peer: Peer, frame: Frame): void {
    switch (frame.type) {
      case "data": {
        const body = Up.safeParse(frame.body);
        if (!body.success) return refuse(peer.name, body.error.message);
        return peer.stream.receive({ n: frame.n, prev: frame.prev, body: body.data });
      }
      case "ack":
        return peer.stream.ack(frame.cursor);
      case "beat":
        peer.stream.ack(frame.cursor);
        return handlers.beat?.(peer.name, performance.now());
      case "request":
        return receiveRequest(peer, frame.id, frame.body);
      case "bye":
        return receiveBye(peer);
      case "hello":
      case "welcome":
      case "response":
      case "refused":
        return refuse(peer.name, `a peer does not say ${frame.type} here`);
    }
  }

  function receive([id, payload, ...rest]: Buffer[]): void {
    const name = id?.toString() ?? "";
    const key = name === COORDINATOR ? undefined : options.keyOf(name);
    if (key === undefined) {
      handlers.impostor?.(name, "it has no key");
      return refuse(name, "it has no key");
    }
    if (payload === undefined || rest.length > 0) return refuse(name, "it is not one payload");
    const decoded = decode(payload, key, { from: name, to: COORDINATOR, session });
    if (decoded.kind !== "ok") {
      refuse(name, decoded.why);
      if (decoded.kind === "bad") return handlers.impostor?.(name, decoded.why);
      return transmit(peerOf(name), { type: "refused", why: decoded.why }, decoded.instance);
    }
    const { envelope } = decoded;
    if (isLeaving && envelope.frame.type !== "bye") return;
    if (envelope.frame.type === "hello") return receiveHello(name, envelope, envelope.frame);
    if (envelope.epoch !== epoch) {
      refuse(name, `it is of epoch ${envelope.epoch}`);
      // Any frame of this epoch makes a peer of the last one greet again.
      return transmit(peerOf(name), { type: "beat", cursor: 0, top: 0 }, envelope.instance);
    }
    const peer = peers.get(name);
    const why = peer === undefined ? "it did not greet" : refusal(peer, envelope);
    if (peer === undefined || why !== undefined) return refuse(name, why ?? "");
    peer.heardSeq = envelope.seq;
    peer.heardAt = performance.now();
    receiveFrame(peer, envelope.frame);
  }

  function beat(isLate: boolean): void {
    const now = performance.now();
    for (const peer of peers.values()) {
      const { heardAt, stream } = peer;
      if (isLate && heardAt !== undefined) peer.heardAt = now;
      if (stream.isOpen) {
        transmit(peer, { type: "beat", cursor: stream.cursor, top: stream.top });
      }
      const isIdle = heardAt === undefined || now - heardAt > IDLE_MS;
      if (isIdle && stream.isUnused) drop(peer);
    }
  }

  async function close(): Promise<void> {
    if (isLeaving) return;
    isLeaving = true;
    stopPulse();
    for (const peer of peers.values()) {
      if (!peer.stream.isOpen) continue;
      leaving.set(peer.name, Promise.withResolvers());
      transmit(peer, { type: "bye" });
      peer.stream.close();
    }
    const answered = Promise.all([...leaving.values()].map(({ promise }) => promise));
    await Promise.race([answered, sleep(GOODBYE_MS, undefined, { ref: false })]);
    isClosed = true;
    for (const peer of peers.values()) drop(peer);
    router.close();
    await listening;
    // The library leaves the file; the next hub would bind over it.
    await rm(pathOf(options.endpoint), { force: true });
  }

  await bind(router, options.endpoint);
  const listening = listen(router, receive);
  const stopPulse = startPulse(beatMs, beat);

  return {
    send(name, n, body) {
      checkSize(body);
      peerOf(name).stream.push(n, body);
    },
    forget(name) {
      const peer = peers.get(name);
      if (peer === undefined) return;
      retired.add(peer);
      peer.instance = null;
      peer.heardAt = undefined;
      peer.stream.reset();
    },
    lastHeard: (name) => peers.get(name)?.heardAt,
    cursorOf: (name) => received.get(name) ?? 0,
    acknowledged: (name) => peers.get(name)?.stream.acknowledged ?? 0,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The folder is closed to others; the mask closes the socket file as well. */
async function bind(router: Router, endpoint: string): Promise<void> {
  const mask = process.umask(0o077);
  try {
    await router.bind(endpoint);
  } catch (cause) {
    router.close();
    throw new SwarmError(
      "missing",
      `The coordinator cannot listen at ${endpoint}: ${String(cause)}`,
      {
        mend: "swarmux doctor",
        cause,
      },
    );
  } finally {
    process.umask(mask);
  }
}

/** The other end of the wire: a worker's, or that of a person's command, which only asks. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Dealer } from "zeromq";
import { SwarmError } from "../errors.ts";
import type { Log } from "../log.ts";
import { createAsks } from "./asks.ts";
import { COORDINATOR, checkSize, decode, type Envelope, encode, type Frame } from "./envelope.ts";
import { Answer, Down, type Request, Snapshot, type Up } from "./messages.ts";
import { startPulse } from "./pulse.ts";
import { checkEndpoint, createSender, LIMITS, listen } from "./socket.ts";
import { createStream } from "./stream.ts";

export interface LinkHandlers {
  /** Before any `data` of this epoch. Called again for each new epoch. */
  welcome(snapshot: Snapshot | null, epoch: number): void;
  /**
   * Called in the order of `n`, one after another. Resolves when effect and `n` are on disk: only then it is
   * acknowledged. After a rejection the same body comes again.
   */
  data(n: number, body: Down): Promise<void>;
  /** The coordinator is gone for good; called at most once, after the first welcome and not after `close`. */
  lost(why: string): void;
}

export interface LinkOptions {
  readonly endpoint: string;
  readonly session: string;
  /** The routing id: a worker's name, or `person-` and something random. */
  readonly name: string;
  readonly key: Buffer;
  /** This run of the program; of two runs with one name the one that greets last counts. */
  readonly instance?: string;
  readonly startTime?: string;
  readonly log: Log;
  /** The newest number that the journal has received from the coordinator. */
  readonly cursor?: number;
  /** The newest number of the own journal. */
  readonly top?: number;
  /** A person's command needs none. */
  readonly handlers?: Partial<LinkHandlers>;
  readonly beatMs?: number;
  /** Silence after which the coordinator is lost, where nobody can say how its process is. */
  readonly lostAfterMs?: number;
  /** How the coordinator's process is, where it is one of this machine. */
  readonly coordinator?: () => "running" | "stopped" | "gone";
  /** How long a welcome may take. */
  readonly connectMs?: number;
}

export interface Link extends AsyncDisposable {
  /** Welcomed. Rejects with `SwarmError` when nobody listens, or when turned away. */
  readonly ready: Promise<void>;
  /**
   * Sends line `n` of the own journal until it is acknowledged. After a start everything that the coordinator may not
   * have must be sent again, in order. Throws `RangeError` where `n` does not grow or the body is too large.
   */
  send(n: number, body: Up): void;
  /** Asks again until there is an answer. Rejects with the signal's reason, or with `SwarmError` when the link ends. */
  request(body: Request, options?: { readonly signal?: AbortSignal }): Promise<Answer>;
  /** Resolves when all that was sent is on the coordinator's disk; rejects when the link ends before. */
  drained(): Promise<void>;
  /** Says goodbye and closes. What was not acknowledged stays for the next run to send. */
  close(): Promise<void>;
}

/** How long a closing link waits for the coordinator to hear the goodbye. */
const GOODBYE_MS = 250;
const FIRST_HELLO_MS = 25;
const SLOWEST_HELLO_MS = 500;
const REPEAT_REQUEST_MS = 1000;
/** A coordinator whose process runs may be busy for this long. */
const BUSY_MS = 60_000;

type State = "greeting" | "open" | "leaving" | "over";

export function openLink(options: LinkOptions): Link {
  const { session, name, key, log, handlers = {}, instance = randomUUID() } = options;
  const { beatMs = 1000, lostAfterMs = 2000, connectMs = 10_000 } = options;
  checkEndpoint(options.endpoint);
  // With `immediate` nothing piles up for a coordinator that is not there.
  const dealer = new Dealer({ ...LIMITS, routingId: name, immediate: true });
  const post = createSender(dealer, log);
  const ready = Promise.withResolvers<void>();
  const goodbye = Promise.withResolvers<void>();
  // A caller may learn of the failure from `request` and never look at `ready`.
  ready.promise.catch(() => {});
  let state: State = "greeting";
  /** The coordinator's, once welcomed; 0 before. */
  let epoch = 0;
  let sentSeq = 0;
  let heard = { epoch: 0, seq: 0 };
  let heardAt = performance.now();
  let helloTimer: NodeJS.Timeout | undefined;

  const asks = createAsks(REPEAT_REQUEST_MS, (frame) => {
    if (state === "open") transmit(frame);
  });
  const stream = createStream<Up, Down>({
    received: options.cursor ?? 0,
    async handle(n, body) {
      if (handlers.data === undefined) throw new Error("nobody takes numbered messages here");
      await handlers.data(n, body);
    },
    failed: (n, error) => log.warn("a message failed", { n, error: String(error) }),
    transmit,
  });

  function transmit(frame: Frame): void {
    sentSeq += 1;
    const head = { from: name, to: COORDINATOR, session, instance, epoch, seq: sentSeq };
    post([encode({ ...head, frame }, key)]);
  }

  function greet(wait: number): void {
    clearTimeout(helloTimer);
    if (state !== "greeting") return;
    transmit({
      type: "hello",
      pid: process.pid,
      startTime: options.startTime ?? "",
      cursor: stream.cursor,
      top: Math.max(options.top ?? 0, stream.top),
    });
    helloTimer = setTimeout(() => greet(Math.min(2 * wait, SLOWEST_HELLO_MS)), wait);
  }

  function drop(why: string): void {
    log.warn("a message was dropped", { peer: COORDINATOR, why });
  }

  function receiveWelcome(envelope: Envelope, cursor: number, body: unknown): void {
    if (state === "open" && envelope.epoch === epoch) return;
    const snapshot = Snapshot.nullable().safeParse(body);
    if (!snapshot.success) return drop(snapshot.error.message);
    epoch = envelope.epoch;
    state = "open";
    clearTimeout(helloTimer);
    handlers.welcome?.(snapshot.data, epoch);
    stream.open(cursor);
    asks.repeat();
    ready.resolve();
  }

  function receiveFrame(frame: Frame): void {
    switch (frame.type) {
      case "data": {
        const body = Down.safeParse(frame.body);
        if (!body.success) return drop(body.error.message);
        return stream.receive({ n: frame.n, prev: frame.prev, body: body.data });
      }
      case "ack":
      case "beat":
        return stream.ack(frame.cursor);
      case "response": {
        const answer = Answer.safeParse(frame.body);
        return answer.success ? asks.answered(frame.id, answer.data) : drop(answer.error.message);
      }
      case "bye":
        transmit({ type: "bye" });
        return lose("the coordinator has ended");
      case "hello":
      case "welcome":
      case "request":
      case "refused":
        return drop(`a coordinator does not say ${frame.type} here`);
    }
  }

  function receive(parts: Buffer[]): void {
    const [payload, ...rest] = parts;
    if (payload === undefined || rest.length > 0) return drop("it is not one payload");
    const decoded = decode(payload, key, { from: COORDINATOR, to: name, session });
    if (decoded.kind === "bad") return drop(decoded.why);
    if (decoded.kind === "other-version") return lose(decoded.why);
    const { envelope } = decoded;
    const { frame } = envelope;
    if (envelope.instance !== instance) return drop("it is for another run");
    if (envelope.epoch < heard.epoch) return drop(`it is of epoch ${envelope.epoch}`);
    if (envelope.epoch === heard.epoch && envelope.seq <= heard.seq) {
      return drop("it was seen before");
    }
    heard = { epoch: envelope.epoch, seq: envelope.seq };
    heardAt = performance.now();
    if (state === "leaving") return frame.type === "bye" ? goodbye.resolve() : undefined;
    if (frame.type === "refused") return lose(`the coordinator refuses: ${frame.why}`);
    if (frame.type === "welcome") return receiveWelcome(envelope, frame.cursor, frame.snapshot);
    if (envelope.epoch === epoch) return receiveFrame(frame);
    if (state === "open") {
      state = "greeting";
      stream.close();
      greet(FIRST_HELLO_MS);
    }
  }

  function watch(isLate: boolean): void {
    const now = performance.now();
    if (isLate) heardAt = now;
    const silence = now - heardAt;
    if (silence < 1.25 * beatMs) return;
    const is = options.coordinator?.();
    if (is === "gone") return lose("its process is gone");
    // Nothing is lost meanwhile, and nobody else can lead: its lock is held.
    if (is === "stopped") heardAt = now;
    const patience = epoch === 0 ? connectMs : is === "running" ? BUSY_MS : lostAfterMs;
    if (silence <= patience || is === "stopped") return;
    lose(epoch === 0 ? "it did not answer" : `nothing was heard for ${patience} ms`);
  }

  function end(why: string): void {
    const noun = epoch === 0 ? "No coordinator listens for" : "The coordinator is gone from";
    const error = new SwarmError("missing", `${noun} session ${session}: ${why}.`, {
      mend: `swarmux resume ${session}`,
    });
    state = "over";
    clearTimeout(helloTimer);
    stopBeat();
    stopWatch();
    stream.abandon(error);
    asks.abandon(error);
    ready.reject(error);
  }

  /** The coordinator's side is over: says so once. */
  function lose(why: string): void {
    if (state === "over" || state === "leaving") return;
    log.warn("the coordinator is lost", { why });
    end(why);
    if (epoch !== 0) handlers.lost?.(why);
  }

  async function close(): Promise<void> {
    if (state === "open") {
      stream.close();
      transmit({ type: "bye" });
      state = "leaving";
      await Promise.race([goodbye.promise, sleep(GOODBYE_MS, undefined, { ref: false })]);
    }
    if (state !== "over") end("this side has ended");
    if (!dealer.closed) dealer.close();
    await listening;
  }

  dealer.connect(options.endpoint);
  const listening = listen(dealer, receive);
  const stopWatch = startPulse(lostAfterMs / 8, watch);
  const stopBeat = startPulse(beatMs, () => {
    if (state === "open") transmit({ type: "beat", cursor: stream.cursor, top: stream.top });
  });
  greet(FIRST_HELLO_MS);

  return {
    ready: ready.promise,
    send(n, body) {
      checkSize(body);
      stream.push(n, body);
    },
    async request(body, { signal } = {}) {
      checkSize(body);
      return await asks.ask(body, signal);
    },
    drained: () => stream.drained(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** One numbered stream each way with one peer: sends and repeats until acknowledged, hands in one after another, acks what is on disk. */
import { failpoint } from "../failpoint.ts";
import { createInbox, createOutbox, RETRANSMIT_MS } from "./delivery.ts";
import type { FrameOf } from "./envelope.ts";

/** Frames taken and not handled; a peer that keeps to its window never gets there. */
const LONGEST_QUEUE = 256;

export interface Stream<Out, In> {
  /** Throws `RangeError` where `n` does not grow. Goes out when the stream is open. */
  push(n: number, body: Out): void;
  receive(frame: { readonly n: number; readonly prev: number; readonly body: In }): void;
  ack(cursor: number): void;
  /** The peer is there and has everything up to `cursor`. */
  open(cursor: number): void;
  /** The peer has to greet again: nothing goes out or in until `open`. */
  close(): void;
  /** Resolves when everything pushed is acknowledged; rejects with the reason of `abandon`. */
  drained(): Promise<void>;
  /** Closes, and drops all that was pushed; what was received stays received. */
  reset(): void;
  /** Closes for good. */
  abandon(why: Error): void;
  readonly isOpen: boolean;
  /** No number was pushed or received, and none is being handled. */
  readonly isUnused: boolean;
  /** The newest number received whose effect is on disk. */
  readonly cursor: number;
  /** The newest number pushed. */
  readonly top: number;
  readonly acknowledged: number;
}

export interface StreamOptions<In> {
  /** The newest number that the owner's journal has received. */
  readonly received: number;
  /** Resolves when the effect is on disk; a rejection leaves the frame unacknowledged, and it comes again. */
  handle(n: number, body: In): Promise<void>;
  failed(n: number, error: unknown): void;
  transmit(frame: FrameOf<"data"> | FrameOf<"ack">): void;
}

export function createStream<Out, In>(options: StreamOptions<In>): Stream<Out, In> {
  let outbox = createOutbox<Out>();
  const inbox = createInbox(options.received);
  const queue: { n: number; body: In }[] = [];
  const waiting: PromiseWithResolvers<void>[] = [];
  let isOpen = false;
  let isWorking = false;
  let timer: NodeJS.Timeout | undefined;
  let abandoned: Error | undefined;

  function transmit(frame: FrameOf<"data"> | FrameOf<"ack">): void {
    if (isOpen) options.transmit(frame);
  }

  function pump(): void {
    if (!isOpen) return;
    for (const { n, prev, body } of outbox.due(performance.now())) {
      failpoint("wire.before-send");
      transmit({ type: "data", n, prev, body });
    }
    if (outbox.pending === 0) {
      for (const { resolve } of waiting.splice(0)) resolve();
    } else {
      timer ??= setTimeout(() => {
        timer = undefined;
        pump();
      }, RETRANSMIT_MS);
    }
  }

  async function work(): Promise<void> {
    if (isWorking) return;
    isWorking = true;
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      try {
        failpoint("wire.before-handle");
        await options.handle(next.n, next.body);
        inbox.commit(next.n);
        failpoint("wire.before-ack-send");
        transmit({ type: "ack", cursor: next.n });
      } catch (error) {
        queue.length = 0;
        inbox.rollback();
        options.failed(next.n, error);
      }
    }
    isWorking = false;
  }

  function close(): void {
    isOpen = false;
    clearTimeout(timer);
    timer = undefined;
  }

  return {
    push(n, body) {
      outbox.push(n, body);
      pump();
    },
    receive({ n, prev, body }) {
      if (!isOpen || queue.length >= LONGEST_QUEUE) return;
      const verdict = inbox.accept({ n, prev });
      if (verdict === "next") {
        queue.push({ n, body });
        void work();
      } else if (verdict === "duplicate") {
        transmit({ type: "ack", cursor: inbox.cursor });
      }
    },
    ack(cursor) {
      const isNew = cursor > outbox.acknowledged;
      if (isNew) failpoint("wire.before-ack");
      outbox.ack(cursor);
      if (isNew) failpoint("wire.after-ack");
      pump();
    },
    open(cursor) {
      if (abandoned !== undefined) return;
      isOpen = true;
      outbox.rewind(cursor);
      pump();
    },
    close,
    async drained() {
      if (abandoned !== undefined) throw abandoned;
      if (outbox.pending === 0) return;
      const wait = Promise.withResolvers<void>();
      waiting.push(wait);
      await wait.promise;
    },
    reset() {
      close();
      outbox = createOutbox();
    },
    abandon(why) {
      abandoned ??= why;
      close();
      queue.length = 0;
      for (const { reject } of waiting.splice(0)) reject(why);
    },
    get isOpen() {
      return isOpen;
    },
    get isUnused() {
      return outbox.top === 0 && inbox.cursor === 0 && !isWorking;
    },
    get cursor() {
      return inbox.cursor;
    },
    get top() {
      return outbox.top;
    },
    get acknowledged() {
      return outbox.acknowledged;
    },
  };
}

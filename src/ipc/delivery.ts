/**
 * The bookkeeping of one numbered stream: what was sent and not acknowledged, what was received and is on disk. Numbers
 * are those of a journal: they grow, with holes. Pure: the caller brings the clock, the wire and the disk.
 */

/** `prev` is the number sent before `n` in the same stream: the receiver knows by it that nothing is missing between. */
export interface Numbered<Body> {
  readonly n: number;
  readonly prev: number;
  readonly body: Body;
}

export interface Outbox<Body> {
  /**
   * Every number that the peer has not acknowledged must be pushed, in order; those it has may be left out.
   * Throws `RangeError` where `n` does not grow.
   */
  push(n: number, body: Body): void;
  /** Everything up to `cursor` is on the receiver's disk. An older cursor changes nothing. */
  ack(cursor: number): void;
  /** The peer starts over at `cursor`: what follows it is due at once. */
  rewind(cursor: number): void;
  /** What to send now, in order: never sent, or sent too long ago. Marks it as sent. */
  due(now: number): Numbered<Body>[];
  /** How many are not acknowledged. */
  readonly pending: number;
  /** The newest number pushed. */
  readonly top: number;
  readonly acknowledged: number;
}

/** How many frames may be on their way at once; far below the high-water mark of the sockets. */
export const WINDOW = 32;
/** Time until a frame is sent again; doubles with each repetition up to `SLOWEST_RETRANSMIT_MS`. */
export const RETRANSMIT_MS = 250;
const SLOWEST_RETRANSMIT_MS = 1000;

interface Sent<Body> extends Numbered<Body> {
  dueAt: number;
  wait: number;
}

export function createOutbox<Body>(): Outbox<Body> {
  const pending: Sent<Body>[] = [];
  let top = 0;
  let acknowledged = 0;

  function ack(cursor: number): void {
    acknowledged = Math.max(acknowledged, cursor);
    const keep = pending.findIndex(({ n }) => n > acknowledged);
    pending.splice(0, keep === -1 ? pending.length : keep);
  }

  return {
    push(n, body) {
      if (n <= top) throw new RangeError(`number ${n} was pushed after ${top}`);
      if (n > acknowledged) {
        pending.push({ n, prev: top, body, dueAt: -Infinity, wait: RETRANSMIT_MS });
      }
      top = n;
    },
    ack,
    rewind(cursor) {
      ack(cursor);
      for (const sent of pending) {
        sent.dueAt = -Infinity;
        sent.wait = RETRANSMIT_MS;
      }
    },
    due(now) {
      const due = pending.slice(0, WINDOW).filter(({ dueAt }) => dueAt <= now);
      for (const sent of due) {
        sent.dueAt = now + sent.wait;
        sent.wait = Math.min(2 * sent.wait, SLOWEST_RETRANSMIT_MS);
      }
      return due.map(({ n, prev, body }) => ({ n, prev, body }));
    },
    get pending() {
      return pending.length;
    },
    get top() {
      return top;
    },
    get acknowledged() {
      return acknowledged;
    },
  };
}

export interface Inbox {
  /** "next" is taken: the caller handles it after those taken before, then calls `commit` or `rollback`. */
  accept(frame: { readonly n: number; readonly prev: number }): "next" | "duplicate" | "gap";
  /** The effect of `n` and this cursor are on disk. */
  commit(n: number): void;
  /** What was taken and not committed is given back: it counts as never received and comes again. */
  rollback(): void;
  /** The newest number whose effect is on disk. */
  readonly cursor: number;
}

/** `cursor` is the newest number that the owner's journal has. */
export function createInbox(cursor: number): Inbox {
  let committed = cursor;
  let taken = cursor;
  return {
    accept({ n, prev }) {
      if (n <= taken) return "duplicate";
      if (prev > taken) return "gap";
      taken = n;
      return "next";
    },
    commit(n) {
      committed = n;
    },
    rollback() {
      taken = committed;
    },
    get cursor() {
      return committed;
    },
  };
}

/** What the coordinator knows of one peer: which run of it counts, its numbered stream, its requests, when it spoke last. */
import type { Log } from "../log.ts";
import { type Answers, createAnswers } from "./answers.ts";
import type { Envelope, Frame, FrameOf } from "./envelope.ts";
import type { Down, Up } from "./messages.ts";
import { createStream, type Stream } from "./stream.ts";

export interface Peer {
  readonly name: string;
  readonly stream: Stream<Down, Up>;
  /** The run that greeted last; the frames of all others are refused. Null before the first and after a goodbye. */
  instance: string | null;
  /** The highest `seq` that came from `instance`. */
  heardSeq: number;
  answers: Answers;
  /** The run whose greeting waits for its snapshot. */
  greeting: string | null;
  heardAt: number | undefined;
}

export interface PeerOptions {
  readonly log: Log;
  readonly received: number;
  handle(n: number, body: Up): Promise<void>;
  transmit(peer: Peer, frame: Frame): void;
}

export function createPeer(name: string, options: PeerOptions): Peer {
  const { log, received } = options;
  const peer: Peer = {
    name,
    stream: createStream<Down, Up>({
      received,
      handle: (n, body) => options.handle(n, body),
      failed: (n, error) => log.warn("a message failed", { peer: name, n, error: String(error) }),
      transmit: (frame) => options.transmit(peer, frame),
    }),
    instance: null,
    heardSeq: 0,
    answers: createAnswers(log),
    greeting: null,
    heardAt: undefined,
  };
  return peer;
}

/** A new run of the peer takes over: it shares the numbered stream with the last one, and nothing else. */
export function renew(peer: Peer, instance: string, log: Log): void {
  peer.instance = instance;
  peer.stream.close();
  peer.answers = createAnswers(log);
}

/**
 * Throws where a peer's journal is behind what it is known to have held: its next numbers would be taken for
 * duplicates, or those it has lost never come again.
 */
export function checkCursors({ stream }: Peer, { cursor, top }: FrameOf<"hello">): void {
  if (top < stream.cursor) {
    throw new Error(`its journal ends at ${top}, but ${stream.cursor} was received from it`);
  }
  if (cursor < stream.acknowledged) {
    throw new Error(`it has received up to ${cursor}, but acknowledged ${stream.acknowledged}`);
  }
}

/** Why a frame is not of the run that counts, or is an old one; undefined where it is neither. */
export function refusal(peer: Peer, envelope: Envelope): string | undefined {
  if (envelope.instance !== peer.instance) return "another run of this peer has taken over";
  if (envelope.seq <= peer.heardSeq) return "it was seen before";
  return undefined;
}

/** Runs that were replaced or said goodbye: a recorded greeting must not bring them back. */
export interface Retired {
  add(peer: Peer): void;
  has(name: string, instance: string): boolean;
}

const REMEMBERED_RUNS = 4096;

export function createRetired(): Retired {
  const runs = new Set<string>();
  return {
    add({ name, instance }) {
      if (instance === null) return;
      runs.add(`${name} ${instance}`);
      const [oldest] = runs;
      if (runs.size > REMEMBERED_RUNS && oldest !== undefined) runs.delete(oldest);
    },
    has: (name, instance) => runs.has(`${name} ${instance}`),
  };
}

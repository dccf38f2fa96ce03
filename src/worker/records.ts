/** What a worker's journal holds besides its conversation: what it sent and what it received, by number. */
import { z } from "zod";
import { type Command, Down, Up } from "../ipc/messages.ts";

/** A numbered body for the coordinator: the line's `seq` is the frame's number. */
const Sent = z.object({ type: z.literal("wire.up"), seq: z.number(), body: Up });
/** A turn of the agent's that holds what came up to a number of the coordinator's. */
const Heard = z.object({ type: z.enum(["agent.user", "agent.results"]), heard: z.number() });
/** A numbered body of the coordinator; `n` is its number there. */
const Received = z.object({ type: z.literal("wire.down"), n: z.number(), body: Down });

export type WireRecord =
  | { readonly type: "wire.up"; readonly body: Up }
  | { readonly type: "wire.down"; readonly n: number; readonly body: Down };

export type Assignment = Extract<Command, { type: "assign" }>;

/** Words for the agent that have not reached it yet. `message` is their number at the coordinator. */
export interface Letter {
  readonly message: number;
  readonly from: string;
  readonly text: string;
}

/** Whether the line gives the worker a task, so that a conversation about it has yet to begin. */
export function isAssignment(line: object): boolean {
  const received = Received.safeParse(line);
  return received.success && received.data.body.commands.some(({ type }) => type === "assign");
}

/** What a worker's journal says about the wire. */
export interface WireState {
  /** The newest number received. */
  readonly cursor: number;
  /** Everything it ever sent, oldest first. */
  readonly sent: readonly { readonly n: number; readonly body: Up }[];
  readonly job: Assignment | null;
  /** The agent has reported, and no verdict has come. */
  readonly reported: boolean;
  /** The verdict that sent the work back, where the agent has not been told yet. */
  readonly sentBack: { readonly n: number; readonly why: string } | null;
  readonly letters: readonly Letter[];
  /** Letters that the agent has been told, of which the coordinator does not know that yet. */
  readonly told: readonly Letter[];
  /** The person's answers to this worker's gates. */
  readonly replies: readonly Extract<Command, { type: "gate" }>[];
  /** The person's answers to this worker's questions. */
  readonly answers: readonly Extract<Command, { type: "answer" }>[];
  /** How many bodies were sent before the job was given: what was asked for another job is not asked for this one. */
  readonly sentBefore: number;
}

export const NO_WIRE: WireState = {
  cursor: 0,
  sent: [],
  job: null,
  reported: false,
  sentBack: null,
  letters: [],
  told: [],
  replies: [],
  answers: [],
  sentBefore: 0,
};

/** Folds the journal's lines; of the conversation it takes only what was heard. */
export function foldWire(lines: Iterable<object>): WireState {
  let state = NO_WIRE;
  for (const line of lines) {
    const sent = Sent.safeParse(line);
    if (sent.success) {
      state = foldSent(state, sent.data.seq, sent.data.body);
      continue;
    }
    const received = Received.safeParse(line);
    if (received.success) {
      state = foldReceived(state, received.data.n, received.data.body);
      continue;
    }
    const heard = Heard.safeParse(line);
    if (heard.success) state = foldHeard(state, heard.data.heard);
  }
  return state;
}

/** What came up to `n` stands in the agent's conversation. */
export function foldHeard(state: WireState, n: number): WireState {
  const isHeard = (letter: Letter) => letter.message <= n;
  return {
    ...state,
    sentBack: state.sentBack !== null && state.sentBack.n <= n ? null : state.sentBack,
    letters: state.letters.filter((letter) => !isHeard(letter)),
    told: [...state.told, ...state.letters.filter(isHeard)],
  };
}

export function foldSent(state: WireState, n: number, body: Up): WireState {
  const next = { ...state, sent: [...state.sent, { n, body }] };
  if (body.type === "report") return { ...next, reported: true };
  if (body.type === "gave-up") return { ...next, job: null, reported: false };
  if (body.type !== "delivered") return next;
  const isOther = (letter: Letter) => letter.message !== body.message;
  return { ...next, letters: next.letters.filter(isOther), told: next.told.filter(isOther) };
}

export function foldReceived(state: WireState, n: number, body: Down): WireState {
  let next: WireState = { ...state, cursor: n };
  for (const command of body.commands) next = foldCommand(next, n, command);
  return next;
}

function foldCommand(state: WireState, n: number, command: Command): WireState {
  switch (command.type) {
    case "assign":
      return {
        ...state,
        job: command,
        reported: false,
        sentBack: null,
        sentBefore: state.sent.length,
      };
    case "verdict":
      if (command.task !== state.job?.task.id) return state;
      return command.final
        ? { ...state, job: null, reported: false, sentBack: null }
        : { ...state, reported: false, sentBack: { n, why: command.text } };
    case "drop":
      return command.task === state.job?.task.id
        ? { ...state, job: null, reported: false, sentBack: null }
        : state;
    case "steer": {
      const { id, from, text } = command;
      return { ...state, letters: [...state.letters, { message: id, from, text }] };
    }
    case "gate":
      return { ...state, replies: [...state.replies, command] };
    case "answer":
      return { ...state, answers: [...state.answers, command] };
  }
}

/**
 * The one place where something happens to the team: an event is appended, decided upon, and once it is on disk
 * its actions are performed and everybody who watches is told. Order is the journal's order.
 */
import type { EventBody, SessionEvent } from "../session/events.ts";
import { parseEvent } from "../session/events.ts";
import { type Action, decide } from "./decide.ts";
import type { Step } from "./down.ts";
import { foldTeam } from "./evolve.ts";
import type { Team } from "./team.ts";

/** What the core needs of the session's journal. */
export interface EventLog {
  append(record: EventBody): { readonly line: object; readonly durable: Promise<void> };
}

export interface Core {
  /** The team with everything that was emitted so far. */
  team(): Team;
  /** Appends an event; resolves when it is on disk and its actions were started. */
  emit(event: EventBody): Promise<SessionEvent>;
  /** Calls `listener` with each step once it is on disk, in order. Answers with the way to stop that. */
  watch(listener: (step: Step) => void): () => void;
  /** Resolves when everything emitted so far is on disk. */
  settled(): Promise<void>;
}

export interface CoreOptions {
  readonly journal: EventLog;
  readonly events: readonly SessionEvent[];
  /** Starts an action; what it takes long for goes on in the background and ends in an event. */
  readonly perform: (action: Exclude<Action, { do: "emit" }>) => void;
  /** The journal can't be written any more: the session has to stop at once. */
  readonly failed: (error: unknown) => void;
}

export function createCore({ journal, events, perform, failed }: CoreOptions): Core {
  let team = foldTeam(events);
  let tail: Promise<unknown> = Promise.resolve();
  const listeners = new Set<(step: Step) => void>();

  function emit(body: EventBody): Promise<SessionEvent> {
    const before = team;
    const { line, durable } = journal.append(body);
    const event = parseEvent(line);
    const decision = decide(before, event);
    team = decision.team;
    const step = { before, after: decision.team, event };
    const turn = tail.then(async () => {
      await durable;
      for (const listener of listeners) listener(step);
      for (const action of decision.actions) if (action.do !== "emit") perform(action);
      return event;
    });
    tail = turn.catch(failed);
    // What follows by itself is decided at once, so that the next event already meets the team it leads to.
    for (const action of decision.actions) {
      if (action.do === "emit") void emit(action.event).catch(failed);
    }
    return turn;
  }

  return {
    team: () => team,
    emit,
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    settled: async () => {
      await tail;
    },
  };
}

/**
 * Calls the person: at once, then together with whatever comes within a few seconds, and again, twice at most, while
 * something waits. How it is brought to them is somebody else's; nothing here can fail the session.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Step } from "./down.ts";
import { type Notice, noticeOf, reminderOf } from "./notices.ts";
import type { Team } from "./team.ts";

/** Brings one notice to the person; a rejection is only logged. */
export type Carrier = (notice: Notice) => Promise<void> | void;

export interface NotifierOptions {
  readonly team: () => Team;
  readonly carriers: readonly Carrier[];
  readonly failed: (error: unknown) => void;
  /** Milliseconds; for tests. */
  readonly gatherMs?: number;
  readonly remindMs?: readonly number[];
}

/** Disposed, it brings what it still holds and waits a moment until all is brought. */
export interface Notifier extends AsyncDisposable {
  /** To be called with each step that is on disk. */
  step(step: Step): void;
}

const GATHER_MS = 5_000;
/** After the first call: five minutes, then half an hour. */
const REMIND_MS = [5 * 60_000, 30 * 60_000];
/** The end of a session does not wait longer than this for a notice to be brought. */
const LAST_MS = 5_000;

export function openNotifier(options: NotifierOptions): Notifier {
  const { team, carriers, failed, gatherMs = GATHER_MS, remindMs = REMIND_MS } = options;
  let gathering: NodeJS.Timeout | undefined;
  let gathered: Notice[] = [];
  let reminders: NodeJS.Timeout[] = [];
  const underWay = new Set<Promise<void>>();

  function call(notice: Notice): void {
    for (const carry of carriers) {
      const carried = (async () => carry(notice))().catch(failed);
      underWay.add(carried);
      void carried.then(() => underWay.delete(carried));
    }
  }

  function take(notice: Notice): void {
    if (gathering !== undefined) {
      gathered.push(notice);
      return;
    }
    call(notice);
    gathering = setTimeout(handOver, gatherMs);
    gathering.unref();
  }

  function handOver(): void {
    gathering = undefined;
    const [first, ...more] = gathered;
    gathered = [];
    if (first === undefined) return;
    take(more.length === 0 ? first : { ...first, text: `${first.text} (and ${more.length} more)` });
  }

  /** Starts the clock anew: what has come last is what the person may have missed. */
  function remindLater(): void {
    for (const timer of reminders) clearTimeout(timer);
    reminders = remindMs.map((ms) =>
      setTimeout(() => {
        const reminder = reminderOf(team());
        if (reminder !== undefined) call(reminder);
      }, ms).unref(),
    );
  }

  return {
    step(step) {
      const notice = noticeOf(step);
      if (notice === undefined) return;
      take(notice);
      if (reminderOf(step.after) !== undefined) remindLater();
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(gathering);
      for (const timer of reminders) clearTimeout(timer);
      // The newest says how the session ended.
      const last = gathered.at(-1);
      gathered = [];
      if (last !== undefined) call(last);
      await Promise.race([Promise.all(underWay), sleep(LAST_MS, undefined, { ref: false })]);
    },
  };
}

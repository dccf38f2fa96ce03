/**
 * Tells workers that are there from those that are silent. A worker beats once a second out of its event loop, so one
 * whose loop hangs or that is stopped falls silent; whether its process is gone is the launcher's to say.
 */

/** A worker that was not heard for this long is shown as stalled. */
export const STALLED_AFTER_MS = 10_000;
/** And after this long it is ended and started again. */
export const ENDED_AFTER_MS = 30_000;

export interface WatchdogEvents {
  stalled(worker: string, silentMs: number): void;
  /** A stalled one was heard again. */
  back(worker: string): void;
  /** It was silent too long; told once a run. */
  over(worker: string, silentMs: number): void;
}

export interface Watchdog {
  /** A process of the worker runs from now on. */
  started(worker: string, at: number): void;
  heard(worker: string, at: number): void;
  ended(worker: string): void;
  /** To be called regularly; `isLate` when the caller itself was held up, which makes nobody's silence a failure. */
  look(now: number, isLate: boolean): void;
}

interface Watched {
  /** Silence counts from here. */
  since: number;
  state: "alive" | "stalled" | "over";
}

/** All times are on one clock that never jumps, in milliseconds. */
export function createWatchdog(events: WatchdogEvents): Watchdog {
  const workers = new Map<string, Watched>();

  function check(name: string, worker: Watched, now: number): void {
    const silent = now - worker.since;
    if (worker.state === "alive" && silent >= STALLED_AFTER_MS) {
      worker.state = "stalled";
      events.stalled(name, silent);
    }
    if (worker.state === "stalled" && silent >= ENDED_AFTER_MS) {
      worker.state = "over";
      events.over(name, silent);
    }
  }

  return {
    started: (name, at) => void workers.set(name, { since: at, state: "alive" }),
    heard(name, at) {
      const worker = workers.get(name);
      if (worker === undefined || worker.state === "over") return;
      worker.since = at;
      if (worker.state === "stalled") events.back(name);
      worker.state = "alive";
    },
    ended: (name) => void workers.delete(name),
    look(now, isLate) {
      for (const [name, worker] of workers) {
        if (isLate) worker.since = now;
        else check(name, worker, now);
      }
    },
  };
}

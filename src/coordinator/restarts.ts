/** How often each worker was started again of late: a worker that can't live must not be started for ever. */

const WINDOW_MS = 60_000;

export interface Restarts {
  again(worker: string, at: number): void;
  /** It came up. */
  ready(worker: string): void;
  /** A person says so: it starts with a clean sheet. */
  forgive(worker: string): void;
  /** Restarts within the last minute, or since it last came up where those are more. */
  count(worker: string, at: number): number;
}

interface Sheet {
  times: number[];
  sinceReady: number;
}

/** `at` is on a clock that never jumps, in milliseconds. */
export function createRestarts(): Restarts {
  const sheets = new Map<string, Sheet>();
  return {
    again(worker, at) {
      const { times = [], sinceReady = 0 } = sheets.get(worker) ?? {};
      const recent = times.filter((time) => at - time < WINDOW_MS);
      sheets.set(worker, { times: [...recent, at], sinceReady: sinceReady + 1 });
    },
    ready(worker) {
      const sheet = sheets.get(worker);
      if (sheet !== undefined) sheet.sinceReady = 0;
    },
    forgive: (worker) => void sheets.delete(worker),
    count(worker, at) {
      const { times = [], sinceReady = 0 } = sheets.get(worker) ?? {};
      return Math.max(sinceReady, times.filter((time) => at - time < WINDOW_MS).length);
    },
  };
}

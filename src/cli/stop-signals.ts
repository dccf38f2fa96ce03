/**
 * How a coordinator is told to stop: the first signal stops it in order, a second Ctrl-C kills. A closed terminal and a
 * system that goes down may signal several times, and none of that is a person who is in a hurry.
 */
import type { StopOrder } from "../coordinator/session-plan.ts";

export interface StopSignals extends Disposable {
  /** Aborts with a `StopOrder`. */
  readonly signal: AbortSignal;
  /** What the command prints goes nowhere any more. */
  unread(): void;
}

export interface StopOptions {
  /** Told once, when it begins to stop. */
  stopping(): void;
  /** The person won't wait. */
  kill(): void;
}

/** Some programs pass a Ctrl-C on that the terminal has sent to everybody already. */
const ONE_PRESS_MS = 300;

export function openStopSignals({ stopping, kill }: StopOptions): StopSignals {
  const stop = new AbortController();
  let stoppedAt = 0;

  function order(by: StopOrder["by"], reason: string): void {
    if (stop.signal.aborted) return;
    stoppedAt = performance.now();
    stopping();
    stop.abort({ by, reason } satisfies StopOrder);
  }

  const listeners = {
    SIGINT: () => {
      if (!stop.signal.aborted) order("person", "stopped");
      else if (performance.now() - stoppedAt > ONE_PRESS_MS) kill();
    },
    SIGTERM: () => order("system", "its process was told to end"),
    SIGHUP: () => order("system", "its terminal was closed"),
  } as const;
  for (const [name, listener] of Object.entries(listeners)) process.on(name, listener);

  return {
    signal: stop.signal,
    unread: () => order("system", "nobody reads its output any more"),
    [Symbol.dispose]: () => {
      for (const [name, listener] of Object.entries(listeners)) process.off(name, listener);
      // Until the process has ended a late signal must not make a failure of it.
      for (const name of Object.keys(listeners)) process.on(name, () => {});
    },
  };
}

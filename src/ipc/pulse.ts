/**
 * A regular beat that knows when it was held up itself: a process that was stopped or busy must not take its own
 * absence for the silence of others.
 */

/** Calls `beat` every `everyMs`; `isLate` when it comes more than one interval late. Returns what ends it. */
export function startPulse(everyMs: number, beat: (isLate: boolean) => void): () => void {
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const isLate = now - last > 2 * everyMs;
    last = now;
    beat(isLate);
  }, everyMs);
  return () => clearInterval(timer);
}

/**
 * Who may call the model when: one permit a call for the whole team. It holds the budget, one shared pause after the
 * API said slow down, and the first worker of a prefix before the others, so that they read the cache which it wrote.
 */
import type { Answer } from "../ipc/messages.ts";
import type { Spending } from "./team.ts";

/** What the governor tells the coordinator, which journals it. */
export interface GovernorEvents {
  warned(budget: string): void;
  /** The budget is spent; told once. */
  reached(budget: string): void;
  /** The whole team pauses until `until`, in milliseconds since 1970. */
  throttled(pause: Throttle): void;
}

export interface Throttle {
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly status: number;
  readonly agent: string;
}

export interface GovernorOptions {
  readonly budgetUsd: number | null;
  readonly budgetTokens: number | null;
  spent(): Spending;
  /** Why this agent may not go on with its task, where that task's own budget is spent. */
  overspent(agent: string): string | undefined;
  /** Whether this agent's calls wait for a `continue` of the person. */
  isHeld(agent: string): boolean;
  readonly events: GovernorEvents;
  /** A clock that never jumps, in milliseconds: what waits is counted on it. */
  readonly now?: () => number;
  /** Milliseconds since 1970, for what people read. */
  readonly wall?: () => number;
}

export interface Governor {
  /** Resolves with a permit, or with `stop` once the budget is spent. Rejects only when `signal` aborts. */
  acquire(ask: PermitAsk, signal: AbortSignal): Promise<Answer>;
  /** The answer has begun: its prefix can be read from the cache by others. */
  begun(permit: string): void;
  ended(permit: string, throttled: { status: number; ms: number } | null): void;
  /** What is held may have changed: everybody who waits looks again. */
  release(): void;
  /** A dead agent's permits are given back. */
  forget(agent: string): void;
}

export interface PermitAsk {
  readonly agent: string;
  readonly model: string;
  readonly prefix: string;
}

/** A written prefix stays readable this long after its last use. */
const WARM_MS = 4.5 * 60_000;
/** A first call that has not begun to answer by then no longer holds the others back. */
const LEADER_MS = 30_000;
const WARN_SHARE = 0.8;

function cacheKey(ask: PermitAsk): string {
  return `${ask.model} ${ask.prefix}`;
}

interface Permit extends PermitAsk {
  readonly id: string;
  readonly since: number;
  begun: boolean;
}

export function createGovernor(options: GovernorOptions): Governor {
  const { budgetUsd, budgetTokens, spent, events } = options;
  const { now = () => performance.now(), wall = Date.now } = options;
  const permits = new Map<string, Permit>();
  const warmUntil = new Map<string, number>();
  const waiting = new Set<() => void>();
  let pausedUntil = 0;
  let dearest = 0;
  let lastSpent = 0;
  let count = 0;
  let hasWarned = false;
  let hasReached = false;

  function wakeAll(): void {
    const all = [...waiting];
    waiting.clear();
    for (const wake of all) wake();
  }

  /** How much of the budget is used: 1 and more is all of it. */
  function share(): { used: number; budget: string } {
    const { cost_usd, input, output, cache_read, cache_write } = spent();
    dearest = Math.max(dearest, cost_usd - lastSpent);
    lastSpent = cost_usd;
    const tokens = input + output + cache_read + cache_write;
    const money = budgetUsd === null ? 0 : cost_usd / budgetUsd;
    const read = budgetTokens === null ? 0 : tokens / budgetTokens;
    return money >= read
      ? { used: money, budget: `$${(budgetUsd ?? 0).toFixed(2)}` }
      : { used: read, budget: `${budgetTokens} tokens` };
  }

  function checkBudget(): string | undefined {
    const { used, budget } = share();
    if (used >= WARN_SHARE && !hasWarned) {
      hasWarned = true;
      events.warned(budget);
    }
    if (used < 1) return undefined;
    if (!hasReached) {
      hasReached = true;
      events.reached(budget);
    }
    return `The budget of ${budget} is spent.`;
  }

  /** Near the end of the budget calls go one by one, so that those in flight together don't overshoot it. */
  function mustQueue(): boolean {
    if (budgetUsd === null || permits.size === 0) return false;
    return spent().cost_usd + dearest * (permits.size + 1) >= budgetUsd;
  }

  /** Milliseconds to wait, 0 to go now; undefined to wait for another permit's news. */
  function delay(ask: PermitAsk): number | undefined {
    const pause = pausedUntil - now();
    if (pause > 0) return pause;
    if (options.isHeld(ask.agent)) return undefined;
    if (mustQueue()) return undefined;
    const key = cacheKey(ask);
    if ((warmUntil.get(key) ?? 0) > now()) return 0;
    const leader = [...permits.values()].find((other) => !other.begun && cacheKey(other) === key);
    if (leader === undefined) return 0;
    return Math.max(0, leader.since + LEADER_MS - now());
  }

  function grant(ask: PermitAsk): Answer {
    count += 1;
    const id = `p${count}`;
    permits.set(id, { ...ask, id, since: now(), begun: false });
    return { type: "permit", permit: id };
  }

  async function news(ms: number | undefined, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stop = () => reject(signal.reason);
    const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
    waiting.add(resolve);
    signal.addEventListener("abort", stop, { once: true });
    try {
      signal.throwIfAborted();
      await promise;
    } finally {
      clearTimeout(timer);
      waiting.delete(resolve);
      signal.removeEventListener("abort", stop);
    }
  }

  return {
    async acquire(ask, signal) {
      for (;;) {
        const why = checkBudget() ?? options.overspent(ask.agent);
        if (why !== undefined) return { type: "stop", why };
        const ms = delay(ask);
        if (ms === 0) return grant(ask);
        await news(ms, signal);
      }
    },
    begun(id) {
      const permit = permits.get(id);
      if (permit === undefined) return;
      permit.begun = true;
      warmUntil.set(cacheKey(permit), now() + WARM_MS);
      wakeAll();
    },
    ended(id, throttled) {
      const permit = permits.get(id);
      permits.delete(id);
      if (throttled !== null) {
        const until = now() + throttled.ms;
        if (until > pausedUntil) {
          pausedUntil = until;
          const shown = wall() + throttled.ms;
          events.throttled({ until: shown, status: throttled.status, agent: permit?.agent ?? "" });
        }
      }
      checkBudget();
      wakeAll();
    },
    release: wakeAll,
    forget(agent) {
      for (const permit of permits.values()) if (permit.agent === agent) permits.delete(permit.id);
      wakeAll();
    },
  };
}

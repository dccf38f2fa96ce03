/** What happened and the lead has not been told: collected from the journal's events, handed over as user turns. */
import { type Mail, NO_MAIL } from "../agent/seat.ts";
import type { Log } from "../log.ts";
import type { SessionEvent } from "../session/events.ts";
import type { Core } from "./core.ts";
import { COORDINATOR } from "./team.ts";
import { isNews, isWorthWaking, renderNews } from "./wake.ts";

export interface News {
  /** All that is new, as one text. */
  take(): Mail;
  /** Whether something waits that is worth a turn. */
  isUrgent(): boolean;
  /** Resolves at the next event. */
  next(signal: AbortSignal): Promise<void>;
  /** The lead has been told all up to `seq`, in a life before this one. */
  skip(seq: number): void;
}

/** `past` are the events before this process; it must be made before anything else happens. */
export function createNews(options: {
  readonly core: Core;
  readonly past: readonly SessionEvent[];
  readonly log: Log;
}): News {
  const { core, log } = options;
  let pending = options.past.filter(isNews);
  let wake = Promise.withResolvers<void>();
  core.watch(({ event }) => {
    if (isNews(event)) pending.push(event);
    wake.resolve();
    wake = Promise.withResolvers();
  });

  /** Says of the messages up to `seq` that they have arrived, where that is not in the journal. */
  function confirm(seq: number): void {
    for (const { seq: message, to } of core.team().mail) {
      if (to !== COORDINATOR || message > seq) continue;
      core.emit({ type: "message.delivered", message, to }).catch((error: unknown) => {
        log.warn("the lead's mail was not noted", { why: String(error) });
      });
    }
  }

  return {
    take() {
      const events = pending;
      const last = events.at(-1);
      if (last === undefined) return NO_MAIL;
      pending = [];
      return {
        texts: [renderNews(core.team(), events)],
        heard: last.seq,
        read: () => confirm(last.seq),
      };
    },
    isUrgent: () => pending.some(isWorthWaking),
    async next(signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const stop = () => resolve();
      signal.addEventListener("abort", stop, { once: true });
      await Promise.race([wake.promise, promise]);
      signal.removeEventListener("abort", stop);
    },
    skip(seq) {
      pending = pending.filter((event) => event.seq > seq);
      confirm(seq);
    },
  };
}

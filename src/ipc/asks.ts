/** Requests that wait for their answers: sent again until answered, always under the same id. */
import type { FrameOf } from "./envelope.ts";
import type { Answer, Request } from "./messages.ts";

export interface Asks {
  /** Rejects with the signal's reason, or with that of `abandon`. */
  ask(body: Request, signal?: AbortSignal): Promise<Answer>;
  /** An answer that nobody waits for is dropped. */
  answered(id: string, answer: Answer): void;
  /** Sends all that wait at once: somebody listens now. */
  repeat(): void;
  /** Ends all that wait, and all that come. */
  abandon(why: Error): void;
}

interface Waiting {
  readonly frame: FrameOf<"request">;
  readonly result: PromiseWithResolvers<Answer>;
}

export function createAsks(everyMs: number, transmit: (frame: FrameOf<"request">) => void): Asks {
  const waiting = new Map<string, Waiting>();
  let count = 0;
  let abandoned: Error | undefined;

  return {
    async ask(body, signal) {
      signal?.throwIfAborted();
      if (abandoned !== undefined) throw abandoned;
      count += 1;
      const id = `${count}`;
      const frame = { type: "request", id, body } as const;
      const result = Promise.withResolvers<Answer>();
      const abort = () => result.reject(signal?.reason);
      const timer = setInterval(() => transmit(frame), everyMs);
      waiting.set(id, { frame, result });
      signal?.addEventListener("abort", abort, { once: true });
      transmit(frame);
      try {
        return await result.promise;
      } finally {
        waiting.delete(id);
        clearInterval(timer);
        signal?.removeEventListener("abort", abort);
      }
    },
    answered: (id, answer) => waiting.get(id)?.result.resolve(answer),
    repeat() {
      for (const { frame } of waiting.values()) transmit(frame);
    },
    abandon(why) {
      abandoned ??= why;
      for (const { result } of waiting.values()) result.reject(why);
    },
  };
}

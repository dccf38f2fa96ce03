/** The requests of one peer: each id does its work once, however often it is asked, and gets the same answer again. */
import type { Log } from "../log.ts";
import { checkSize } from "./envelope.ts";
import type { Answer } from "./messages.ts";

/** How many answers are remembered, and how many requests may wait at once. */
const LIMIT = 256;

export interface Answers {
  /** Runs `work` for a new id; `reply` is called when its answer is there, or at once where it is known. */
  ask(id: string, work: () => Promise<Answer>, reply: (answer: Answer) => void): void;
}

/** Work that fails is answered with its reason: asked again, it would do the same once more. */
export function createAnswers(log: Log): Answers {
  const known = new Map<string, Answer>();
  const pending = new Set<string>();

  async function answer(id: string, work: () => Promise<Answer>): Promise<Answer> {
    try {
      const result = await work();
      checkSize(result);
      return result;
    } catch (error) {
      log.warn("a request failed", { id, error: String(error) });
      return { type: "refused", why: `The coordinator could not do it: ${String(error)}` };
    }
  }

  function remember(id: string, result: Answer): void {
    pending.delete(id);
    known.set(id, result);
    const [oldest] = known.keys();
    if (known.size > LIMIT && oldest !== undefined) known.delete(oldest);
  }

  return {
    ask(id, work, reply) {
      const before = known.get(id);
      if (before !== undefined) {
        reply(before);
      } else if (!pending.has(id) && pending.size < LIMIT) {
        pending.add(id);
        void answer(id, work).then((result) => {
          remember(id, result);
          return reply(result);
        });
      }
    },
  };
}

/** What the person decides: the plan, and answers to questions. Whoever waits for it waits here. */
import type { EventBody } from "../session/events.ts";
import type { Core } from "./core.ts";
import { needsApproval } from "./team.ts";

export interface Person {
  /** Proposes the tasks that are not approved, unless all are; resolves with the note of a no. */
  settlePlan(signal: AbortSignal): Promise<string | undefined>;
  answerPlan(answer: { approve: boolean; note: string; by: string }): Promise<void>;
  ask(agent: string, text: string, signal: AbortSignal): Promise<string>;
}

export function createPerson(core: Core, options: { readonly acceptsUnseen: boolean }): Person {
  let questions = 0;

  /** Resolves with the first event that `match` takes, from now on. */
  async function until(
    match: (event: EventBody) => boolean,
    signal: AbortSignal,
  ): Promise<EventBody> {
    const { promise, resolve, reject } = Promise.withResolvers<EventBody>();
    const unwatch = core.watch(({ event }) => {
      if (match(event)) resolve(event);
    });
    const stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    try {
      signal.throwIfAborted();
      return await promise;
    } finally {
      unwatch();
      signal.removeEventListener("abort", stop);
    }
  }

  return {
    async settlePlan(signal) {
      const team = core.team();
      if (!needsApproval(team)) return undefined;
      const { plan, tasks } = team;
      const open = [...tasks.keys()].filter((id) => !plan.approved.includes(id));
      const answer = until(
        (event) => event.type === "plan.approved" || event.type === "plan.rejected",
        signal,
      );
      // The session may end while the proposal is being written, when nobody waits for the answer yet.
      answer.catch(() => {});
      if (plan.status !== "proposed") await core.emit({ type: "plan.proposed", tasks: open });
      if (options.acceptsUnseen) await core.emit({ type: "plan.approved", by: "--yes" });
      const event = await answer;
      return event.type === "plan.rejected" ? event.note : undefined;
    },
    async answerPlan({ approve, note, by }) {
      if (approve) await core.emit({ type: "plan.approved", by });
      else await core.emit({ type: "plan.rejected", by, note });
    },
    async ask(_agent, text, signal) {
      questions += 1;
      const question = `q${questions}`;
      const answer = until(
        (event) => event.type === "question.answered" && event.question === question,
        signal,
      );
      await core.emit({ type: "question.asked", question, agent: "coordinator", text });
      const event = await answer;
      return event.type === "question.answered" ? event.text : "";
    },
  };
}

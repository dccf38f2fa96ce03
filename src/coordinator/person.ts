/** What the person decides and does: the plan, answers, words, pause and stop. Whoever waits for it waits here. */
import type { EventBody } from "../session/events.ts";
import type { Core } from "./core.ts";
import { createPersonActions, type PersonActions } from "./person-actions.ts";
import { COORDINATOR, needsApproval } from "./team.ts";

export interface Person extends PersonActions {
  /** Proposes the tasks that are not approved, unless all are; resolves with the note of a no. */
  settlePlan(signal: AbortSignal): Promise<string | undefined>;
  /** A question of the lead. */
  ask(text: string, signal: AbortSignal): Promise<string>;
}

export function createPerson(core: Core, options: { readonly acceptsUnseen: boolean }): Person {
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
    ...createPersonActions(core),
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
    async ask(text, signal) {
      const { questions, questionsAsked } = core.team();
      // A process before this one may have asked already.
      const open = [...questions.values()].find(
        (one) => one.agent === COORDINATOR && one.text === text,
      );
      const question = open?.id ?? `q${questionsAsked + 1}`;
      const answer = until(
        (event) => event.type === "question.answered" && event.question === question,
        signal,
      );
      if (open === undefined) {
        await core.emit({ type: "question.asked", question, agent: COORDINATOR, text });
      }
      const event = await answer;
      return event.type === "question.answered" ? event.text : "";
    },
  };
}

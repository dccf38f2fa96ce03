/** Answers to what workers and a person's commands ask over the wire. */
import type { Answer, Request } from "../ipc/messages.ts";
import type { Core } from "./core.ts";
import type { Governor } from "./governor.ts";
import type { Person } from "./person.ts";
import { isSettled } from "./team.ts";

export interface AnswersOptions {
  readonly core: Core;
  readonly governor: Governor;
  readonly person: Person;
  readonly signal: AbortSignal;
}

export type Answers = (peer: string, id: string, body: Request) => Promise<Answer>;

export function createAnswers({ core, governor, person, signal }: AnswersOptions): Answers {
  const workers = () => [...core.team().workers.keys()];

  async function tell(to: string, text: string): Promise<Answer> {
    if (to !== "coordinator" && !workers().includes(to)) {
      return refused(
        `There is nobody called ${to}. There are: coordinator, ${workers().join(", ")}.`,
      );
    }
    await core.emit({ type: "message.sent", from: "person", to, text });
    return ok(`${to} reads it before its next model call.`);
  }

  async function stop(worker: string | null): Promise<Answer> {
    if (worker === null) {
      await core.emit({ type: "session.paused", by: "person", reason: "stopped" });
      return ok("The session stops.");
    }
    const task = core.team().tasks.get(core.team().workers.get(worker)?.task ?? "");
    if (task === undefined || isSettled(task)) {
      return refused(`${worker} has no task. Workers: ${workers().join(", ") || "none yet"}.`);
    }
    const why = "stopped by the person";
    const status = "blocked";
    await core.emit({ type: "task.finished", task: task.id, status, worker, why, receipt: null });
    return ok(`${worker} drops ${task.id}, which is blocked now.`);
  }

  async function answer(question: string, text: string): Promise<Answer> {
    if (!core.team().questions.has(question)) {
      return refused(
        `No question ${question} waits. Waiting: ${[...core.team().questions.keys()].join(", ") || "none"}.`,
      );
    }
    await core.emit({ type: "question.answered", question, text, by: "person" });
    return ok(`${question} is answered.`);
  }

  async function decidePlan(approve: boolean, note: string): Promise<Answer> {
    if (core.team().plan.status !== "proposed") return refused("No plan waits for an answer.");
    await person.answerPlan({ approve, note, by: "person" });
    return ok(
      approve ? "The plan is approved." : "The plan is rejected; the coordinator plans again.",
    );
  }

  return async (peer, _id, body) => {
    const isPerson = peer.startsWith("person-");
    switch (body.type) {
      case "permit":
        return governor.acquire({ agent: peer, model: body.model, prefix: body.prefix }, signal);
      case "begun":
        governor.begun(body.permit);
        return ok("");
      case "ended":
        governor.ended(body.permit, body.throttled);
        return ok("");
      case "tell":
        return isPerson ? tell(body.to, body.text) : notYours;
      case "stop":
        return isPerson ? stop(body.worker) : notYours;
      case "answer":
        return isPerson ? answer(body.question, body.text) : notYours;
      case "plan":
        return isPerson ? decidePlan(body.approve, body.note) : notYours;
    }
  };
}

const notYours = refused("Only a person can ask for that.");

function ok(text: string): Answer {
  return { type: "ok", text };
}

function refused(why: string): Answer {
  return { type: "refused", why };
}

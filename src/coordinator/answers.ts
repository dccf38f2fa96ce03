/** Answers to what workers and a person's commands ask over the wire. */
import type { Answer, Request } from "../ipc/messages.ts";
import type { Core } from "./core.ts";
import { workerAbove } from "./descent.ts";
import type { Governor } from "./governor.ts";
import type { Person } from "./person.ts";

export interface AnswersOptions {
  readonly core: Core;
  readonly governor: Governor;
  readonly person: Person;
  readonly signal: AbortSignal;
}

export type Answers = (peer: string, id: string, body: Request) => Promise<Answer>;

export function createAnswers({ core, governor, person, signal }: AnswersOptions): Answers {
  /** A worker's own process can't speak for the person; that it tried is kept. */
  async function answerGate(body: Extract<Request, { type: "gate" }>): Promise<Answer> {
    const gate = core.team().gates.get(body.gate);
    const inside = gate === undefined ? undefined : workerAbove(core.team(), body.pid);
    if (gate !== undefined && inside !== undefined) {
      const note = `${body.approve ? "approve" : "deny"} was called from inside the worker ${inside}, which does not count`;
      await core.emit({
        type: "gate.answered",
        gate: gate.id,
        hash: gate.hash,
        answer: "refused",
        by: `worker:${inside}`,
        note,
      });
      return refused(`A worker can't answer for a person: this command was started by ${inside}.`);
    }
    return person.answerGate(body);
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
        return isPerson ? person.tell(body.to, body.text) : notYours;
      case "stop":
        return isPerson ? person.stop(body.worker) : notYours;
      case "answer":
        return isPerson ? person.answerQuestion(body.question, body.text) : notYours;
      case "gate":
        return isPerson ? answerGate(body) : notYours;
      case "pause":
        return isPerson ? person.pause(body.worker) : notYours;
      case "continue":
        return isPerson ? person.goOn(body.worker) : notYours;
      case "plan":
        return isPerson ? person.decidePlan(body.approve, body.note) : notYours;
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

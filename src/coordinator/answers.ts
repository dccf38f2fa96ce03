/** Answers to what workers and a person's commands ask over the wire. */
import type { SwarmError } from "../errors.ts";
import type { Answer, Request } from "../ipc/messages.ts";
import type { Disk } from "../session/disk.ts";
import { callerOf } from "./caller.ts";
import type { Core } from "./core.ts";
import { workerAbove } from "./descent.ts";
import { named } from "./evolve-task.ts";
import type { Governor } from "./governor.ts";
import type { Person } from "./person.ts";

export interface AnswersOptions {
  readonly core: Core;
  readonly governor: Governor;
  readonly person: Person;
  readonly disk: Disk;
  /** Ends the coordinator at once. */
  giveUp(why: SwarmError): void;
  readonly signal: AbortSignal;
}

export type Answers = (peer: string, id: string, body: Request) => Promise<Answer>;

export function createAnswers(options: AnswersOptions): Answers {
  const { core, governor, person, disk, signal } = options;

  /** A worker's own process can't speak for the person; that it tried to answer a gate is kept. */
  async function refuseWorker(body: FromPerson, worker: string): Promise<Answer> {
    const gate = body.type === "gate" ? core.team().gates.get(body.gate) : undefined;
    if (body.type === "gate" && gate !== undefined) {
      const word = body.answer === "deny" ? "deny" : "approve";
      const note = `${word} was called from inside the worker ${worker}, which does not count`;
      const by = `worker:${worker}`;
      const { id, hash } = gate;
      const from = callerOf(body.pid);
      await core.emit({ type: "gate.answered", gate: id, hash, answer: "refused", by, note, from });
    } else {
      await core.emit({
        type: "worker.refused",
        worker,
        why: `it asked for ${body.type}, ${THEIRS}`,
      });
    }
    return refused(`A worker can't answer for a person: this command was started by ${worker}.`);
  }

  async function answerPerson(body: FromPerson): Promise<Answer> {
    const worker = workerAbove(core.team(), body.pid);
    if (worker !== undefined) return refuseWorker(body, worker);
    // What a person says can't be written down either; a stop must be possible all the same.
    const complaint = disk.complaint();
    if (complaint !== undefined && !(await disk.retry())) {
      if (body.type !== "stop" || body.worker !== null) {
        return refused(`${complaint.message} Free some space; it goes on by itself then.`);
      }
      options.giveUp(complaint);
      return ok("The session stops. What could not be written is done again after a resume.");
    }
    switch (body.type) {
      case "tell":
        return person.tell(body.to, body.text);
      case "stop":
        return person.stop(body.worker);
      case "answer":
        return person.answerQuestion(body.question, body.text);
      case "gate":
        return person.answerGate({ ...body, from: callerOf(body.pid) });
      case "pause":
        return person.pause(body.worker);
      case "continue":
        return person.goOn(body.worker);
      case "plan":
        return person.decidePlan(body.approve, body.note);
      case "edit":
        return person.changeTask(body.task, named(body.change));
      case "move":
        return person.moveTask(body.task, body.to);
      case "drop":
        return person.dropTask(body.task);
      case "retry":
        return person.retry(body.task);
    }
  }

  return async (peer, _id, body) => {
    if ("pid" in body) {
      if (peer.startsWith("person-")) return answerPerson(body);
      await core.emit({
        type: "worker.refused",
        worker: peer,
        why: `it asked for ${body.type}, ${THEIRS}`,
      });
      return notYours;
    }
    switch (body.type) {
      case "permit":
        return governor.acquire({ agent: peer, model: body.model, prefix: body.prefix }, signal);
      case "begun":
        governor.begun(body.permit);
        return ok("");
      case "disk":
        disk.reported(peer, body.full);
        return ok("");
      case "ended":
        governor.ended(body.permit, body.throttled);
        return ok("");
    }
  };
}

type FromPerson = Extract<Request, { pid: number }>;

const THEIRS = "which only a person may";

const notYours = refused("Only a person can ask for that.");

function ok(text: string): Answer {
  return { type: "ok", text };
}

function refused(why: string): Answer {
  return { type: "refused", why };
}

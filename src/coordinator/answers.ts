/** Answers to what workers and a person's commands ask over the wire. */
import type { Answer, Request } from "../ipc/messages.ts";
import type { Core } from "./core.ts";
import { workerAbove } from "./descent.ts";
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
      return nobody(to);
    }
    await core.emit({ type: "message.sent", from: "person", to, text });
    return ok(`${to} reads it before its next model call.`);
  }

  async function stop(worker: string | null): Promise<Answer> {
    if (worker === null) {
      await core.emit({ type: "session.paused", by: "person", reason: "stopped", ends: true });
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

  async function answerQuestion(question: string, text: string): Promise<Answer> {
    if (!core.team().questions.has(question)) {
      return refused(
        `No question ${question} waits. Waiting: ${[...core.team().questions.keys()].join(", ") || "none"}.`,
      );
    }
    await core.emit({ type: "question.answered", question, text, by: "person" });
    return ok(`${question} is answered.`);
  }

  async function answerGate(body: Extract<Request, { type: "gate" }>): Promise<Answer> {
    const gate = core.team().gates.get(body.gate);
    if (gate === undefined) {
      const open = [...core.team().gates.keys()].join(", ") || "none";
      return refused(`No gate ${body.gate} waits: it was answered or voided. Waiting: ${open}.`);
    }
    const { hash } = gate;
    const inside = workerAbove(core.team(), body.pid);
    if (inside !== undefined) {
      const note = `${body.approve ? "approve" : "deny"} was called from inside the worker ${inside}, which does not count`;
      await core.emit({
        type: "gate.answered",
        gate: gate.id,
        hash,
        answer: "refused",
        by: `worker:${inside}`,
        note,
      });
      return refused(`A worker can't answer for a person: this command was started by ${inside}.`);
    }
    if (hash !== body.hash) {
      return refused(
        `The action behind ${gate.id} is another one by now. Look again: swarmux gates.`,
      );
    }
    const answer = body.approve ? "once" : "deny";
    await core.emit({
      type: "gate.answered",
      gate: gate.id,
      hash,
      answer,
      by: "person",
      note: body.note,
    });
    return ok(body.approve ? `${gate.id} runs once.` : `${gate.id} is denied.`);
  }

  async function hold(worker: string | null): Promise<Answer> {
    if (worker !== null && !workers().includes(worker)) return nobody(worker);
    const whom = worker === null ? {} : { worker };
    await core.emit({
      type: "session.paused",
      by: "person",
      reason: "paused",
      ends: false,
      ...whom,
    });
    return ok(
      `${worker ?? "The team"} waits before the next model call. Go on: swarmux continue${worker === null ? "" : ` ${worker}`}`,
    );
  }

  async function letGo(worker: string | null): Promise<Answer> {
    if (worker !== null && !workers().includes(worker)) return nobody(worker);
    await core.emit({
      type: "session.resumed",
      by: "person",
      ...(worker === null ? {} : { worker }),
    });
    return ok(`${worker ?? "The team"} goes on.`);
  }

  function nobody(name: string): Answer {
    return refused(
      `There is nobody called ${name}. There are: coordinator, ${workers().join(", ")}.`,
    );
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
        return isPerson ? answerQuestion(body.question, body.text) : notYours;
      case "gate":
        return isPerson ? answerGate(body) : notYours;
      case "pause":
        return isPerson ? hold(body.worker) : notYours;
      case "continue":
        return isPerson ? letGo(body.worker) : notYours;
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

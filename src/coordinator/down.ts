/** What an event of the journal means to a worker: the journal is the outbox, and this is its projection on one worker. */
import type { Command, Down } from "../ipc/messages.ts";
import type { EventOf, SessionEvent } from "../session/events.ts";
import { MAX_REJECTIONS } from "./limits.ts";
import { type BoardTask, type Team, toDetail } from "./team.ts";

/** The step that the event made. */
export interface Step {
  readonly before: Team;
  readonly after: Team;
  readonly event: SessionEvent;
}

/** The body of the frame with the event's number, or undefined when the event is nothing to that worker. */
export function downFor(step: Step, worker: string): Down | undefined {
  const rows = changedRows(step);
  const entries = step.event.type === "memory.written" ? [step.event.entry] : [];
  const commands = commandsFor(step, worker);
  if (rows.length + entries.length + commands.length === 0) return undefined;
  return { commands, rows: rows.map(toDetail), entries };
}

/** The fields that a worker sees of a task. A field that did not change is the same object in both teams. */
const SHOWN = [
  "phase",
  "worker",
  "subject",
  "description",
  "blockedBy",
  "risk",
  "files",
  "check",
  "report",
] as const;

function changedRows({ before, after }: Step): BoardTask[] {
  if (before.tasks === after.tasks) return [];
  return [...after.tasks.values()].filter((task) => {
    const old = before.tasks.get(task.id);
    if (old === task) return false;
    return old === undefined || SHOWN.some((field) => old[field] !== task[field]);
  });
}

function commandsFor(step: Step, worker: string): Command[] {
  const { event } = step;
  if (event.type === "task.updated") return updatedCommands(step, { ...event, worker });
  if (event.type === "integration.rejected") {
    const { task, why, tries } = event;
    if (step.before.tasks.get(task)?.worker !== worker || tries > MAX_REJECTIONS) return [];
    return [{ type: "verdict", task, merged: false, final: false, text: why }];
  }
  if (event.type === "task.finished") {
    if (step.before.workers.get(worker)?.task !== event.task) return [];
    const merged = event.status === "completed";
    return [{ type: "verdict", task: event.task, merged, final: true, text: event.why }];
  }
  if (event.type === "gate.answered") return gateCommands(step, { ...event, worker });
  if (event.type === "question.answered") {
    const { question, text } = event;
    const isOwn = step.before.questions.get(question)?.agent === worker;
    return isOwn ? [{ type: "answer", question, text }] : [];
  }
  if (event.type === "message.sent" && event.to === worker) {
    return [{ type: "steer", id: event.seq, from: event.from, text: event.text }];
  }
  return [];
}

function gateCommands(
  { before, event: { ts: at } }: Step,
  event: EventOf<"gate.answered"> & { readonly worker: string },
): Command[] {
  const { gate: id, hash, answer, note, input } = event;
  const gate = before.gates.get(id);
  if (gate === undefined || gate.worker !== event.worker) return [];
  if (answer === "refused" || gate.hash !== hash) return [];
  const reply = { type: "gate", gate: id, hash, allowed: answer !== "deny", note, at } as const;
  return [answer === "edit" && input !== undefined ? { ...reply, input } : reply];
}

function updatedCommands(
  { before, after }: Step,
  event: EventOf<"task.updated"> & { readonly worker: string },
): Command[] {
  const { worker } = event;
  const old = before.tasks.get(event.task);
  const task = after.tasks.get(event.task);
  if (old?.phase === "assigned" && task?.phase === "working" && task.worker === worker) {
    return [assign(after, task)];
  }
  const wasTaken = event.status === "deleted" || event.status === "pending";
  if (!wasTaken || old?.worker !== worker) return [];
  if (before.workers.get(worker)?.task !== event.task) return [];
  return [{ type: "drop", task: event.task, reason: event.note ?? "the task was withdrawn" }];
}

function assign(team: Team, task: BoardTask): Command {
  const { id, subject, description, blockedBy, risk, files, check, model } = task;
  const plain = { id, subject, description, blockedBy, risk, files };
  return {
    type: "assign",
    task: {
      ...plain,
      ...(check === undefined ? {} : { check }),
      ...(model === undefined ? {} : { model }),
    },
    words: task.words,
    checkout: task.checkout,
    tools: task.tools === null ? null : [...task.tools],
    model: team.workers.get(task.worker ?? "")?.model ?? team.session?.options.model ?? "",
    ...(task.grant === null ? {} : { grant: task.grant }),
  };
}

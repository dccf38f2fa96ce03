/** What a worker's word becomes in the session's journal: one event a body, with the worker's cursor in it. */
import type { Up } from "../ipc/messages.ts";
import { type Entry, EntryDraft } from "../memory/entry.ts";
import type { EventBody } from "../session/events.ts";
import { checkGate, checkStart, type Rights } from "./rights.ts";
import { isSettled, type Team, wasDenied } from "./team.ts";

export interface From {
  readonly worker: string;
  readonly n: number;
  readonly rights: Rights;
}

/** The event for body `n` of `worker`. Total: even a body that is void by now moves the cursor. */
export function toEvent(team: Team, from: From, body: Up): EventBody {
  return { ...bodyEvent(team, from, body), up: { worker: from.worker, n: from.n } };
}

function bodyEvent(team: Team, { worker, rights }: From, body: Up): EventBody {
  switch (body.type) {
    case "ready":
      return { type: "worker.ready", worker, pid: body.pid };
    case "model.called":
      return { type: "model.called", agent: worker, task: body.task, ...body.call };
    case "tool.started": {
      const { id, task, tool, input, refused } = body;
      const checked = checkStart(rights, team, { ...body, worker });
      const start = { type: "tool.started", agent: worker, id, task, tool, input } as const;
      return { ...start, ...checked, ...(refused === undefined ? {} : { refused }) };
    }
    case "tool.finished": {
      const { id, ok, ms, refused } = body;
      const end = { type: "tool.finished", agent: worker, id, ok, ms } as const;
      return refused === undefined ? end : { ...end, refused };
    }
    case "gate": {
      const { gate: id, call, task, tool, input, cwd, hash } = body;
      const taken = team.gates.get(id);
      if (!isHolder(team, worker, task) || (taken !== undefined && taken.worker !== worker)) {
        return late(worker, task);
      }
      const checked = checkGate(rights, team, { ...body, worker });
      const gate = { id, worker, task, tool, input, ...checked, cwd, hash, call };
      return { type: "gate.opened", gate };
    }
    case "gate.void":
      return (team.gates.get(body.gate)?.worker ?? worker) === worker
        ? { type: "gate.voided", gate: body.gate, reason: body.reason }
        : late(worker, body.gate);
    case "question": {
      const { question, task, text } = body;
      return isHolder(team, worker, task) && !team.questions.has(question)
        ? { type: "question.asked", question, agent: worker, text, task }
        : late(worker, task);
    }
    case "typed":
      return { type: "message.sent", from: "person", to: worker, text: body.text };
    case "report":
      return isHolder(team, worker, body.task)
        ? { type: "task.updated", task: body.task, by: worker, report: body.report }
        : late(worker, body.task);
    case "gave-up": {
      const { task, status, why } = body;
      if (!isHolder(team, worker, task)) return late(worker, task);
      const end = { type: "task.finished", task, status, worker, why, receipt: null } as const;
      return wasDenied(team, task) ? { ...end, denied: true } : end;
    }
    case "message":
      return { type: "message.sent", from: worker, to: body.to, text: body.text };
    case "delivered":
      return { type: "message.delivered", message: body.message, to: worker };
    case "remember":
      return {
        type: "memory.written",
        entry: toEntry(team, worker, { draft: body.draft, sources: body.sources, task: body.task }),
      };
  }
}

/** An entry with its origin, which is set here and nowhere else. */
export function toEntry(
  team: Team,
  by: string,
  said: { draft: unknown; sources: readonly string[]; task: string | null },
): Entry {
  return {
    ...readDraft(said.draft),
    id: `m${team.memory.length + 1}`,
    by,
    task: said.task,
    at: new Date().toISOString(),
    sources: [...said.sources],
    trust: by === "person" ? "person" : "agent",
  };
}

/** Whether the task is this worker's to report on at this moment. */
function isHolder(team: Team, worker: string, id: string): boolean {
  const task = team.tasks.get(id);
  return task !== undefined && task.worker === worker && !isSettled(task);
}

function late(worker: string, task: string): EventBody {
  return {
    type: "task.updated",
    task,
    by: "coordinator",
    note: `a late word of ${worker}, without effect`,
  };
}

/** What can be read of a draft: a worker of another version must not stop the stream. */
function readDraft(draft: unknown): EntryDraft {
  const parsed = EntryDraft.safeParse(draft);
  if (parsed.success) return parsed.data;
  const { text }: { text?: unknown } = Object(draft);
  return { text: String(text), kind: "fact", files: [] };
}

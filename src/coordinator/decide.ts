/**
 * What to do about an event: `decide(team, event)` gives the next team and the actions that follow, with no clock,
 * no I/O and no randomness. The coordinator appends the event, then performs the actions.
 */
import type { EventBody, EventOf, SessionEvent } from "../session/events.ts";
import { evolve } from "./evolve.ts";
import { MAX_LOSSES, MAX_REJECTIONS } from "./limits.ts";
import { schedule } from "./schedule.ts";
import { isSettled, type Team, UNCHANGED } from "./team.ts";

export type Action =
  /** Something that follows from the event by itself. */
  | { readonly do: "emit"; readonly event: EventBody }
  /** Check the base, then start the lead. */
  | { readonly do: "begin" }
  /** Start the worker's process. */
  | { readonly do: "spawn"; readonly worker: string; readonly again: boolean }
  /** Make the checkout of a task that was assigned. */
  | { readonly do: "prepare"; readonly task: string }
  /** Commit what the worker reported done and put it into the merge queue. */
  | { readonly do: "collect"; readonly task: string }
  /** Take the next of the merge queue, unless one is being merged. */
  | { readonly do: "integrate" }
  /** There is something new for the lead. */
  | { readonly do: "wake" }
  /** The session is over or paused: end everybody. */
  | { readonly do: "end" };

export interface Decision {
  readonly team: Team;
  readonly actions: readonly Action[];
}

export function decide(team: Team, event: SessionEvent): Decision {
  const next = evolve(team, event);
  if (event.up !== undefined && isRepeated(team, event)) return { team: next, actions: [] };
  return { team: next, actions: actionsFor(next, event) };
}

function isRepeated(team: Team, event: SessionEvent): boolean {
  const sender = event.up && team.workers.get(event.up.worker);
  return sender !== undefined && event.up !== undefined && event.up.n <= sender.cursor;
}

const WAKE: Action = { do: "wake" };

function actionsFor(team: Team, event: SessionEvent): Action[] {
  switch (event.type) {
    case "session.started":
      return [{ do: "begin" }];
    case "session.finished":
    case "session.paused":
      return [{ do: "end" }];
    case "plan.approved":
    case "task.created":
      return assignments(team);
    case "worker.ready":
      return assignments(team);
    case "plan.rejected":
    case "question.answered":
      return [WAKE];
    case "task.updated":
      return updated(team, event);
    case "task.assigned":
      return assigned(team, event);
    case "task.finished":
      return [...assignments(team), WAKE];
    case "worker.lost":
      return lost(team, event);
    case "message.sent":
      return event.to === "coordinator" ? [WAKE] : [];
    case "integration.queued":
    case "integration.merged":
      return [{ do: "integrate" }];
    case "integration.rejected":
      return [...rejected(event), { do: "integrate" }];
    case "session.resumed":
    case "plan.proposed":
    case "worker.spawned":
    case "worker.respawned":
    case "worker.exited":
    case "model.called":
    case "tool.started":
    case "tool.finished":
    case "question.asked":
    case "message.delivered":
    case "memory.written":
    case "integration.checked":
    case "conflict.predicted":
    case "budget.warned":
    case "budget.reached":
    case "rate.limited":
      return [];
  }
}

function assignments(team: Team): Action[] {
  return schedule(team).map((event) => ({ do: "emit", event }));
}

function updated(team: Team, event: EventOf<"task.updated">): Action[] {
  const task = team.tasks.get(event.task);
  if (event.report !== undefined && task?.phase === "reported") {
    if (event.report.status === "done") return [{ do: "collect", task: event.task }];
    const { status, summary } = event.report;
    return [{ do: "emit", event: finished(team, event.task, { status, why: summary }) }];
  }
  if (event.note === UNCHANGED) return [WAKE];
  if (event.status === "pending" || event.status === "deleted") return assignments(team);
  if (task === undefined || event.change === undefined) return [];
  return assignments(team);
}

function assigned(team: Team, event: EventOf<"task.assigned">): Action[] {
  const worker = team.workers.get(event.worker);
  const prepare: Action = { do: "prepare", task: event.task };
  // A worker without a process is new, or was lost while it was idle.
  if (worker === undefined || worker.pid !== null) return [prepare];
  return [{ do: "spawn", worker: event.worker, again: worker.colour !== "" }, prepare];
}

function lost(team: Team, event: EventOf<"worker.lost">): Action[] {
  const worker = team.workers.get(event.worker);
  const task = worker?.task == null ? undefined : team.tasks.get(worker.task);
  if (task === undefined || isSettled(task)) return [];
  if (task.losses < MAX_LOSSES) return [{ do: "spawn", worker: event.worker, again: true }];
  const why = `its worker died over it ${task.losses} times; the last time: ${event.reason}`;
  return [{ do: "emit", event: finished(team, task.id, { status: "failed", why }) }];
}

function rejected(event: EventOf<"integration.rejected">): Action[] {
  if (event.tries <= MAX_REJECTIONS) return [];
  const { task, why } = event;
  return [
    {
      do: "emit",
      event: { type: "task.finished", task, status: "failed", worker: null, why, receipt: null },
    },
  ];
}

function finished(
  team: Team,
  task: string,
  end: { status: "blocked" | "failed"; why: string },
): EventOf<"task.finished"> {
  const worker = team.tasks.get(task)?.worker ?? null;
  return { type: "task.finished", task, status: end.status, worker, why: end.why, receipt: null };
}

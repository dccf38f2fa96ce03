/**
 * What to do about an event: `decide(team, event)` gives the next team and the actions that follow, with no clock,
 * no I/O and no randomness. The coordinator appends the event, then performs the actions.
 */
import type { EventBody, EventOf, Gate, SessionEvent } from "../session/events.ts";
import { evolve } from "./evolve.ts";
import { MAX_DENIALS, MAX_LOSSES, MAX_REJECTIONS, MAX_RESTARTS } from "./limits.ts";
import { schedule } from "./schedule.ts";
import {
  type BoardTask,
  COORDINATOR,
  denialKey,
  isSettled,
  SUPERVISOR,
  type Team,
  UNCHANGED,
  wasDenied,
} from "./team.ts";

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
  /** Model calls that waited may go on. */
  | { readonly do: "release" }
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
  // First what is void: an event that follows would void it once more.
  return { team: next, actions: [...voidWaiting(team, next), ...actionsFor(next, event, team)] };
}

function isRepeated(team: Team, event: SessionEvent): boolean {
  const sender = event.up && team.workers.get(event.up.worker);
  return sender !== undefined && event.up !== undefined && event.up.n <= sender.cursor;
}

const WAKE: Action = { do: "wake" };

function actionsFor(team: Team, event: SessionEvent, before: Team): Action[] {
  switch (event.type) {
    case "session.started":
      return [{ do: "begin" }];
    case "session.finished":
      return [{ do: "end" }];
    case "session.paused":
      if (event.ends) return [{ do: "end" }];
      return event.by === SUPERVISOR ? [WAKE] : [];
    case "session.resumed":
      return event.epoch === undefined ? released(team, before) : resumed(team);
    case "tool.started":
      return begun(team, event);
    case "gate.opened":
      return opened(team, event.gate);
    case "gate.answered":
      return answered(before, event);
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
      return [...rejected(team, event), { do: "integrate" }];
    case "gate.voided":
    case "plan.proposed":
    case "worker.spawned":
    case "worker.respawned":
    case "worker.exited":
    case "worker.refused":
    case "worker.stalled":
    case "model.called":
    case "tool.finished":
    case "question.asked":
    case "question.voided":
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
  if (event.report !== undefined && task?.phase === "reported") return reported(team, task);
  if (event.note === UNCHANGED) return [WAKE];
  if (event.status === "pending" || event.status === "deleted") return assignments(team);
  if (task === undefined || (event.change === undefined && event.wish === undefined)) return [];
  return assignments(team);
}

function reported(team: Team, { id, report }: BoardTask): Action[] {
  if (report === null || report.status === "done") return [{ do: "collect", task: id }];
  const { status, summary } = report;
  return [{ do: "emit", event: finished(team, id, { status, why: summary }) }];
}

function assigned(team: Team, event: EventOf<"task.assigned">): Action[] {
  const worker = team.workers.get(event.worker);
  const prepare: Action = { do: "prepare", task: event.task };
  // A worker without a process is new, or was lost while it was idle.
  if (worker === undefined || worker.pid !== null) return [prepare];
  return [{ do: "spawn", worker: event.worker, again: worker.colour !== "" }, prepare];
}

/** A person lets go on what was held, and those who died too often start again. */
function released(team: Team, before: Team): Action[] {
  const spawns = [...team.workers.values()]
    .filter(({ name, task }) => task !== null && before.workers.get(name)?.state === "needs-you")
    .filter(({ state }) => state === "starting")
    .map(({ name, colour }): Action => ({ do: "spawn", worker: name, again: colour !== "" }));
  return [{ do: "release" }, ...spawns, ...assignments(team)];
}

/** Everybody starts again, and what was cut off between an event and its action is taken up. */
function resumed(team: Team): Action[] {
  const spawns = [...team.workers.values()]
    .filter(({ task, state }) => task !== null || state === "starting")
    .map(({ name, colour }): Action => ({ do: "spawn", worker: name, again: colour !== "" }));
  const steps = [...team.tasks.values()].flatMap((task): Action[] => {
    if (task.phase === "assigned") return [{ do: "prepare", task: task.id }];
    if (task.phase === "reported") return reported(team, task);
    return task.phase === "working" ? rejectedOften(task) : [];
  });
  const answers = [...team.gates.values()].flatMap((gate) => opened(team, gate));
  // Tasks are given away before a step ends one: that end gives away anew, to the team as it is by then.
  return [
    { do: "begin" },
    ...spawns,
    ...assignments(team),
    ...steps,
    ...answers,
    { do: "integrate" },
  ];
}

/**
 * Where rules or grant refuse it, or with `--on-high deny`, nobody is asked: the answer is no. What the person allowed for the
 * session is not asked again.
 */
function opened(team: Team, gate: Gate): Action[] {
  const { id, hash, pattern, denied } = gate;
  const answer = { type: "gate.answered", gate: id, hash, note: denied ?? "" } as const;
  if (denied !== undefined) {
    return [{ do: "emit", event: { ...answer, answer: "deny", by: "rules" } }];
  }
  if (team.session?.options.on_high === "deny") {
    return [{ do: "emit", event: { ...answer, answer: "deny", by: "--on-high deny" } }];
  }
  if (pattern === undefined || !team.allowances.has(pattern)) return [];
  return [{ do: "emit", event: { ...answer, answer: "session", by: "person", pattern } }];
}

/** A worker that does what it has no right to loses its task: its code is not what it was started from. */
function begun(team: Team, { agent, task, breach }: EventOf<"tool.started">): Action[] {
  const held = team.tasks.get(task ?? "");
  if (breach === undefined || held === undefined || isSettled(held)) return [];
  const why = `${agent} began a call that it had no right to: ${breach}`;
  return [{ do: "emit", event: finished(team, held.id, { status: "failed", why }) }];
}

/** An action that was denied as often as it may be asked for ends its task. */
function answered(before: Team, event: EventOf<"gate.answered">): Action[] {
  const gate = before.gates.get(event.gate);
  if (event.answer !== "deny" || gate === undefined || gate.hash !== event.hash) return [];
  const task = before.tasks.get(gate.task ?? "");
  if (task === undefined || isSettled(task)) return [];
  const times = (before.denials.get(denialKey(gate)) ?? 0) + 1;
  if (times < MAX_DENIALS && gate.worker !== COORDINATOR) return [];
  const note = event.note === "" ? "" : `: ${event.note}`;
  const why =
    gate.worker === COORDINATOR
      ? `the person denied its ${gate.tool.toLowerCase()}${note}`
      : `the same action was denied ${times} times${note}`;
  const end = finished(before, task.id, { status: "blocked", why });
  return [{ do: "emit", event: { ...end, denied: true } }];
}

/** Gates and questions of a task that ended or went to another worker stand for nothing any more. */
function voidWaiting(before: Team, after: Team): Action[] {
  if (before.tasks === after.tasks && before.workers === after.workers) return [];
  const gates = [...after.gates.values()].flatMap((gate): EventBody[] => {
    const reason = whyVoid(after, gate);
    return reason === undefined ? [] : [{ type: "gate.voided", gate: gate.id, reason }];
  });
  const questions = [...after.questions.values()].flatMap(
    ({ id, agent, task = null }): EventBody[] => {
      const reason = whyVoid(after, { worker: agent, task });
      return reason === undefined ? [] : [{ type: "question.voided", question: id, reason }];
    },
  );
  return [...gates, ...questions].map((event): Action => ({ do: "emit", event }));
}

function whyVoid(team: Team, gate: Pick<Gate, "worker" | "task">): string | undefined {
  if (gate.task === null) return undefined;
  const task = team.tasks.get(gate.task);
  if (task === undefined || isSettled(task)) return `task ${gate.task} has ended`;
  if (gate.worker === COORDINATOR)
    return task.phase === "queued" ? undefined : `${task.id} is not in the merge queue`;
  return task.worker === gate.worker ? undefined : `${gate.worker} no longer has ${task.id}`;
}

function lost(team: Team, event: EventOf<"worker.lost">): Action[] {
  const worker = team.workers.get(event.worker);
  const task = worker?.task == null ? undefined : team.tasks.get(worker.task);
  // Its place is free for another worker.
  if (task === undefined || isSettled(task)) return assignments(team);
  if (task.losses >= MAX_LOSSES) {
    const why = `its worker died over it ${task.losses} times and it is not tried again; the last time: ${event.reason}`;
    return [{ do: "emit", event: finished(team, task.id, { status: "failed", why }) }];
  }
  const { restarts = 0 } = event;
  if (restarts < MAX_RESTARTS) return [{ do: "spawn", worker: event.worker, again: true }];
  return [{ do: "emit", event: givenUp(team, { ...event, restarts }, task.id) }];
}

/** It waits for a person, or where nobody is there to be asked its task ends. */
function givenUp(
  team: Team,
  { worker, reason, restarts }: EventOf<"worker.lost"> & { restarts: number },
  task: string,
): EventBody {
  const what = `${worker} was started again ${restarts} times in a row and died each time; the last time: ${reason}`;
  if (team.session?.options.on_high === "deny") {
    return finished(team, task, { status: "blocked", why: what });
  }
  const next = `look at swarmux.log in the session's folder, then: swarmux continue ${worker}`;
  return {
    type: "session.paused",
    by: SUPERVISOR,
    worker,
    ends: false,
    reason: `${what}. It is not started any more: ${next}`,
  };
}

function rejected(team: Team, event: EventOf<"integration.rejected">): Action[] {
  const task = team.tasks.get(event.task);
  return task?.phase === "working" ? rejectedOften(task) : [];
}

/** Work that came back too often fails its task. */
function rejectedOften({ id: task, rejections, why }: BoardTask): Action[] {
  if (rejections <= MAX_REJECTIONS) return [];
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
  const event = { type: "task.finished", task, worker, receipt: null, ...end } as const;
  return wasDenied(team, task) ? { ...event, denied: true } : event;
}

/** What the events of a task do to the team. */
import type { EventOf } from "../session/events.ts";
import type { Task } from "../task.ts";
import {
  changeTask,
  placeTask,
  withoutKey,
  withQueue,
  withTask,
  withWorker,
} from "./change-team.ts";
import { MAX_LOSSES } from "./limits.ts";
import { type BoardTask, type Team, UNCHANGED, type WorkerState } from "./team.ts";

export const NEW_TASK = {
  phase: "waiting",
  worker: null,
  branch: null,
  base: null,
  wish: null,
  words: "",
  tools: null,
  grant: null,
  cost_usd: 0,
  checkout: "",
  commit: null,
  leaks: [],
  leaksTold: false,
  report: null,
  receipt: null,
  why: "",
  denied: false,
  rejections: 0,
  losses: 0,
  calls: 0,
  since: null,
  until: null,
  lines: { added: 0, removed: 0 },
} as const;

export function updateTask(team: Team, event: EventOf<"task.updated">): Team {
  const task = team.tasks.get(event.task);
  if (task === undefined) return team;
  if (event.status === "deleted") {
    const freed = dequeue(freeWorker(team, task), task.id);
    return { ...freed, plan: replanned(team), tasks: withoutKey(freed.tasks, event.task) };
  }
  // Work that was given up or failed, and is asked for again, starts afresh.
  if (event.status === "pending" && task.phase !== "waiting") {
    const again = { ...task, ...NEW_TASK, ...named(event.change), losses: 0, rejections: 0 };
    return withTask(dequeue(freeWorker(team, task), task.id), again);
  }
  const { wish = task.wish } = event;
  let next = withTask(team, { ...task, ...named(event.change), wish });
  if (event.change !== undefined) next = { ...next, plan: replanned(team) };
  if (event.before !== undefined) next = placeTask(next, task.id, event.before);
  if (event.report !== undefined && task.phase === "working") {
    next = changeTask(next, task.id, { phase: "reported", report: event.report });
    if (task.worker !== null)
      next = withWorker(next, task.worker, { state: "reported", doing: null });
  }
  if (event.status === "in_progress" && task.phase === "assigned") {
    next = changeTask(next, task.id, { phase: "working" });
  }
  if (event.note === UNCHANGED && task.phase === "reported") {
    next = changeTask(next, task.id, { phase: "unchanged" });
  }
  return next;
}

/** A plan that was changed after the person's no can be proposed again. */
export function replanned({ plan }: Team): Team["plan"] {
  return plan.status === "rejected" ? { ...plan, status: "none" } : plan;
}

/** The fields that a change names; the others stay as they are. */
export function named(change: EventOf<"task.updated">["change"]): Partial<Task> {
  return Object.fromEntries(
    Object.entries(change ?? {}).filter(([, value]) => value !== undefined),
  );
}

/** An event with the instant at which it happened. */
type At<Event> = Event & { readonly ts: string };

export function assignTask(team: Team, event: At<EventOf<"task.assigned">>): Team {
  const { task, worker, model } = event;
  const known = team.workers.get(worker);
  const next = withWorker(team, worker, {
    task,
    model,
    state: known === undefined || known.state === "lost" ? "starting" : "working",
    ...(known === undefined ? { badge: nextBadge(team) } : {}),
  });
  const { branch, base, words, tools, grant = null, checkout } = event;
  return changeTask(next, task, {
    phase: "assigned",
    worker,
    branch,
    base,
    words,
    tools,
    grant,
    checkout,
    since: event.ts,
  });
}

export function finishTask(team: Team, event: At<EventOf<"task.finished">>): Team {
  const task = team.tasks.get(event.task);
  if (task === undefined) return team;
  const phase = event.status === "completed" ? "merged" : event.status;
  const next = changeTask(freeWorker(team, task), task.id, {
    phase,
    why: event.why,
    denied: event.denied === true,
    receipt: event.receipt,
    until: event.ts,
    worker: event.worker ?? task.worker,
  });
  return dequeue(next, task.id);
}

/** Work of a task that was stopped or taken away meanwhile is not merged. */
export function queueTask(team: Team, event: EventOf<"integration.queued">): Team {
  if (team.tasks.get(event.task)?.phase !== "reported") return team;
  const next = changeTask(team, event.task, {
    phase: "queued",
    commit: event.commit,
    leaks: event.leaks ?? [],
  });
  return withQueue(next, [...team.integration.queue, event.task]);
}

export function mergeTask(team: Team, event: EventOf<"integration.merged">): Team {
  const { integration } = team;
  return {
    ...team,
    integration: {
      ...integration,
      head: event.commit,
      merged: [...integration.merged, { task: event.task, commit: event.commit }],
      queue: integration.queue.filter((id) => id !== event.task),
    },
  };
}

export function rejectTask(team: Team, event: EventOf<"integration.rejected">): Team {
  const task = team.tasks.get(event.task);
  if (task?.phase !== "queued") return team;
  const next = changeTask(team, task.id, {
    phase: "working",
    rejections: event.tries,
    why: event.why,
    base: event.base,
    commit: null,
    leaks: [],
    leaksTold: task.leaksTold || task.leaks.length > 0,
  });
  const owner = task.worker;
  return dequeue(owner === null ? next : withWorker(next, owner, { state: "working" }), task.id);
}

function dequeue(team: Team, id: string): Team {
  return withQueue(
    team,
    team.integration.queue.filter((other) => other !== id),
  );
}

/** Takes the task from its worker, which is idle then; a worker that is gone stays gone. */
function freeWorker(team: Team, task: BoardTask): Team {
  const worker = task.worker === null ? undefined : team.workers.get(task.worker);
  if (worker === undefined || worker.task !== task.id) return team;
  return withWorker(team, worker.name, {
    task: null,
    doing: null,
    state: stateWithout(task, worker),
  });
}

function stateWithout(task: BoardTask, { state }: WorkerState): WorkerState["state"] {
  // One that was lost over a task is being started again, unless the task was given up for that.
  if (state === "lost") return task.losses < MAX_LOSSES ? "starting" : "lost";
  return state === "exited" || state === "starting" || state === "needs-you" ? state : "idle";
}

function nextBadge(team: Team): number {
  return Math.max(0, ...[...team.workers.values()].map((worker) => worker.badge)) + 1;
}

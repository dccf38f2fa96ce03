/**
 * One event's effect on the team: pure and total, so every prefix of a journal is a legal team. `decide.ts` adds what to do about it.
 */
import type { EventOf, SessionEvent } from "../session/events.ts";
import { changeTask, withoutKey, withTask, withWorker } from "./change-team.ts";
import { AT_REST, finishTool, spend, startTool } from "./evolve-call.ts";
import {
  assignTask,
  finishTask,
  mergeTask,
  NEW_TASK,
  queueTask,
  rejectTask,
  replanned,
  updateTask,
} from "./evolve-task.ts";
import { isLive } from "./schedule.ts";
import {
  COORDINATOR,
  DISK,
  denialKey,
  EMPTY_TEAM,
  EVERYBODY,
  SUPERVISOR,
  type Team,
  type WorkerState,
} from "./team.ts";

/** Folds a whole journal. */
export function foldTeam(events: Iterable<SessionEvent>): Team {
  let team = EMPTY_TEAM;
  for (const event of events) team = evolve(team, event);
  return team;
}

/** The team after `event`. A frame of a worker that was folded before changes nothing. */
export function evolve(team: Team, event: SessionEvent): Team {
  const up = event.up;
  const sender = up === undefined ? undefined : team.workers.get(up.worker);
  if (up !== undefined && sender !== undefined && up.n <= sender.cursor) {
    return { ...team, seq: event.seq };
  }
  const next = { ...apply(team, event), seq: event.seq };
  return up === undefined ? next : withWorker(next, up.worker, { cursor: up.n });
}

function apply(team: Team, event: SessionEvent): Team {
  switch (event.type) {
    case "session.started":
      return {
        ...team,
        session: event,
        epoch: 1,
        integration: {
          ...team.integration,
          branch: `swarmux/${event.session}/integration`,
          head: event.base,
        },
      };
    case "session.resumed":
      return resume(team, event);
    case "session.paused":
      if (event.ends) return { ...team, state: "paused", pausedBy: event.by };
      if (event.by === SUPERVISOR && event.worker !== undefined) {
        return withWorker(team, event.worker, { state: "needs-you" });
      }
      if (event.by === DISK) return { ...team, held: new Set(team.held).add(DISK) };
      return { ...team, held: new Set(team.held).add(event.worker ?? EVERYBODY) };
    case "session.finished":
      return { ...team, state: "finished", outcome: event.outcome, summary: event.summary };
    case "plan.proposed":
      return { ...team, plan: { ...team.plan, status: "proposed" } };
    case "plan.approved":
      return {
        ...team,
        plan: { status: "approved", approved: [...team.tasks.keys()], note: "" },
      };
    case "plan.rejected":
      return { ...team, plan: { ...team.plan, status: "rejected", note: event.note } };
    case "task.created":
      return {
        ...withTask(team, { ...NEW_TASK, ...event.task }),
        created: team.created + 1,
        plan: replanned(team),
      };
    case "task.updated":
      return updateTask(team, event);
    case "task.assigned":
      return assignTask(team, event);
    case "task.finished":
      return finishTask(team, event);
    case "worker.spawned":
      return withWorker(team, event.worker, {
        pid: event.pid,
        pane: event.pane,
        colour: event.colour,
        badge: event.badge,
        model: event.model,
      });
    case "worker.ready":
      return withWorker(team, event.worker, {
        pid: event.pid,
        state: stateOnReady(team, event),
        isStalled: false,
      });
    case "worker.stalled":
      return withWorker(team, event.worker, { isStalled: true });
    case "worker.lost":
      return loseWorker(team, event);
    case "worker.respawned":
      return withWorker(team, event.worker, {
        pid: event.pid,
        pane: event.pane,
        state: "starting",
      });
    case "worker.exited":
      return withWorker(team, event.worker, { ...GONE, state: "exited" });
    case "model.called":
      return unlimited(spend(team, event), event.ts);
    case "tool.started":
      return startTool(team, event);
    case "tool.finished":
      return finishTool(team, event);
    case "gate.opened":
      return openGate(team, event);
    case "gate.answered":
      return answerGate(team, event);
    case "gate.voided":
      return { ...team, gates: withoutKey(team.gates, event.gate) };
    case "question.asked":
      return {
        ...team,
        questionsAsked: team.questionsAsked + 1,
        questions: new Map(team.questions).set(event.question, {
          id: event.question,
          agent: event.agent,
          text: event.text,
          ...(event.task === undefined ? {} : { task: event.task }),
        }),
      };
    case "question.answered":
    case "question.voided":
      return { ...team, questions: withoutKey(team.questions, event.question) };
    case "message.sent":
      return {
        ...team,
        mail: [...team.mail, { seq: event.seq, from: event.from, to: event.to, text: event.text }],
      };
    case "message.delivered":
      return { ...team, mail: team.mail.filter((message) => message.seq !== event.message) };
    case "memory.written":
      return { ...team, memory: [...team.memory, event.entry] };
    case "integration.queued":
      return queueTask(team, event);
    case "integration.checked":
      return event.task === null ? checkedBase(team, event) : team;
    case "integration.merged":
      return mergeTask(team, event);
    case "integration.rejected":
      return rejectTask(team, event);
    case "rate.limited":
      return { ...team, limitedUntil: event.until };
    case "worker.refused":
    case "conflict.predicted":
    case "budget.warned":
    case "budget.reached":
      return team;
  }
}

function resume(team: Team, event: EventOf<"session.resumed">): Team {
  if (event.epoch !== undefined) return restart(team, event);
  // Room on the disk ends no pause of the person's.
  const whom = event.by === DISK ? DISK : event.worker;
  const isMeant = (name: string) => whom === undefined || whom === name;
  const held = new Set([...team.held].filter((name) => !isMeant(name)));
  const workers = new Map(
    [...team.workers].map(([name, worker]) => {
      if (worker.state !== "needs-you" || !isMeant(name)) return [name, worker];
      return [name, { ...worker, state: worker.task === null ? "lost" : "starting" } as const];
    }),
  );
  return { ...team, held, workers };
}

/** What is so of a worker without a process. */
const GONE = { ...AT_REST, pid: null, isStalled: false } as const;

/**
 * A new coordinator: every process of the old one is gone, everything else stands. Who had no task comes back as well, within
 * what `--workers` says now.
 */
function restart(team: Team, { epoch = 1, options }: EventOf<"session.resumed">): Team {
  const { session } = team;
  const all = [...team.workers.values()];
  const most = (options ?? session?.options)?.workers ?? 0;
  const free = Math.max(most - all.filter(({ task }) => task !== null).length, 0);
  const resting = all.filter((worker) => worker.task === null && isLive(worker)).slice(0, free);
  const workers = new Map(
    all.map((worker) => {
      const state = resting.includes(worker) ? "starting" : "lost";
      const gone: WorkerState = { ...worker, ...GONE, pane: null, state };
      return [worker.name, gone];
    }),
  );
  return {
    ...team,
    state: "running",
    pausedBy: null,
    limitedUntil: null,
    // It is found out anew whether there is room.
    held: new Set([...team.held].filter((name) => name !== DISK)),
    epoch,
    workers,
    session: session === null || options === undefined ? session : { ...session, options },
  };
}

function openGate(team: Team, { gate }: EventOf<"gate.opened">): Team {
  const isOwn = gate.worker === COORDINATOR;
  return {
    ...team,
    gates: new Map(team.gates).set(gate.id, gate),
    ownGates: team.ownGates + (isOwn ? 1 : 0),
  };
}

function answerGate(team: Team, event: EventOf<"gate.answered">): Team {
  const gate = team.gates.get(event.gate);
  if (gate === undefined || event.answer === "refused" || gate.hash !== event.hash) return team;
  const next = { ...team, gates: withoutKey(team.gates, event.gate) };
  switch (event.answer) {
    case "once":
      if (gate.worker !== COORDINATOR) {
        return { ...next, consents: new Map(team.consents).set(gate.id, gate) };
      }
      if (gate.tool !== "Merge") return next;
      return { ...next, granted: new Set(team.granted).add(gate.hash) };
    case "edit":
      return next;
    case "session": {
      const agreed = { ...next, consents: new Map(team.consents).set(gate.id, gate) };
      return event.pattern === undefined
        ? agreed
        : { ...agreed, allowances: new Set(team.allowances).add(event.pattern) };
    }
    case "deny":
      break;
  }
  const key = denialKey(gate);
  return { ...next, denials: new Map(team.denials).set(key, (team.denials.get(key) ?? 0) + 1) };
}

function loseWorker(team: Team, event: EventOf<"worker.lost">): Team {
  const worker = team.workers.get(event.worker);
  const next = withWorker(team, event.worker, { ...GONE, state: "lost" });
  const task = worker?.task == null ? undefined : team.tasks.get(worker.task);
  // A process that never came up has not met its task.
  if (task === undefined || worker?.state === "starting") return next;
  return changeTask(next, task.id, { losses: task.losses + 1 });
}

/** A call that ended after the wait says that the wait is over. */
function unlimited(team: Team, ts: string): Team {
  const isOver = team.limitedUntil !== null && ts >= team.limitedUntil;
  return isOver ? { ...team, limitedUntil: null } : team;
}

/** A check that is run again takes the place of what it said before. */
function checkedBase(team: Team, event: EventOf<"integration.checked">): Team {
  const others = team.baseChecks.filter(({ command }) => command !== event.command);
  return { ...team, baseChecks: [...others, event] };
}

function stateOnReady(team: Team, event: EventOf<"worker.ready">): WorkerState["state"] {
  const id = team.workers.get(event.worker)?.task;
  const task = id == null ? undefined : team.tasks.get(id);
  if (task === undefined) return "idle";
  return task.phase === "assigned" || task.phase === "working" ? "working" : "reported";
}

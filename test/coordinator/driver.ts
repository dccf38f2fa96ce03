/**
 * Drives a team the way a session does, with chance in the place of models, processes and git: `decide` says what
 * follows, the lead's real tools say what the lead may do, and each thing that takes time ends in an order of its own.
 */
import { decide } from "../../src/coordinator/decide.ts";
import type { Desk } from "../../src/coordinator/desk.ts";
import type { Step } from "../../src/coordinator/down.ts";
import { foldTeam } from "../../src/coordinator/evolve.ts";
import { toEvent } from "../../src/coordinator/inbox.ts";
import { createAgent } from "../../src/coordinator/lead-tools/agent.ts";
import { createTaskCreate } from "../../src/coordinator/lead-tools/task-create.ts";
import { createTaskStop } from "../../src/coordinator/lead-tools/task-stop.ts";
import { createTaskUpdate } from "../../src/coordinator/lead-tools/task-update.ts";
import {
  type BoardTask,
  EMPTY_TEAM,
  needsApproval,
  UNCHANGED,
} from "../../src/coordinator/team.ts";
import { ToolError } from "../../src/errors.ts";
import type { Up } from "../../src/ipc/messages.ts";
import type { EventBody, SessionEvent } from "../../src/session/events.ts";
import type { Report } from "../../src/task.ts";
import type { Tool } from "../../src/tools/tool.ts";
import { leadContext } from "./lead-context.ts";
import { MERGED, NO_RULES, stamp, started, WORK } from "./support.ts";

/** One throw of the dice: which of the moves that are possible, and how it goes. */
export interface Choice {
  readonly move: number;
  readonly how: number;
  readonly which: number;
}

export interface Driver {
  readonly journal: readonly SessionEvent[];
  play(choice: Choice): Promise<void>;
  /** Lets everything that was begun end well, until nothing moves by itself. */
  settle(): Promise<void>;
}

const FILES = ["a.ts", "src/b.ts", "src/**", "app/[id]/page.ts", "docs/c.md"];
const NAMES = [undefined, "ada", "ben", "cleo", "zoe"];
const CHECKED = { command: "npm test", exit: 0, ms: 1, output: "", log: "/log" };
const GOES_WELL: Choice = { move: 0, how: 0, which: 0 };

interface Process {
  isReady: boolean;
}

export function createDriver(workers: number, onStep: (step: Step) => void): Driver {
  let team = EMPTY_TEAM;
  const journal: SessionEvent[] = [];
  /** Operations that were begun and have not ended. */
  const begun: ((choice: Choice) => void)[] = [];
  const alive = new Map<string, Process>();
  const sent = new Map<string, number>();
  let isMerging = false;
  let lastFrame: EventBody | undefined;
  /** The length of the journal up to the last event that followed from no other. */
  let lastCause = 0;

  function emit(body: EventBody): SessionEvent {
    lastCause = journal.length + 1;
    return append(body);
  }

  function append(body: EventBody): SessionEvent {
    const before = team;
    const event = stamp(body, journal.length + 1);
    const decision = decide(before, event);
    team = decision.team;
    journal.push(event);
    onStep({ before, after: team, event });
    for (const action of decision.actions) if (action.do === "emit") append(action.event);
    for (const action of decision.actions) {
      if (action.do === "spawn") begun.push(() => spawn(action.worker, action.again));
      if (action.do === "prepare") begun.push((choice) => prepare(action.task, choice));
      if (action.do === "collect" && team.tasks.get(action.task)?.phase === "reported") {
        begun.push((choice) => collect(action.task, choice));
      }
      if (action.do === "integrate" && !isMerging) mergeNext();
    }
    return event;
  }

  function fail(task: BoardTask, why: string): void {
    const { id, worker } = task;
    emit({ type: "task.finished", task: id, status: "failed", worker, why, receipt: null });
  }

  function spawn(worker: string, again: boolean): void {
    alive.set(worker, { isReady: false });
    if (again) emit({ type: "worker.respawned", worker, pid: 1, pane: null });
    else {
      const badge = team.workers.get(worker)?.badge ?? 0;
      emit({ type: "worker.spawned", worker, pid: 1, pane: null, colour: "1", badge, model: "m" });
    }
  }

  function prepare(id: string, { how }: Choice): void {
    const task = team.tasks.get(id);
    if (task !== undefined && how % 8 === 7) fail(task, "its checkout could not be made");
    else emit({ type: "task.updated", task: id, by: "coordinator", status: "in_progress" });
  }

  function collect(id: string, { how }: Choice): void {
    const task = team.tasks.get(id);
    const worker = task?.worker ?? "ada";
    if (task !== undefined && how % 8 === 7) fail(task, "its work could not be committed");
    else if (how % 8 === 6) emit({ type: "task.updated", task: id, by: worker, note: UNCHANGED });
    else emit({ type: "integration.queued", task: id, worker, status: "done", commit: WORK });
  }

  function mergeNext(): void {
    const task = team.tasks.get(team.integration.queue[0] ?? "");
    isMerging = task !== undefined;
    if (task !== undefined) begun.push((choice) => check(task, choice));
  }

  /** The task was rebased and checked; its verdict follows as an operation of its own, so that others can come before. */
  function check(task: BoardTask, { how }: Choice): void {
    const isQueued = team.tasks.get(task.id)?.phase === "queued";
    if (how % 8 === 7) {
      fail(task, "it could not be merged");
      mergeNext();
    } else if (!isQueued) {
      mergeNext();
    } else if (how % 3 === 2) {
      const tries = task.rejections + 1;
      begun.push(() => {
        emit({ type: "integration.rejected", task: task.id, why: "red", tries, base: MERGED });
        mergeNext();
      });
    } else {
      begun.push(() => {
        merge(task);
        mergeNext();
      });
    }
  }

  function merge(task: BoardTask): void {
    const { id, worker } = task;
    emit({ type: "integration.merged", task: id, commit: MERGED, branch: "b" });
    const receipt = { commit: MERGED, checks: [CHECKED], diffstat: "", diff: null };
    emit({ type: "task.finished", task: id, status: "completed", worker, why: "merged", receipt });
  }

  function say(worker: string, body: Up): void {
    const n = (sent.get(worker) ?? 0) + 1;
    sent.set(worker, n);
    lastFrame = toEvent(team, { worker, n, rights: NO_RULES }, body);
    emit(lastFrame);
  }

  /** The coordinator was killed, and with it everybody and everything that was under way, also what followed by itself. */
  function restart(which: number): void {
    const kept = lastCause + (which % (journal.length - lastCause + 1));
    journal.splice(kept);
    team = foldTeam(journal);
    alive.clear();
    begun.length = 0;
    isMerging = false;
    emit({ type: "session.resumed", by: "person", epoch: team.epoch + 1 });
  }

  function makeReady(worker: string, process: Process): void {
    process.isReady = true;
    say(worker, { type: "ready", pid: 1 });
  }

  async function settlePlan(): Promise<undefined> {
    if (needsApproval(team)) emit({ type: "plan.approved", by: "--yes" });
  }

  const desk: Desk = {
    team: () => team,
    emit: async (body) => emit(body),
    trackedFiles: async () => [],
    settlePlan,
    finish: async () => {},
  };
  const context = leadContext(() => team);
  const tools = {
    create: createTaskCreate(desk),
    update: createTaskUpdate(desk),
    stop: createTaskStop(desk),
    agent: createAgent(desk),
  };

  /** A call of the lead; what the tool refuses has no effect. */
  async function call(tool: Tool, input: object): Promise<void> {
    const prepared = tool.prepare(input);
    if (!prepared.ok) throw new Error(prepared.complaint);
    try {
      await prepared.call.run(context);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
    }
  }

  /** `hard` are those that take something away. */
  function leadMoves({ how, which }: Choice): {
    plain: (() => Promise<void> | void)[];
    hard: (() => Promise<void> | void)[];
  } {
    const ids = [...team.tasks.keys()];
    const taskId = pick(ids, which);
    const blockedBy = ids.filter((_, index) => (how >> index) % 4 === 1);
    const create = () =>
      call(tools.create, {
        subject: "s",
        description: "d",
        blockedBy,
        files: FILES.filter((_, index) => (which >> index) % 3 === 0),
        risk: how % 16 === 0 ? "HIGH" : "LOW",
      });
    const plain = [create, settlePlan];
    if (taskId === undefined) return { plain, hard: [] };
    const phase = team.tasks.get(taskId)?.phase;
    const again = () =>
      call(tools.update, { taskId, status: "pending", description: `try ${journal.length}` });
    const start = () => {
      const name = pick(NAMES, how);
      const named = name === undefined ? {} : { name };
      return call(tools.agent, { ...named, description: "d", prompt: "p", taskId });
    };
    return {
      plain: [
        ...plain,
        start,
        ...(how % 10 === 3 ? [() => restart(which)] : []),
        () => call(tools.update, { taskId, status: "completed" }),
      ],
      hard: [
        again,
        () => call(tools.update, { taskId, status: "deleted" }),
        () => (phase === "waiting" ? call(tools.update, { taskId, blockedBy }) : undefined),
        () => call(tools.stop, { taskId }),
      ],
    };
  }

  function workerMoves({ how, which }: Choice): (() => void)[] {
    const [name, process] = pick([...alive], which) ?? [];
    if (name === undefined || process === undefined) return [];
    const isUnlucky = how % 5 === 0;
    const die = () => {
      alive.delete(name);
      emit({ type: "worker.lost", worker: name, reason: "its process ended", restarts: how % 7 });
    };
    if (!process.isReady) return [isUnlucky ? die : () => makeReady(name, process)];
    const task = team.workers.get(name)?.task ?? pick([...team.tasks.keys()], how) ?? "t1";
    const status = how % 8 === 7 ? "failed" : how % 8 === 6 ? "blocked" : "done";
    const report: Report = { status, summary: "s", followUps: [] };
    const done = () => say(name, { type: "report", task, report });
    const other = pick([...team.tasks.keys()], how) ?? "t1";
    const input = { command: "npm test" };
    return [
      isUnlucky ? die : done,
      done,
      done,
      done,
      () => void emit({ type: "worker.stalled", worker: name, silent_ms: 10_000 }),
      () => void emit({ type: "worker.ready", worker: name, pid: 1 }),
      () => say(name, { type: "report", task: other, report }),
      () => say(name, { type: "gave-up", task: other, status: "blocked", why: "w" }),
      () => say(name, { type: "tool.started", id: "c", task, tool: "Bash", input, risk: "LOW" }),
      () => say(name, { type: "message", to: "coordinator", text: "m" }),
      () => {
        if (lastFrame !== undefined) emit(lastFrame);
      },
    ];
  }

  async function settleOnce(): Promise<boolean> {
    if (begun.length > 0) {
      begun.shift()?.(GOES_WELL);
      return true;
    }
    for (const [name, process] of alive) {
      if (!process.isReady) {
        makeReady(name, process);
        return true;
      }
    }
    const working = [...team.tasks.values()].find(({ phase }) => phase === "working");
    if (working?.worker != null) {
      const report: Report = { status: "done", summary: "s", followUps: [] };
      say(working.worker, { type: "report", task: working.id, report });
      return true;
    }
    const members = [...team.workers.values()];
    const silent = members.find(({ isStalled }) => isStalled);
    if (silent !== undefined) {
      emit({ type: "worker.ready", worker: silent.name, pid: 1 });
      return true;
    }
    if (members.some(({ state }) => state === "needs-you")) {
      emit({ type: "session.resumed", by: "person" });
      return true;
    }
    const unchanged = [...team.tasks.values()].find(({ phase }) => phase === "unchanged");
    if (unchanged !== undefined) {
      await call(tools.update, { taskId: unchanged.id, status: "completed" });
      return true;
    }
    if (!needsApproval(team)) return false;
    emit({ type: "plan.approved", by: "--yes" });
    return true;
  }

  emit(started({ workers }));
  return {
    journal,
    async play(choice) {
      const end = () => begun.splice(choice.which % begun.length, 1)[0]?.(choice);
      const ends = begun.length === 0 ? [] : [end];
      const { plain, hard } = leadMoves(choice);
      const worker = workerMoves(choice);
      // Of ten moves four are a worker's, three end something, two plan and one takes something away.
      const kinds = [plain, plain, hard, ends, ends, ends, worker, worker, worker, worker];
      const kind = pick(kinds, choice.move) ?? plain;
      await pick(kind.length > 0 ? kind : plain, Math.floor(choice.move / kinds.length))?.();
    },
    async settle() {
      for (let n = 0; n < 1_000; n += 1) if (!(await settleOnce())) return;
      throw new Error("the team does not come to rest");
    },
  };
}

function pick<Item>(items: readonly Item[], index: number): Item | undefined {
  return items[index % items.length];
}

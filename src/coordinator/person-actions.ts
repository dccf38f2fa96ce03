/** What a person does to the team, from the coordinator's pane or from any terminal: one function an action, and the words it ends in. */
import type { Answer, Request } from "../ipc/messages.ts";
import type { Gate } from "../session/events.ts";
import type { Task } from "../task.ts";
import type { Core } from "./core.ts";
import { refuseTask } from "./plan-lint.ts";
import { type BoardTask, isSettled } from "./team.ts";

/** What came of an action: done, or why not, in words for the person. */
export type Reply = Extract<Answer, { type: "ok" | "refused" }>;

export interface GateDecision {
  readonly gate: string;
  /** The action that the person has seen. */
  readonly hash: string;
  readonly answer: Extract<Request, { type: "gate" }>["answer"];
  readonly note: string;
  /** Of `edit`: what stands in the place of the action's command or address. */
  readonly text?: string | undefined;
  /** The terminal or process that it came from. */
  readonly from: string;
}

export interface PersonActions {
  tell(to: string, text: string): Promise<Reply>;
  /** Holds an agent, or with null the team, before its next model call. */
  pause(worker: string | null): Promise<Reply>;
  goOn(worker: string | null): Promise<Reply>;
  /** Ends a worker's task, or with null the session. */
  stop(worker: string | null): Promise<Reply>;
  answerQuestion(question: string, text: string): Promise<Reply>;
  /** Counts only for the action whose hash it carries. */
  answerGate(decision: GateDecision): Promise<Reply>;
  decidePlan(approve: boolean, note: string): Promise<Reply>;
  /** Changes a task that nobody has begun. */
  changeTask(task: string, change: Partial<Omit<Task, "id">>): Promise<Reply>;
  /** Moves a task past its neighbour in the plan that waits. */
  moveTask(task: string, to: "up" | "down"): Promise<Reply>;
  /** Takes a task that nobody has begun off the board. */
  dropTask(task: string): Promise<Reply>;
  /** Has a failed or blocked task tried again by a fresh worker. */
  retry(task: string): Promise<Reply>;
}

export function createPersonActions({ team, emit }: Pick<Core, "team" | "emit">): PersonActions {
  const workers = () => [...team().workers.keys()];
  const isKnown = (worker: string | null) => worker === null || workers().includes(worker);
  const nobody = (name: string | null) =>
    refused(
      `There is nobody called ${name}. There are: ${["coordinator", ...workers()].join(", ")}.`,
    );

  /** The task, or why there is none that is still to be begun. */
  function untouched(id: string): BoardTask | Reply {
    const task = team().tasks.get(id);
    if (task === undefined) return noTask(id);
    if (task.phase === "waiting") return task;
    return refused(
      `${id} has been begun${task.worker === null ? "" : ` by ${task.worker}`}. Steer its worker: swarmux tell ${task.worker ?? "coordinator"} "…"`,
    );
  }

  function noTask(id: string): Reply {
    const known = [...team().tasks.keys()].join(", ") || "none yet";
    return refused(`There is no task ${id}. Tasks: ${known}.`);
  }

  return {
    async tell(to, text) {
      if (to !== "coordinator" && !isKnown(to)) return nobody(to);
      await emit({ type: "message.sent", from: "person", to, text });
      return ok(`${to} reads it before its next model call.`);
    },
    async pause(worker) {
      if (!isKnown(worker)) return nobody(worker);
      const whom = worker === null ? {} : { worker };
      const reason = "paused";
      await emit({ type: "session.paused", by: "person", reason, ends: false, ...whom });
      return ok(
        `${worker ?? "The team"} waits before the next model call. Go on: swarmux continue${worker === null ? "" : ` ${worker}`}`,
      );
    },
    async goOn(worker) {
      if (!isKnown(worker)) return nobody(worker);
      const whom = worker === null ? {} : { worker };
      await emit({ type: "session.resumed", by: "person", ...whom });
      return ok(`${worker ?? "The team"} goes on.`);
    },
    async stop(worker) {
      if (worker === null) {
        await emit({ type: "session.paused", by: "person", reason: "stopped", ends: true });
        return ok("The session stops.");
      }
      const task = team().tasks.get(team().workers.get(worker)?.task ?? "");
      if (task === undefined || isSettled(task)) {
        return refused(`${worker} has no task. Workers: ${workers().join(", ") || "none yet"}.`);
      }
      const why = "stopped by the person";
      const status = "blocked";
      await emit({ type: "task.finished", task: task.id, status, worker, why, receipt: null });
      return ok(`${worker} drops ${task.id}, which is blocked now.`);
    },
    async answerQuestion(question, text) {
      if (!team().questions.has(question)) {
        const waiting = [...team().questions.keys()].join(", ") || "none";
        return refused(`No question ${question} waits. Waiting: ${waiting}.`);
      }
      await emit({ type: "question.answered", question, text, by: "person" });
      return ok(`${question} is answered.`);
    },
    async answerGate({ gate: id, hash, answer, note, text, from }) {
      const gate = team().gates.get(id);
      if (gate === undefined) {
        const open = [...team().gates.keys()].join(", ") || "none";
        return refused(`No gate ${id} waits: it was answered or voided. Waiting: ${open}.`);
      }
      if (gate.hash !== hash) {
        return refused(`The action behind ${id} is another one by now. Look again: swarmux gates.`);
      }
      const event = { type: "gate.answered", gate: id, hash, by: "person", note, from } as const;
      switch (answer) {
        case "once":
          await emit({ ...event, answer });
          return ok(`${id} runs once.`);
        case "deny":
          await emit({ ...event, answer });
          return ok(`${id} is denied.`);
        case "session": {
          const { pattern } = gate;
          if (pattern === undefined) {
            return refused(
              `${id} can only be allowed once: more than an unknown program is HIGH about it.`,
            );
          }
          await emit({ ...event, answer, pattern });
          return ok(`${id} runs, and ${pattern} is not asked about again in this session.`);
        }
        case "edit": {
          const input = editedInput(gate, text);
          if (input === undefined) {
            return refused(
              `${id} can't be edited: only a command or an address can. Deny it with a note.`,
            );
          }
          await emit({ ...event, answer, input });
          return ok(`${id} is changed; what it is now gets a risk of its own.`);
        }
      }
    },
    async decidePlan(approve, note) {
      if (team().plan.status !== "proposed") return refused("No plan waits for an answer.");
      await emit(
        approve
          ? { type: "plan.approved", by: "person" }
          : { type: "plan.rejected", by: "person", note },
      );
      return ok(
        approve ? "The plan is approved." : "The plan is rejected; the coordinator plans again.",
      );
    },
    async changeTask(id, change) {
      const task = untouched(id);
      if ("type" in task) return task;
      const why = refuseTask(team(), { ...task, ...change });
      if (why !== undefined) return refused(why);
      await emit({ type: "task.updated", task: id, by: "person", change });
      return ok(`${id} is changed; the coordinator is told.`);
    },
    async moveTask(id, to) {
      const task = untouched(id);
      if ("type" in task) return task;
      const { plan, tasks } = team();
      if (plan.status !== "proposed") {
        return refused("The order is changed while a plan waits for your yes, and none waits.");
      }
      const all = [...tasks.keys()];
      const open = all.filter((one) => !plan.approved.includes(one));
      const at = open.indexOf(id);
      if (at < 0) return refused(`${id} is of a plan that has your yes: it keeps its place.`);
      const passed = open[to === "up" ? at - 1 : at + 1];
      if (passed === undefined) {
        return refused(`${id} is the ${to === "up" ? "first" : "last"} of the plan.`);
      }
      const before = to === "up" ? passed : (all[all.indexOf(passed) + 1] ?? null);
      await emit({ type: "task.updated", task: id, by: "person", before });
      const place = to === "up" ? "before" : "behind";
      return ok(`${id} stands ${place} ${passed}; the coordinator is told.`);
    },
    async dropTask(id) {
      const task = untouched(id);
      if ("type" in task) return task;
      const tasks = [...team().tasks.values()];
      const after = tasks.filter(({ blockedBy }) => blockedBy.includes(id));
      if (after.length > 0) {
        const ids = after.map((other) => other.id).join(", ");
        return refused(`${ids} comes after ${id}. Change that first, or drop it too.`);
      }
      if (tasks.length === 1) return refused("It is the only task. Say no to the plan instead.");
      await emit({ type: "task.updated", task: id, by: "person", status: "deleted" });
      return ok(`${id} is off the board; the coordinator is told.`);
    },
    async retry(id) {
      const task = team().tasks.get(id);
      if (task === undefined) return noTask(id);
      if (task.phase !== "failed" && task.phase !== "blocked") {
        return refused(`${id} is ${task.phase}: only a failed or blocked task can be tried again.`);
      }
      await emit({ type: "task.updated", task: id, by: "person", status: "pending" });
      return ok(`${id} waits for a worker again; the coordinator is told.`);
    },
  };
}

/** The field of each tool's input that a person may write anew. */
const EDITABLE: Readonly<Record<string, string>> = { Bash: "command", WebFetch: "url" };

function editedInput({ tool, input }: Gate, text = ""): Record<string, unknown> | undefined {
  const field = EDITABLE[tool];
  return field === undefined || text.trim() === "" ? undefined : { ...input, [field]: text };
}

/** What a person would edit of a gate's action, as it stands; undefined where nothing can be. */
export function editableText({ tool, input }: Gate): string | undefined {
  const text = input[EDITABLE[tool] ?? ""];
  return typeof text === "string" ? text : undefined;
}

function ok(text: string): Reply {
  return { type: "ok", text };
}

function refused(why: string): Reply {
  return { type: "refused", why };
}

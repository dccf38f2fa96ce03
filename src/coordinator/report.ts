/** What a session came to, for whoever was not there: who did what, the proof, what was refused, the bill. Pure. */
import type { Entry } from "../memory/entry.ts";
import type { EventOf, GateAnswer, Outcome, SessionEvent } from "../session/events.ts";
import type { TaskStatus } from "../task.ts";
import { type BillRow, billRows } from "./bill.ts";
import { foldTeam } from "./evolve.ts";
import { type BoardTask, hint, statusOf, type Team } from "./team.ts";

export interface SessionReport {
  readonly session: string;
  readonly request: string;
  readonly base: string;
  readonly branch: string;
  readonly head: string;
  readonly state: Team["state"];
  readonly outcome: Outcome | null;
  readonly summary: string;
  /** The lines below "Assumptions:" in the lead's summary. */
  readonly assumptions: readonly string[];
  readonly isOffline: boolean;
  readonly tasks: readonly TaskReport[];
  readonly baseChecks: readonly CheckReport[];
  readonly gates: readonly GateReport[];
  /** Calls that did not run for another reason than a person's no. */
  readonly refused: readonly RefusedCall[];
  /** Processes that died, and whether the worker was started again. */
  readonly losses: readonly LossReport[];
  readonly questions: readonly QuestionReport[];
  readonly followUps: readonly { readonly task: string; readonly text: string }[];
  readonly memory: readonly Pick<Entry, "id" | "kind" | "text" | "by" | "task">[];
  readonly bill: readonly BillRow[];
  readonly total: Pick<
    BillRow,
    "calls" | "input" | "output" | "cache_read" | "cache_write" | "cost_usd" | "unpriced"
  >;
}

export interface TaskReport {
  readonly id: string;
  readonly subject: string;
  readonly status: TaskStatus;
  readonly worker: string | null;
  readonly why: string;
  readonly commit: string | null;
  readonly diffstat: string;
  readonly checks: readonly CheckReport[];
  /** Why its work came back from the merge queue, oldest first. */
  readonly rejections: readonly string[];
}

export interface CheckReport {
  readonly command: string;
  readonly exit: number | null;
  readonly ms: number;
}

export interface GateReport {
  readonly id: string;
  readonly worker: string;
  readonly task: string | null;
  readonly tool: string;
  readonly action: string;
  readonly reasons: readonly string[];
  readonly answer: Exclude<GateAnswer, "refused"> | "void" | "open";
  readonly by: string;
  readonly note: string;
  /** Who tried to answer and does not count. */
  readonly attempts: readonly string[];
}

export interface RefusedCall {
  readonly agent: string;
  readonly tool: string;
  readonly action: string;
  readonly why: string;
}

export interface LossReport {
  readonly worker: string;
  readonly reason: string;
  readonly isBack: boolean;
}

export interface QuestionReport {
  readonly id: string;
  readonly agent: string;
  readonly text: string;
  readonly answer: string | null;
  readonly by: string;
}

export function reportOf(events: readonly SessionEvent[]): SessionReport {
  const team = foldTeam(events);
  const { session, integration, summary, spending } = team;
  return {
    session: session?.session ?? "",
    request: session?.task ?? "",
    base: session?.base ?? "",
    branch: integration.branch,
    head: integration.head,
    state: team.state,
    outcome: team.outcome,
    summary,
    assumptions: assumptionsIn(summary),
    isOffline: session?.options.offline === true,
    tasks: [...team.tasks.values()].map((task) => taskReport(task, events)),
    baseChecks: team.baseChecks.map(({ command, exit, ms }) => ({ command, exit, ms })),
    gates: gateReports(events),
    refused: refusedCalls(events),
    losses: lossReports(events),
    questions: questionReports(events),
    followUps: only(events, "task.updated").flatMap(({ task, report }) =>
      (report?.followUps ?? []).map((text) => ({ task, text })),
    ),
    memory: team.memory.map(({ id, kind, text, by, task }) => ({ id, kind, text, by, task })),
    bill: billRows(events),
    total: { ...spending },
  };
}

function taskReport(task: BoardTask, events: readonly SessionEvent[]): TaskReport {
  const { id, subject, worker, why, receipt } = task;
  const checks = only(events, "integration.checked").filter((event) => event.task === id);
  // A receipt holds the checks of the merged commit; a task without one shows the last that was run.
  const shown = receipt?.checks ?? checks.slice(-1);
  return {
    id,
    subject,
    status: statusOf(task),
    worker,
    why,
    commit: receipt?.commit ?? null,
    diffstat: receipt?.diffstat ?? "",
    checks: shown.map(({ command, exit, ms }) => ({ command, exit, ms })),
    rejections: only(events, "integration.rejected")
      .filter((event) => event.task === id)
      .map((event) => event.why),
  };
}

function gateReports(events: readonly SessionEvent[]): GateReport[] {
  return only(events, "gate.opened").map(({ gate }) => {
    const { id, worker, task, tool, input, reasons } = gate;
    const answers = only(events, "gate.answered").filter((event) => event.gate === id);
    const attempts = answers.filter((event) => event.answer === "refused").map(({ by }) => by);
    const common = { id, worker, task, tool, action: hint(input), reasons, attempts };
    for (const { answer, by, note } of answers) {
      if (answer !== "refused") return { ...common, answer, by, note };
    }
    const voided = only(events, "gate.voided").find((event) => event.gate === id);
    if (voided !== undefined) return { ...common, answer: "void", by: "", note: voided.reason };
    return { ...common, answer: "open", by: "", note: "" };
  });
}

/** A worker's answer to a person's no begins so; the gate says the rest. */
const DENIED = /^The person said no\b/;

function refusedCalls(events: readonly SessionEvent[]): RefusedCall[] {
  const started = new Map(
    only(events, "tool.started").map((event) => [`${event.agent} ${event.id}`, event]),
  );
  return only(events, "tool.finished").flatMap(({ agent, id, refused }) => {
    if (refused === undefined || DENIED.test(refused)) return [];
    const call = started.get(`${agent} ${id}`);
    const why = refused.split("\n")[0] ?? "";
    return [{ agent, tool: call?.tool ?? "", action: hint(call?.input ?? {}), why }];
  });
}

function lossReports(events: readonly SessionEvent[]): LossReport[] {
  return events.flatMap((event, at) => {
    if (event.type !== "worker.lost") return [];
    const { worker, reason } = event;
    const isBack = only(events.slice(at), "worker.respawned").some((one) => one.worker === worker);
    return [{ worker, reason, isBack }];
  });
}

function questionReports(events: readonly SessionEvent[]): QuestionReport[] {
  const answers = only(events, "question.answered");
  return only(events, "question.asked").map(({ question: id, agent, text }) => {
    const answer = answers.find((event) => event.question === id);
    return { id, agent, text, answer: answer?.text ?? null, by: answer?.by ?? "" };
  });
}

/** The list below the line "Assumptions:" (or "Assumed:"), up to the next line that belongs to no item. */
function assumptionsIn(summary: string): string[] {
  const lines = summary.split("\n").map((line) => line.trim());
  const start = lines.findIndex((line) => /^[#*\s]*(assumptions|assumed)\b/i.test(line));
  if (start < 0) return [];
  const same = lines[start]?.replace(/^[#*\s]*\w+[*\s]*:?[*\s]*/, "") ?? "";
  const below = lines.slice(start + 1);
  const end = below.findIndex((line) => !/^([-*•]|\d+[.)])\s/.test(line));
  const items = end < 0 ? below : below.slice(0, end);
  return [same, ...items.map((line) => line.replace(/^([-*•]|\d+[.)])\s+/, ""))].filter(
    (line) => line !== "",
  );
}

function only<Type extends SessionEvent["type"]>(
  events: readonly SessionEvent[],
  type: Type,
): EventOf<Type>[] {
  const isWanted = (event: SessionEvent): event is EventOf<Type> & SessionEvent =>
    event.type === type;
  return events.filter(isWanted);
}

/**
 * What a worker says of its calls, held against what the coordinator knows itself. A worker's own claim about risk or rights
 * counts only where it makes things stricter.
 */
import { realpathSync } from "node:fs";
import type { Up } from "../ipc/messages.ts";
import type { Grant, Policy, Rule } from "../permissions.ts";
import { reasonsToAsk } from "../risk/decide.ts";
import { type Gift, giftsFor } from "../risk/gives.ts";
import { intersect, requestOf, sessionGrant } from "../risk/grants.ts";
import { holdsMark } from "../risk/hide-secrets.ts";
import { sessionPattern } from "../risk/session-pattern.ts";
import { maxRisk, type Risk } from "../risk-level.ts";
import type { SessionOptions } from "../session/events.ts";
import type { SessionPaths } from "../session/folders.ts";
import { workerTools } from "../tools/all-tools.ts";
import { type CallPlace, type Judged, judgeCall } from "../tools/judge.ts";
import type { Tool } from "../tools/tool.ts";
import type { BoardTask, Team } from "./team.ts";

export interface Rights {
  readonly rules: readonly Rule[];
  /** Where the calls of a worker on a task run. */
  placeOf(task: BoardTask, worker: string): CallPlace;
}

/** Where the commands of workers run, by the state of the sandbox. */
const ENCLOSED = { on: "sandbox", off: "none", missing: "missing" } as const;

export function createRights(options: {
  readonly rules: readonly Rule[];
  readonly at: SessionPaths;
  readonly sandbox: keyof typeof ENCLOSED;
}): Rights {
  const { rules, at, sandbox } = options;
  return {
    rules,
    placeOf: ({ checkout }, worker) => ({
      root: realOr(at.checkout(checkout)),
      outputs: at.output(worker),
      enclosure: { kind: ENCLOSED[sandbox] },
    }),
  };
}

/** The path itself where nothing is there. */
function realOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

type Asked = Extract<Up, { type: "gate" }>;
type Begun = Extract<Up, { type: "tool.started" }>;

/** What holds for a task: within the session's grant, whatever stands in the task's. */
export function policyOf(team: Team, task: BoardTask, rules: readonly Rule[]): Policy {
  const { session } = team;
  if (session === null) throw new Error("a task was given before its session started");
  const grant = intersect(sessionGrant(session.options), task.grant ?? requestOf(task.tools));
  return { grant, rules };
}

/** The lead has tools of its own: those of its that workers have, too, are in every grant. */
export function leadGrant(options: SessionOptions, tools: readonly Tool[]): Grant {
  return { ...sessionGrant(options), tools: tools.map(({ name }) => name) };
}

export interface CheckedGate {
  readonly risk: Risk;
  readonly reasons: string[];
  /** What a yes gives it beyond the sandbox. */
  readonly gives?: Gift[];
  /** What a yes for the session would cover. */
  readonly pattern?: string;
  /** Why the answer is no without asking anybody. */
  readonly denied?: string;
}

/** What the person is to be told of an action that a worker asks for. */
export function checkGate(
  rights: Rights,
  team: Team,
  asked: Asked & { worker: string },
): CheckedGate {
  const { risk, reasons, gives } = asked;
  const given = gives === undefined ? {} : { gives };
  const judged = judge(rights, team, asked);
  if (judged === undefined) return { risk, reasons, ...given };
  const highest = maxRisk(risk, judged.assessment.risk);
  if (judged.prepared === undefined)
    return { risk: highest, reasons, ...given, denied: judged.why };
  const { assessment, decision } = judged;
  switch (decision.verdict) {
    case "deny":
      return { risk: highest, reasons, ...given, denied: decision.why };
    case "ask": {
      const { causes = [], parts } = assessment;
      const told = {
        risk: highest,
        reasons: [...reasonsToAsk(assessment, decision)],
        ...(parts === undefined ? {} : { gives: [...giftsFor(causes)] }),
      };
      // A rule of the person's asks each time.
      const pattern = decision.rule === null ? sessionPattern(asked.tool, assessment) : undefined;
      return pattern === undefined ? told : { ...told, pattern };
    }
    case "allow":
      return { risk: highest, reasons, ...given };
  }
}

export interface CheckedStart {
  readonly risk: Risk;
  readonly gate?: string;
  readonly rule?: string;
  readonly breach?: string;
}

/** What the journal says of a call that has begun. What its command changes meanwhile may make it look more dangerous, never less. */
export function checkStart(
  rights: Rights,
  team: Team,
  begun: Begun & { worker: string },
): CheckedStart {
  const judged = begun.refused === true ? undefined : judge(rights, team, begun);
  if (judged === undefined) return { risk: begun.risk };
  // A text of which a part is hidden is another one than the one that runs.
  const isWhole = !Object.values(begun.input).some((one) => holdsMark(String(one)));
  const risk = isWhole ? maxRisk(begun.risk, judged.assessment.risk) : begun.risk;
  if (judged.prepared === undefined) {
    // A path may have become another one meanwhile; a tool that is not there can't be run at all.
    return judged.assessment.risk === "HIGH" ? { risk, breach: judged.why } : { risk };
  }
  const { verdict, rule, why } = judged.decision;
  if (verdict === "deny") return { risk, breach: why };
  if (verdict === "allow") return rule === null ? { risk } : { risk, rule: why };
  if (hasConsent(team, begun)) return { risk, gate: begun.gate ?? "" };
  const isBreach = rule !== null || begun.risk === "HIGH";
  return isBreach ? { risk, breach: `nobody was asked (${why})` } : { risk };
}

function judge(
  { rules, placeOf }: Rights,
  team: Team,
  call: { worker: string; task: string | null; tool: string; input: object },
): Judged | undefined {
  const task = team.tasks.get(call.task ?? "");
  if (task === undefined || task.worker !== call.worker) return undefined;
  const limits = {
    tools: workerTools,
    policy: policyOf(team, task, rules),
    floor: task.risk === "HIGH" ? "MEDIUM" : "LOW",
  } as const;
  return judgeCall({ name: call.tool, input: call.input }, limits, placeOf(task, call.worker));
}

/** A yes to the action of this very call. */
function hasConsent(team: Team, begun: Begun & { worker: string }): boolean {
  const consent = team.consents.get(begun.gate ?? "");
  if (consent === undefined) return false;
  const { worker, task, tool, call = begun.id } = consent;
  return worker === begun.worker && task === begun.task && tool === begun.tool && call === begun.id;
}

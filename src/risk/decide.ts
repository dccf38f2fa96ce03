/**
 * Whether a call may run, needs a person's yes, or is refused: the grant, then the rules, then the risk. Deny comes before ask,
 * ask before allow. An allow rule lifts a command only if every part that is not LOW has a rule, and never what can't be analysed.
 */
import type { Grant, Policy, Rule, Verdict } from "../permissions.ts";
import { type Assessment, type Cause, type Part, riskOf } from "./assessment.ts";
import { mayChange } from "./grants.ts";
import { allowsCall, matchesWords, partsOf, type RuledCall, touches } from "./match-rules.ts";
import { showRule } from "./rules.ts";

export interface Decision {
  readonly verdict: Verdict;
  /** The rule that decided; null is the grant or the risk alone. */
  readonly rule: Rule | null;
  readonly why: string;
}

export function decideCall(call: RuledCall, { grant, rules }: Policy): Decision {
  const refusal = refuseByGrant(call, grant);
  return refusal === undefined
    ? decide(call, rules)
    : { verdict: "deny", rule: null, why: refusal };
}

/** Rules first, then the risk: HIGH asks, all else is allowed. */
export function decide(call: RuledCall, rules: readonly Rule[]): Decision {
  const denied = rules.find((rule) => rule.verdict === "deny" && touches(rule, call));
  if (denied !== undefined) return decided("deny", denied);
  const asked = rules.find((rule) => rule.verdict === "ask" && touches(rule, call));
  if (asked !== undefined) return decided("ask", asked);
  const { assessment } = call;
  if (assessment.risk !== "HIGH")
    return { verdict: "allow", rule: null, why: `${assessment.risk} risk` };
  const lifted = findLift(call, rules);
  if (lifted !== undefined) return decided("allow", lifted);
  return { verdict: "ask", rule: null, why: assessment.reasons.join("; ") };
}

function decided(verdict: Verdict, rule: Rule): Decision {
  return { verdict, rule, why: `${showRule(rule)} in ${rule.origin.file}:${rule.origin.line}` };
}

const NEEDS_NETWORK = new Set(["remote", "downloaded"]);

/** Why the grant does not hold the call, in words for the agent. */
function refuseByGrant(call: RuledCall, grant: Grant): string | undefined {
  const { tool, assessment } = call;
  if (!grant.tools.includes(tool)) {
    return `${tool} is not in your grant, which is: ${grant.tools.join(", ")}. Do the task with these, or report it as blocked.`;
  }
  const remote = assessment.causes?.find(({ kind }) => NEEDS_NETWORK.has(kind));
  if (!grant.network && (tool === "WebFetch" || remote !== undefined)) {
    return `The network is not in your grant${remote === undefined ? "" : `: ${remote.text}`}. Do the task without it, or report it as blocked.`;
  }
  const other = writesOf(call).find((path) => !mayChange(grant, path));
  if (other !== undefined) {
    return `${other} is not among the files that your grant lets you change: ${grant.paths.join(", ") || "none"}. Do the task with these, or report it as blocked.`;
  }
  return undefined;
}

/** Files that a call names and changes. */
function writesOf(call: RuledCall): readonly string[] {
  const uses = [
    ...(call.file === undefined ? [] : [call.file]),
    ...partsOf(call).flatMap((part) => part.uses),
  ];
  return uses.flatMap(({ path, access }) => (access === "write" ? [path] : []));
}

/** What a person is told of a call that is asked for: the rule that says so comes first. */
export function reasonsToAsk({ reasons }: Assessment, { rule, why }: Decision): readonly string[] {
  return rule === null ? reasons : [`asked because of ${why}`, ...reasons];
}

/** The first allow rule of those that cover every part, or undefined where one part has none. */
function findLift(call: RuledCall, rules: readonly Rule[]): Rule | undefined {
  const { causes, complete } = call.assessment;
  // Without causes nobody knows what was analysed.
  if (causes === undefined || complete === false || causes.some(isUnclear)) return undefined;
  const allows = rules.filter((rule) => rule.verdict === "allow" && rule.origin.scope === "user");
  if (call.command === undefined) return allows.find((rule) => allowsCall(rule, call));
  const lifting = allows.filter((rule) => rule.tool === call.tool);
  let first: Rule | undefined;
  const covered = new Set<Cause>();
  for (const part of partsOf(call)) {
    const isLow = riskOf(part.causes) === "LOW";
    // A word that is known only when it runs was not looked at by whoever wrote the rule.
    if (part.words.includes(null) && !isLow) return undefined;
    const rule = lifting.find(({ pattern }) => isLiftedBy(pattern, part));
    if (rule === undefined && !isLow) return undefined;
    if (rule === undefined) continue;
    first ??= rule;
    for (const cause of part.causes) covered.add(cause);
  }
  // What no command of it caused, such as a redirection, is lifted by no rule.
  const left = causes.find((cause) => cause.risk === "HIGH" && !covered.has(cause));
  return left === undefined ? first : undefined;
}

function isUnclear({ kind, risk }: Cause): boolean {
  return kind === "unanalysable" && risk === "HIGH";
}

function isLiftedBy(pattern: string | null, part: Part): boolean {
  return pattern === null || matchesWords(pattern, part.words, false);
}

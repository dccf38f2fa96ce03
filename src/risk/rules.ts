/**
 * Permission rules: `allow`, `ask`, `deny`, with the patterns people know: `Bash(npm test:*)`, `Edit(src/**)`, `Read(.env)`,
 * `WebFetch(domain:example.com)`, bare `Bash`. Deny comes before ask, ask before allow. A deny rule looks at every part of a
 * command; an allow rule lifts a command only if every part has a rule or is LOW, and never one that can't be analysed.
 */
import { matchesGlob } from "node:path";
import { SwarmError } from "../errors.ts";
import { type Assessment, type Part, type PathUse, riskOf } from "./assessment.ts";
import { hiddenCharacter } from "./hidden-text.ts";

export type Verdict = "allow" | "ask" | "deny";

export interface Rule {
  readonly verdict: Verdict;
  readonly tool: string;
  /** What stands in the brackets; null is every call of the tool. */
  readonly pattern: string | null;
  readonly origin: RuleOrigin;
}

/** Where a rule stands; one of a project can only narrow. */
export interface RuleOrigin {
  readonly file: string;
  readonly line: number;
  readonly scope: "user" | "project";
}

export interface RuleText {
  readonly verdict: Verdict;
  readonly text: string;
  readonly origin: RuleOrigin;
}

/** A call as the rules see it. `command` is that of Bash, `path` that of a file tool, relative to the checkout. */
export interface RuledCall {
  readonly tool: string;
  readonly assessment: Assessment;
  readonly command?: string;
  readonly path?: string;
  readonly url?: string;
}

export interface Decision {
  readonly verdict: Verdict;
  /** The rule that decided; null is the risk alone. */
  readonly rule: Rule | null;
  readonly why: string;
}

const TOOLS = new Set(
  "Bash Edit Write Read Grep Glob WebFetch Terminal Agent SendMessage TaskCreate TaskUpdate TaskStop TaskOutput TaskList TaskGet Remember Recall AskUserQuestion Report Finish".split(
    " ",
  ),
);
const PATHED = new Set(["Edit", "Write", "Read", "Grep", "Glob"]);

/** Throws a SwarmError that names file, line and fix; nothing is skipped. */
export function parseRule({ verdict, text, origin }: RuleText): Rule {
  const found = /^([A-Z][A-Za-z]*)(?:\((.*)\))?$/s.exec(text.trim());
  const tool = found?.[1];
  const pattern = found?.[2];
  if (tool === undefined) {
    throw broken(text, origin, "Write a tool's name, or one with a pattern: Bash(npm test:*).");
  }
  if (!TOOLS.has(tool)) {
    throw broken(text, origin, `There is no tool ${tool}. The tools: ${[...TOOLS].join(", ")}.`);
  }
  if (origin.scope === "project" && verdict === "allow") {
    throw broken(
      text,
      origin,
      "A project's rules can only ask or deny: move it to your own configuration.",
    );
  }
  const fault = pattern === undefined ? undefined : faultOf(tool, pattern);
  if (fault !== undefined) throw broken(text, origin, fault);
  return { verdict, tool, pattern: pattern?.trim() ?? null, origin };
}

function faultOf(tool: string, pattern: string): string | undefined {
  if (pattern.trim() === "") return `Put a pattern in the brackets, or write ${tool} alone.`;
  if (hiddenCharacter(pattern) !== undefined)
    return "Take the invisible character out of the pattern.";
  if (tool === "WebFetch" && !/^domain:(\*\.)?[a-z0-9.-]+$/.test(pattern)) {
    return "Write WebFetch(domain:example.com).";
  }
  if (tool === "Bash" && /:\*./.test(pattern)) return ":* may stand only at the end.";
  if (tool === "Bash" && /^:?\*$/.test(pattern)) return "Write Bash alone for every command.";
  if (PATHED.has(tool) && /(^|\/)\.\.(\/|$)|^[~/]/.test(pattern)) {
    return "Write a path of the checkout, without .. and without a leading /.";
  }
  if (!PATHED.has(tool) && tool !== "Bash" && tool !== "WebFetch" && tool !== "Terminal") {
    return `${tool} takes no pattern: write ${tool} alone.`;
  }
  return undefined;
}

function broken(text: string, origin: RuleOrigin, mend: string): SwarmError {
  return new SwarmError(
    "config",
    `${origin.file}:${origin.line}: the rule "${text}" is not valid. ${mend}`,
    {
      mend,
    },
  );
}

/** Rules first, then the risk: HIGH asks, all else is allowed. */
export function decide(call: RuledCall, rules: readonly Rule[]): Decision {
  const parts = partsOf(call);
  const denied = rules.find((rule) => rule.verdict === "deny" && touches(rule, call, parts));
  if (denied !== undefined) return decided("deny", denied);
  const asked = rules.find((rule) => rule.verdict === "ask" && touches(rule, call, parts));
  if (asked !== undefined) return decided("ask", asked);
  const { assessment } = call;
  if (assessment.risk !== "HIGH")
    return { verdict: "allow", rule: null, why: `${assessment.risk} risk` };
  const lifted = findLift(call, parts, rules);
  if (lifted !== undefined) return decided("allow", lifted);
  return { verdict: "ask", rule: null, why: assessment.reasons.join("; ") };
}

function decided(verdict: Verdict, rule: Rule): Decision {
  return { verdict, rule, why: `${showRule(rule)} in ${rule.origin.file}:${rule.origin.line}` };
}

export function showRule({ verdict, tool, pattern }: Rule): string {
  return `${verdict} ${tool}${pattern === null ? "" : `(${pattern})`}`;
}

function partsOf(call: RuledCall): readonly Part[] {
  return call.assessment.parts ?? [];
}

/** Whether a rule concerns any part of a call: what may be meant counts as meant. */
function touches(rule: Rule, call: RuledCall, parts: readonly Part[]): boolean {
  if (rule.tool === call.tool && rule.pattern === null) return true;
  if (call.tool === "Bash" || call.tool === "Terminal") {
    if (rule.tool === call.tool || rule.tool === "Bash") {
      return touchesCommand(rule.pattern, call, parts);
    }
    // A rule about files holds for the files that a command names, too.
    return (
      rule.pattern !== null && parts.some((part) => part.uses.some((use) => touchesUse(rule, use)))
    );
  }
  if (rule.pattern === null) return false;
  if (rule.tool === "WebFetch")
    return call.tool === "WebFetch" && isOfDomain(rule.pattern, call.url);
  const same = rule.tool === call.tool || (isEdit(rule.tool) && isEdit(call.tool));
  return same && call.path !== undefined && matchesPath(rule.pattern, call.path);
}

function touchesUse(rule: Rule, use: PathUse): boolean {
  const concerned = isEdit(rule.tool)
    ? use.access === "write"
    : rule.tool === "Read" && use.access !== "run";
  return concerned && rule.pattern !== null && matchesPath(rule.pattern, use.path);
}

function isEdit(tool: string): boolean {
  return tool === "Edit" || tool === "Write";
}

function touchesCommand(pattern: string | null, call: RuledCall, parts: readonly Part[]): boolean {
  if (pattern === null) return true;
  if (parts.some((part) => waysOf(part).some((words) => matchesWords(pattern, words, true))))
    return true;
  // What could not be taken apart is searched as it stands.
  return call.assessment.complete === false && standsIn(pattern, call.command ?? "");
}

function waysOf(part: Part): readonly (readonly (string | null)[])[] {
  return [part.words, ...part.aliases];
}

/**
 * `npm test:*` is these words and any more; `npm test` these alone; `*` in a pattern is any text. With `loosely`, a word that is
 * known only when it runs may be any.
 */
export function matchesWords(
  pattern: string,
  words: readonly (string | null)[],
  loosely: boolean,
): boolean {
  // A command word that is known only when it runs is asked about anyway.
  if (words[0] === null || words[0] === undefined) return false;
  const open = pattern.endsWith(":*");
  const bare = open ? pattern.slice(0, -2) : pattern;
  if (bare.includes("*")) return matchesText(bare, words, { open, loosely });
  const wanted = bare.split(/\s+/).filter((word) => word !== "");
  if (!open && wanted.length !== words.length && !(loosely && words.includes(null))) return false;
  return wanted.every((want, at) => {
    const word = words[at];
    return (
      word === want ||
      (loosely && word === null) ||
      (loosely && word === undefined && words.includes(null))
    );
  });
}

function matchesText(
  pattern: string,
  words: readonly (string | null)[],
  { open, loosely }: { open: boolean; loosely: boolean },
): boolean {
  if (!loosely && words.includes(null)) return false;
  const unknown = words.indexOf(null);
  const text = (unknown < 0 ? words : words.slice(0, unknown)).join(" ");
  const pieces = pattern.split("*");
  if (unknown >= 0) {
    const [head = ""] = pieces;
    return text.startsWith(head.trim()) || head.startsWith(text);
  }
  return startsWithPieces(text, pieces, open);
}

/** Piece after piece from the left, so that no pattern takes long. */
function startsWithPieces(text: string, pieces: readonly string[], open: boolean): boolean {
  const [head = "", ...rest] = pieces;
  if (!text.startsWith(head)) return false;
  let at = head.length;
  for (const [index, piece] of rest.entries()) {
    if (index === rest.length - 1 && !open) {
      return text.length - piece.length >= at && text.endsWith(piece);
    }
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return true;
}

function standsIn(pattern: string, command: string): boolean {
  const wanted = pattern
    .replace(/:\*$/, "")
    .split(/[\s*]+/)
    .filter((word) => word !== "");
  let at = 0;
  for (const word of wanted) {
    const found = command.indexOf(word, at);
    if (found < 0) return false;
    at = found + word.length;
  }
  return true;
}

/** Letter case is no way around a rule. */
function matchesPath(pattern: string, path: string): boolean {
  const plain = path.toLowerCase();
  const wanted = pattern.replace(/^\.\//, "").toLowerCase();
  return (
    matchesGlob(plain, wanted) ||
    matchesGlob(plain, `${wanted}/**`) ||
    (!wanted.includes("/") && matchesGlob(plain, `**/${wanted}`))
  );
}

function isOfDomain(pattern: string, url: string | undefined): boolean {
  const host = URL.canParse(url ?? "") ? new URL(url ?? "").hostname.toLowerCase() : "";
  const wanted = pattern.slice("domain:".length);
  return wanted.startsWith("*.") ? host.endsWith(wanted.slice(1)) : host === wanted;
}

/** The first allow rule of those that cover every part, or undefined where one part has none. */
function findLift(
  call: RuledCall,
  parts: readonly Part[],
  rules: readonly Rule[],
): Rule | undefined {
  const { assessment } = call;
  const causes = assessment.causes ?? [];
  if (assessment.complete === false) return undefined;
  if (causes.some((cause) => cause.kind === "unanalysable" && cause.risk === "HIGH"))
    return undefined;
  const allows = rules.filter((rule) => rule.verdict === "allow" && rule.origin.scope === "user");
  if (call.tool !== "Bash") {
    return allows.find((rule) => touches(rule, call, parts) && rule.tool === call.tool);
  }
  let first: Rule | undefined;
  const covered = new Set<object>();
  for (const part of parts) {
    // A word that is known only when it runs was not looked at by whoever wrote the rule.
    if (part.words.includes(null) && riskOf(part.causes) !== "LOW") return undefined;
    const rule = allows.find(
      (other) =>
        other.tool === "Bash" &&
        (other.pattern === null || matchesWords(other.pattern, part.words, false)),
    );
    if (rule !== undefined) {
      first ??= rule;
      for (const cause of part.causes) covered.add(cause);
    } else if (riskOf(part.causes) !== "LOW") return undefined;
  }
  // What no command of it caused, such as a redirection, is lifted by no rule.
  const left = causes.find((cause) => cause.risk === "HIGH" && !covered.has(cause));
  return left === undefined ? first : undefined;
}

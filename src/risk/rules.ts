/**
 * Permission rules: `allow`, `ask`, `deny`, with the patterns people know: `Bash(npm test:*)`, `Edit(src/**)`, `Read(.env)`,
 * `WebFetch(domain:example.com)`, bare `Bash`. A malformed one is an error that names file, line and fix.
 */
import { SwarmError } from "../errors.ts";
import type { Rule, RuleOrigin, RuleText } from "../permissions.ts";
import { hiddenCharacter } from "./hidden-text.ts";

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

export function showRule({ verdict, tool, pattern }: Rule): string {
  return `${verdict} ${tool}${pattern === null ? "" : `(${pattern})`}`;
}

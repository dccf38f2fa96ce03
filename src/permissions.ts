/** What an agent may do, in the words that configuration, journal, wire and tools share: rules of the person's and the project's, and grants. */
import { z } from "zod";

export const Verdict = z.enum(["allow", "ask", "deny"]);
export type Verdict = z.infer<typeof Verdict>;

/** Where a rule stands; one of a project can only narrow. */
const RuleOrigin = z.object({
  file: z.string(),
  line: z.number(),
  scope: z.enum(["user", "project"]),
});
export type RuleOrigin = z.infer<typeof RuleOrigin>;

export const Rule = z.object({
  verdict: Verdict,
  tool: z.string(),
  /** What stands in the brackets; null is every call of the tool. */
  pattern: z.string().nullable(),
  origin: RuleOrigin,
});
export type Rule = z.infer<typeof Rule>;

/** A rule as it stands in a file. */
export interface RuleText {
  readonly verdict: Verdict;
  readonly text: string;
  readonly origin: RuleOrigin;
}

/** What an agent may do at most. */
export const Grant = z.object({
  tools: z.array(z.string()).readonly(),
  /** Globs of files that may be changed, relative to the checkout. */
  paths: z.array(z.string()).readonly(),
  network: z.boolean(),
  /** In US dollars; null is without a limit of its own. */
  budget: z.number().nullable(),
});
export type Grant = z.infer<typeof Grant>;

/** The grants that a session can be started with, each within the next. */
export const GrantName = z.enum(["read-only", "edit", "full"]);
export type GrantName = z.infer<typeof GrantName>;

/** What a call is held against: fixed for a session when it starts. */
export const Policy = z.object({ grant: Grant, rules: z.array(Rule).readonly() });
export type Policy = z.infer<typeof Policy>;

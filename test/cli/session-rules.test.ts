import { expect, test } from "vitest";
import { stricter } from "../../src/cli/session-rules.ts";
import type { Rule, Verdict } from "../../src/permissions.ts";

const rule = (verdict: Verdict, pattern: string): Rule => ({
  verdict,
  tool: "Bash",
  pattern,
  origin: { file: "config.toml", line: 1, scope: "user" },
});

test("a resumed session takes what got stricter, and nothing that got looser", () => {
  const stored = [rule("allow", "git push"), rule("allow", "make"), rule("deny", "curl:*")];
  const current = [rule("allow", "make"), rule("allow", "npm publish"), rule("ask", "git log:*")];
  expect(stricter(stored, current)).toEqual([
    rule("allow", "make"),
    rule("deny", "curl:*"),
    rule("ask", "git log:*"),
  ]);
});

test("a resumed session whose configuration is the same has the same rules", () => {
  const rules = [rule("allow", "make"), rule("ask", "git log:*"), rule("deny", "curl:*")];
  expect(stricter(rules, rules)).toEqual(rules);
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, constantFrom, double, integer, property } from "fast-check";
import { afterAll, expect, test } from "vitest";
import { SwarmError } from "../../src/errors.ts";
import type { Rule, Verdict } from "../../src/permissions.ts";
import { decide } from "../../src/risk/decide.ts";
import { assessPath } from "../../src/risk/paths.ts";
import { parseRule } from "../../src/risk/rules.ts";
import { assessCommand } from "../../src/risk/shell.ts";

const root = mkdtempSync(join(tmpdir(), "swarmux-rules-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const origin = { file: "config.toml", line: 7, scope: "user" } as const;
const VERDICTS: readonly Verdict[] = ["allow", "ask", "deny"];
const rule = (text: string): Rule => {
  const [word, ...rest] = text.split(" ");
  const verdict = VERDICTS.find((other) => other === word) ?? "ask";
  return parseRule({ verdict, text: rest.join(" "), origin });
};
const of = (command: string, ...rules: readonly string[]) =>
  decide({ tool: "Bash", command, assessment: assessCommand(command, { root }) }, rules.map(rule))
    .verdict;

test.each([
  ["npm test", [], "allow"],
  ["git push", [], "ask"],
  ["git push", ["allow Bash(git push:*)"], "allow"],
  ["git push origin main", ["allow Bash(git push:*)"], "allow"],
  ["git pushx", ["allow Bash(git push:*)"], "ask"],
  ["git push origin", ["allow Bash(git push)"], "ask"],
  ["git push", ["allow Bash(git push:*)", "ask Bash(git push:*)"], "ask"],
  ["git push", ["allow Bash(git push:*)", "ask Bash", "deny Bash(git push:*)"], "deny"],
  ["ls", ["ask Bash"], "ask"],
  ["ls", ["deny Bash"], "deny"],
  ["npm run deploy", ["allow Bash(npm run *)"], "allow"],
  ["git push origin main", ["deny Bash(git * main)"], "deny"],
  ["git push origin dev", ["deny Bash(git * main)"], "ask"],
  // Every part has to be covered.
  ["git push && ls", ["allow Bash(git push:*)"], "allow"],
  ["git push && npm publish", ["allow Bash(git push:*)"], "ask"],
  ["git push && npm test", ["allow Bash(git push:*)"], "ask"],
  ["git push && npm test", ["allow Bash(git push:*)", "allow Bash(npm test)"], "allow"],
  ["git push > ../x", ["allow Bash(git push:*)"], "ask"],
  // What can't be analysed is lifted by nothing.
  ["git push $(cat x)", ["allow Bash", "allow Bash(git push:*)"], "ask"],
  ["eval git push", ["allow Bash"], "ask"],
  // Files that a command names.
  ["cat notes/a.md", ["deny Read(notes/**)"], "deny"],
  ["cat notes/a.md", ["deny Read(NOTES/**)"], "deny"],
  ["echo x > src/a.ts", ["deny Edit(src/**)"], "deny"],
  ["cat src/a.ts", ["deny Edit(src/**)"], "allow"],
  ["sed -i s/a/b/ src/a.ts", ["deny Write(src/**)"], "deny"],
] as const)("%s under %j is %s", (command, rules, verdict) => {
  expect(of(command, ...rules)).toBe(verdict);
});

test.each([
  "ls; git push",
  "ls && (cd a && git push)",
  "echo $(git push)",
  "echo `git push`",
  "sh -c 'git push'",
  "bash -c \"sh -c 'git push'\"",
  "env A=b git push",
  "sudo -u x git push",
  "timeout 5 nice git push",
  "xargs git push < a",
  "find . -exec git push \\;",
  "git -C sub push",
  "git --no-pager push",
  "/usr/bin/git push",
  "'git' pu\"sh\"",
  "git $(echo push)",
  "eval 'git push'",
  "trap 'git push' EXIT",
  "f() { git push; }; f",
  "cat <(git push)",
  "cat <<E\n$(git push)\nE",
  "sh <<'E'\ngit push\nE",
  "echo 'git push' | sh",
  "if true; then git push; fi",
  "rm -rf / && git push",
  "$x; git push",
  "git push 'unclosed",
  "ls\u200b; git push",
])("R2: a deny rule finds git push in %j", (command) => {
  expect(of(command, "deny Bash(git push:*)", "allow Bash")).toBe("deny");
});

test("R2: a deny rule finds its command in chains of up to 100,000 parts", () => {
  const rules = [rule("deny Bash(git push:*)")];
  assert(
    property(
      constantFrom(1, 50, 51, 64, 129, 1000, 30_000, 100_000),
      double({ min: 0, max: 1, noNaN: true }),
      constantFrom("; ", " && ", " | ", "\n"),
      (count, share, joint) => {
        const parts = Array.from({ length: count }, () => "ls");
        parts.splice(Math.floor(share * count), 0, "git push origin");
        const command = parts.join(joint);
        const assessment = assessCommand(command, { root });
        expect(assessment.risk).toBe("HIGH");
        expect(decide({ tool: "Bash", command, assessment }, rules).verdict).toBe("deny");
      },
    ),
    { numRuns: 8 },
  );
}, 120_000);

test("R2: nesting past every limit is HIGH, and a deny rule holds", () => {
  assert(
    property(integer({ min: 1, max: 600 }), (depth) => {
      const command = `${"$(echo ".repeat(depth).replace("$(", "")}$(git push)${")".repeat(depth - 1)}`;
      expect(assessCommand(command, { root }).risk).toBe("HIGH");
      expect(of(command, "deny Bash(git push:*)")).toBe("deny");
    }),
    { numRuns: 15 },
  );
});

test.each([
  ["Write", "src/a.ts", ["deny Edit(src/**)"], "deny"],
  ["Edit", "lib/a.ts", ["deny Edit(src/**)"], "allow"],
  ["Edit", "a/package-lock.json", ["ask Edit(package-lock.json)"], "ask"],
  ["Edit", "src", ["deny Edit(src)"], "deny"],
  ["Edit", "src/deep/a.ts", ["deny Edit(src)"], "deny"],
] as const)("%s of %s under %j is %s", (...row) => {
  const [tool, path, rules, verdict] = row;
  const assessment = assessPath(path, "write");
  const file = { path, written: path, access: "write" } as const;
  expect(decide({ tool, file, assessment }, rules.map(rule)).verdict).toBe(verdict);
});

test("a path that is HIGH is lifted by a rule for it", () => {
  const assessment = assessPath(".env", "read");
  const file = { path: ".env", written: ".env", access: "read" } as const;
  const call = { tool: "Read", file, assessment };
  expect(decide(call, []).verdict).toBe("ask");
  expect(decide(call, [rule("allow Read(.env)")]).verdict).toBe("allow");
});

test.each([
  ["https://example.com/x", "deny"],
  ["https://a.example.com/x", "allow"],
  ["https://example.com.evil.org", "allow"],
  ["https://user@example.com/", "deny"],
])("WebFetch(domain:example.com) on %s is %s", (url, verdict) => {
  const call = { tool: "WebFetch", url, assessment: { risk: "MEDIUM", reasons: [] } } as const;
  expect(decide(call, [rule("deny WebFetch(domain:example.com)")]).verdict).toBe(verdict);
});

test("the rule that decided is told", () => {
  const call = { tool: "Bash", command: "ls", assessment: assessCommand("ls", { root }) };
  expect(decide(call, [rule("deny Bash(ls:*)")])).toMatchObject({
    verdict: "deny",
    why: "deny Bash(ls:*) in config.toml:7",
  });
});

test.each([
  "",
  "bash",
  "Bash(",
  "Bash()",
  "Bash(*)",
  "Bash(a:*b)",
  "Shell(ls)",
  "Edit(/etc/**)",
  "Edit(../x)",
  "Read(~/x)",
  "WebFetch(example.com)",
  "WebFetch(domain:https://x)",
  "Report(x)",
  "Bash(ls\u200b)",
])("R3: the malformed rule %j is refused with file, line and fix", (text) => {
  let thrown: unknown;
  try {
    parseRule({ verdict: "deny", text, origin });
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(SwarmError);
  expect(thrown).toMatchObject({ kind: "config", mend: expect.stringMatching(/\w/) });
  expect(String(thrown)).toContain("config.toml:7");
});

test("R20: a project's rule may ask and deny, and never allow", () => {
  const project = { ...origin, scope: "project" } as const;
  expect(parseRule({ verdict: "ask", text: "Bash", origin: project }).verdict).toBe("ask");
  expect(() => parseRule({ verdict: "allow", text: "Bash(ls)", origin: project })).toThrow(
    /only ask or deny/,
  );
  const smuggled: Rule = { verdict: "allow", tool: "Bash", pattern: null, origin: project };
  const assessment = assessCommand("git push", { root });
  expect(decide({ tool: "Bash", command: "git push", assessment }, [smuggled]).verdict).toBe("ask");
});

import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { sessionPattern } from "../../src/risk/session-pattern.ts";
import { assessCommand } from "../../src/risk/shell.ts";

test.each([
  ["frobnicate --fast a.txt", "Bash(frobnicate:*)"],
  ["frobnicate a && frobnicate b", "Bash(frobnicate:*)"],
  ["cd src && frobnicate", "Bash(frobnicate:*)"],
  ["frobnicate a && otherwise b", undefined],
  ["frobnicate a > /etc/passwd", undefined],
  ["frobnicate $(cat .env)", undefined],
  ["frobnicate && git push", undefined],
  ["$TOOL a", undefined],
  ["sh -c 'frobnicate a'", undefined],
  ["npx frobnicate", undefined],
  ["frobnicate 'unclosed", undefined],
  ["swarmux approve ada-1", undefined],
  ["ls", undefined],
])("what %s can be allowed for a session: %s", (command, pattern) => {
  expect(sessionPattern("Bash", assessCommand(command, { root: tmpdir() }))).toBe(pattern);
});

test("only commands can be allowed for a session", () => {
  const assessment = assessCommand("frobnicate", { root: tmpdir() });
  expect(sessionPattern("Terminal", assessment)).toBeUndefined();
});

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { expect, onTestFinished, test, vi } from "vitest";
import { rulesWhyAll } from "../../src/cli/rules.ts";
import { createPlace } from "./support.ts";

/** What the lines are answered with in a repository with these files. */
async function answer(lines: readonly string[], files: Parameters<typeof createPlace>[0] = {}) {
  const { env, repoRoot } = createPlace(files);
  mkdirSync(join(repoRoot, ".git"));
  const cwd = vi.spyOn(process, "cwd").mockReturnValue(repoRoot);
  onTestFinished(() => cwd.mockRestore());
  for (const name of ["SWARMUX_CONFIG", "XDG_CONFIG_HOME", "HOME"]) vi.stubEnv(name, env[name]);
  onTestFinished(() => void vi.unstubAllEnvs());
  const stdout = new PassThrough();
  const text = stdout.toArray();
  const code = await rulesWhyAll(Readable.from([`${lines.join("\n")}\n`]), stdout);
  stdout.end();
  const said = Buffer.concat(await text).toString();
  return {
    code,
    answers: said
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  };
}

test("each command is answered in its place, with risk, reasons and decision", async () => {
  const cmds = ["ls", "git push", "npm test", 'echo "ä\u202e"'];
  const { code, answers } = await answer(
    cmds.map((cmd) => JSON.stringify({ cmd, note: "ignored" })),
    { npm: '{"scripts":{"test":"vitest"}}' },
  );
  expect(code).toBe(0);
  expect(answers.map(({ cmd, risk, decision }) => [cmd, risk, decision])).toEqual([
    ["ls", "LOW", "allow"],
    ["git push", "HIGH", "ask"],
    ["npm test", "MEDIUM", expect.stringMatching(/allow|ask/)],
    ['echo "ä\u202e"', "HIGH", "ask"],
  ]);
  expect(answers[1]).toEqual({
    cmd: "git push",
    risk: "HIGH",
    reasons: ["git push sends work to a remote"],
    decision: "ask",
  });
});

test("a line that can't be read is answered with its number, the rest goes on, and the code is 2", async () => {
  const { code, answers } = await answer(["nope", "", '{"cmd":1}', '{"cmd":"ls"}', "[]"]);
  expect(code).toBe(2);
  expect(answers).toEqual([
    { line: 1, error: "this is not JSON" },
    { line: 3, error: 'this is not an object like {"cmd": "npm test"}' },
    { cmd: "ls", risk: "LOW", reasons: [], decision: "allow" },
    { line: 5, error: 'this is not an object like {"cmd": "npm test"}' },
  ]);
});

test("the rules of the configuration decide, and are named", async () => {
  const { answers } = await answer(
    ["git push", "npm publish", "ls"].map((cmd) => JSON.stringify({ cmd })),
    {
      user: '[permissions]\nallow = ["Bash(git push:*)"]\nask = ["Bash(ls:*)"]',
      project: '[permissions]\ndeny = ["Bash(npm publish:*)"]',
    },
  );
  expect(answers.map(({ decision, rule }) => [decision, rule])).toEqual([
    ["allow", expect.stringMatching(/^allow Bash\(git push:\*\) in .*config\.toml:2$/)],
    ["deny", expect.stringMatching(/^deny Bash\(npm publish:\*\) in .*config\.toml:2$/)],
    ["ask", expect.stringMatching(/^ask Bash\(ls:\*\) in .*config\.toml:3$/)],
  ]);
});

test("a grant without network refuses what needs it", async () => {
  const { answers } = await answer(['{"cmd":"git push"}'], {
    user: '[permissions]\ngrant = "edit"',
  });
  expect(answers[0]).toMatchObject({
    decision: "deny",
    rule: expect.stringMatching(/^The network is not/),
  });
});

test("many lines are answered in their order", async () => {
  const cmds = Array.from({ length: 3000 }, (_, index) => `echo ${index}`);
  const { answers } = await answer(cmds.map((cmd) => JSON.stringify({ cmd })));
  expect(answers.map(({ cmd }) => cmd)).toEqual(cmds);
});

/** `swarmux rules` and what stands below it, as commands. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { BIN, expectCode, jsonLines, swarmux } from "./support/swarmux.ts";
import { createWorkplace, put } from "./support/workplace.ts";

async function createRuled() {
  const place = await createWorkplace({
    "a.txt": "one\n",
    ".swarmux/config.toml":
      'task_budget = 5\n[permissions]\ndeny = ["Bash(touch:*)"]\ngrant = "full"\n',
  });
  await put(place.folder, {
    "home/.config/swarmux/config.toml":
      'task_budget = 1\n[permissions]\nallow = ["Bash(git push origin work)"]\ngrant = "edit"\n',
  });
  return place;
}

test("rules shows each rule with its file and line, and the narrower of grants and budgets", async () => {
  const place = await createRuled();
  const shown = await swarmux(place, ["rules", "--json"]);
  expectCode(shown, 0);
  const lines = jsonLines(shown.stdout);
  expect(lines.filter(({ kind }) => kind === "rule")).toMatchObject([
    { verdict: "allow", tool: "Bash", pattern: "git push origin work", line: 3, scope: "user" },
    { verdict: "deny", tool: "Bash", pattern: "touch:*", line: 3, scope: "project" },
  ]);
  expect(lines.find(({ kind }) => kind === "grant")).toMatchObject({
    name: "edit",
    network: false,
    budget: 1,
  });
  expect((await swarmux(place, ["rules"])).stdout).toMatch(
    /deny Bash\(touch:\*\) +\S*\.swarmux\/config\.toml:3\n/,
  );
});

test("rules why tells risk, reasons and the rule that decides, and runs nothing", async () => {
  const place = await createRuled();
  const why = await swarmux(place, ["rules", "why", "ls; touch ~/mark"]);
  expectCode(why, 0);
  expect(why.stdout).toMatch(/^risk +HIGH\n/);
  expect(why.stdout).toMatch(/^decision +deny, because of .*touch:\*/m);
  expect(existsSync(join(place.folder, "home/mark"))).toBe(false);
});

test("rules why --stdin --json answers a line that can't be read in its place, and ends with 2", async () => {
  const place = await createRuled();
  const { stdout, exitCode } = await execa(BIN, ["rules", "why", "--stdin", "--json"], {
    cwd: place.repo,
    env: place.env,
    extendEnv: false,
    reject: false,
    input: '{"cmd":"ls"}\n{"cmd":\n\n{"cmd":"touch b.txt"}\n',
  });
  expect(exitCode).toBe(2);
  expect(jsonLines(stdout)).toEqual([
    { cmd: "ls", risk: "LOW", reasons: [], decision: "allow" },
    { line: 2, error: "this is not JSON" },
    expect.objectContaining({ cmd: "touch b.txt", risk: "MEDIUM", decision: "deny" }),
  ]);
});

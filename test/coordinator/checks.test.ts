import { existsSync } from "node:fs";
import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type Check, failureText, runCheck } from "../../src/coordinator/checks.ts";
import type { Rule } from "../../src/permissions.ts";
import { openEnclosure } from "../../src/risk/enclosure.ts";
import { createSecretFilter } from "../../src/risk/hide-secrets.ts";
import { startTimeOf } from "../../src/session/processes.ts";
import { makeToken } from "../risk/secret-samples.ts";
import { eventually } from "../support/eventually.ts";
import { tempFolder } from "./support.ts";

const PERSON = "person";

interface Limits {
  readonly rules?: readonly Rule[];
  readonly hasShell?: boolean;
}

async function workplace(approves = false, { rules = [], hasShell = true }: Limits = {}) {
  const folder = await tempFolder();
  const [cwd, logs] = [join(folder, "checkout"), join(folder, "receipts")];
  await mkdir(cwd);
  await mkdir(logs);
  const aborter = new AbortController();
  const asked: string[] = [];
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder, MARK: "of the check" };
  const secrets = createSecretFilter([]);
  const allow = async ({ reasons }: { reasons: readonly string[] }) => {
    asked.push(...reasons);
    return approves;
  };
  const enclosure = openEnclosure("none", env);
  const enclosures = { enclosure, approvedEnclosure: () => enclosure };
  const { signal } = aborter;
  const given = { cwd, enclosures, logs, name: "001-t1", secrets, signal, allow };
  const options = { ...given, rules, hasShell };
  return {
    asked,
    folder,
    cwd,
    aborter,
    run: (command: string, from: Check["from"] = PERSON) => runCheck({ command, from }, options),
    runIn: (elsewhere: string) =>
      runCheck({ command: "true", from: PERSON }, { ...options, cwd: elsewhere }),
  };
}

/** A process that nobody has waited for yet counts as gone. */
function isAlive(pid: number): boolean {
  return startTimeOf(pid) !== undefined;
}

/** The number in a file, once it is there; its process is ended after the test in any case. */
async function pidIn(path: string): Promise<number> {
  const pid = await eventually(async () => {
    const text = (await readFile(path, "utf8")).trim();
    if (text === "") throw new Error("no pid yet");
    return Number(text);
  });
  onTestFinished(() => {
    if (isAlive(pid)) process.kill(pid, "SIGKILL");
  });
  return pid;
}

test.each<[string, string, number, string]>([
  ["one that passes", "echo fine", 0, "fine"],
  ["one that fails, with both streams", "echo out; echo err >&2; exit 3", 3, "out\nerr"],
  ["one in a pipe, by its last part", "false | cat", 0, ""],
  [
    "one that runs in the checkout with our environment",
    'echo "${PWD##*/} $MARK"',
    0,
    "checkout of the check",
  ],
  ["one that wants to read", "cat", 0, ""],
])("runs %s", async (_name, ...[command, exit, output]) => {
  const { run } = await workplace();
  expect(await run(command)).toMatchObject({ command, exit, output });
});

test("all that was printed is in a private log, its end in the result", async () => {
  const { run } = await workplace();
  const result = await run("seq 1 20000");
  const log = await readFile(result.log, "utf8");
  expect({
    lines: log.split("\n").length,
    mode: (await stat(result.log)).mode & 0o777,
    end: result.output.endsWith("19999\n20000"),
    short: result.output.length <= 4_000,
    path: result.log.endsWith("/receipts/001-t1.log"),
  }).toEqual({ lines: 20_001, mode: 0o600, end: true, short: true, path: true });
});

test("a HIGH check of the repository that the person denies never starts", async () => {
  const { run, cwd, asked } = await workplace();
  const result = await run("touch ran && git push origin main", "repository");
  expect(result).toMatchObject({ exit: null, output: expect.stringMatching(/^Not run: .*HIGH/) });
  expect([existsSync(join(cwd, "ran")), asked.length > 0]).toEqual([false, true]);
});

test("a HIGH check of the repository that the person allows runs", async () => {
  const { run, asked } = await workplace(true);
  const result = await run("echo fine; git push /nowhere main 2>/dev/null; exit 5", "repository");
  expect(result).toMatchObject({ exit: 5, output: "fine" });
  expect(asked.join("; ")).not.toBe("");
});

const rule = (verdict: Rule["verdict"], pattern: string): Rule => ({
  verdict,
  tool: "Bash",
  pattern,
  origin: { file: "config.toml", line: 4, scope: "user" },
});

test.each<[string, Limits, string, RegExp, number]>([
  ["denies", { rules: [rule("deny", "npm test:*")] }, "npm test", /^Not run: .*deny Bash/, 0],
  [
    "says to ask for",
    { rules: [rule("ask", "npm test:*")] },
    "npm test",
    /^Not run: .*ask Bash/,
    1,
  ],
])("a check of the repository that a rule %s does not run by itself", async (_name, ...row) => {
  const [limits, command, output, questions] = row;
  const { run, asked } = await workplace(false, limits);
  const result = await run(command, "repository");
  expect(result).toMatchObject({ exit: null, output: expect.stringMatching(output) });
  expect(asked.filter((line) => line.startsWith("asked because"))).toHaveLength(questions);
});

test("a HIGH check of the repository that a rule allows is not asked for", async () => {
  const { run, asked } = await workplace(false, { rules: [rule("allow", "git push:*")] });
  const result = await run("git push /nowhere main 2>/dev/null", "repository");
  expect([result.exit, asked]).toEqual([128, []]);
});

test("without a shell every check of the repository takes a yes, and a person's runs", async () => {
  const { run, asked } = await workplace(false, { hasShell: false });
  const results = [await run("echo a", "repository"), await run("echo a", "person")];
  expect(results.map(({ exit }) => exit)).toEqual([null, 0]);
  expect(asked[0]).toMatch(/^no agent of this session runs commands/);
});

test("the same words of a person run as they are", async () => {
  const { run, asked } = await workplace();
  const result = await run("git push /nowhere main 2>/dev/null; exit 4");
  expect([result.exit, asked]).toEqual([4, []]);
});

test("a harmless check of the repository runs", async () => {
  const { run, asked } = await workplace();
  expect(await run("echo fine", "repository")).toMatchObject({ exit: 0, output: "fine" });
  expect(asked).toEqual([]);
});

test("a process that a check leaves behind neither holds it up nor stays", async () => {
  const { run, cwd } = await workplace();
  const result = await run("sleep 300 & echo $! >pid; echo done");
  const pid = await pidIn(join(cwd, "pid"));
  expect(result).toMatchObject({ exit: 0, output: "done" });
  expect(result.ms).toBeLessThan(60_000);
  await eventually(() => expect(isAlive(pid)).toBe(false));
});

test("ends with its session, and its children with it", async () => {
  const { run, cwd, aborter } = await workplace();
  const running = run("sleep 300 & echo $! >pid; wait");
  const pid = await pidIn(join(cwd, "pid"));
  aborter.abort();
  expect((await running).exit).toBeNull();
  await eventually(() => expect(isAlive(pid)).toBe(false));
});

test("does not go on in a session that is over already", async () => {
  const { run, aborter } = await workplace();
  aborter.abort();
  expect((await run("sleep 300")).exit).toBeNull();
});

test("a check that can't start says why and has no exit code", async () => {
  const { runIn, folder } = await workplace();
  expect(await runIn(join(folder, "gone"))).toMatchObject({
    exit: null,
    output: expect.stringContaining("ENOENT"),
  });
});

test("the text for whoever mends it holds the last forty lines and the log's path", () => {
  const output = Array.from({ length: 50 }, (_, index) => `line ${index + 1}`).join("\n");
  const lines = failureText({ command: "npm test", exit: 1, ms: 1, output, log: "/log" }).split(
    "\n",
  );
  const none = failureText({ command: "x", exit: null, ms: 1, output: "", log: "/log" });
  expect([lines[0], lines[1], lines.length, lines.at(-1), none]).toEqual([
    "npm test → exit 1",
    "line 11",
    42,
    "Whole output: /log",
    "x → exit none\n\nWhole output: /log",
  ]);
});

test("R18: a key that a check prints stands neither in its result nor in its log", async () => {
  const place = await workplace();
  const token = `ghp_${makeToken(36)}`;
  const { output, log } = await place.run(`printf 'a ghp_'; sleep 0.1; echo ${token.slice(4)}`);
  expect(output).toMatch(/^a \[hidden by swarmux: GitHub token\./);
  expect(await readFile(log, "utf8")).not.toContain(token.slice(4));
});

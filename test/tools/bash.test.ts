import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { bashTool } from "../../src/tools/bash.ts";
import { readTool } from "../../src/tools/read.ts";
import { eventually } from "../support/eventually.ts";
import { createWorkspace } from "./workspace.ts";

test("runs in the checkout and gives both streams in order, with exit and time", async () => {
  const work = createWorkspace();
  const text = await work.call(bashTool, {
    command: "for i in 1 2 3; do echo out$i; echo err$i >&2; done; pwd",
  });
  expect(text.replace(/\d+\.\d s/, "T")).toBe(
    `out1\nerr1\nout2\nerr2\nout3\nerr3\n${work.root}\n[exit 0, T]`,
  );
  expect(work.context.reads.recentSources(1)[0]).toMatch(/^command:for i in 1 2 3;/);
});

test("passes the command and the environment as they are", async () => {
  const work = createWorkspace();
  expect(
    await work.call(bashTool, { command: `echo "$0" '$x' "a  b" "\${HOME}"; true` }),
  ).toContain(`/bin/bash $x a  b ${dirname(work.root)}\n`);
  const names = (await work.call(bashTool, { command: "env | cut -d= -f1 | sort" })).split("\n");
  expect(names.slice(0, -1)).toEqual(
    ["HOME", "LANG", "PATH", "PWD", "SHLVL", "_"].filter((name) => names.includes(name)),
  );
});

test("has no input and no terminal", async () => {
  const work = createWorkspace();
  expect(await work.call(bashTool, { command: "cat; test -t 0 || echo none" })).toMatch(/^none\n/);
});

test("fails with the exit code and what was printed", async () => {
  const work = createWorkspace();
  expect(await work.failure(bashTool, { command: "echo bad; exit 3" })).toMatch(
    /^bad\n\[exit 3, \d+\.\d s\]$/,
  );
  expect(await work.failure(bashTool, { command: "kill -9 $$" })).toMatch(/^\[ended by SIGKILL, /);
});

test("stops at the timeout, with all that it started", async () => {
  const work = createWorkspace();
  const started = performance.now();
  const text = await work.failure(bashTool, {
    command: "sleep 60 & echo $! > pid; echo begun; sleep 60",
    timeout: 400,
  });
  expect(text).toMatch(/^begun\n\[Stopped after 0\.\d s: it ran into its timeout\./);
  expect(performance.now() - started).toBeLessThan(10_000);
  await expectGone(work.root);
});

test("kills what ignores a polite end", async () => {
  const work = createWorkspace();
  const text = await work.failure(bashTool, {
    command: "trap '' TERM; echo $$ > pid; while true; do sleep 0.1; done",
    timeout: 300,
  });
  expect(text).toContain("ran into its timeout");
  await expectGone(work.root);
});

test("does not wait for a background child that holds the output open, and ends it", async () => {
  const work = createWorkspace();
  const started = performance.now();
  expect(await work.call(bashTool, { command: "sleep 60 & echo $! > pid; echo done" })).toMatch(
    /^done\n\[exit 0, /,
  );
  expect(performance.now() - started).toBeLessThan(10_000);
  await expectGone(work.root);
});

test("stops when the agent is stopped", async () => {
  const controller = new AbortController();
  const work = createWorkspace({ signal: controller.signal });
  const running = work.call(bashTool, { command: "echo $$ > pid; sleep 60" });
  const failed = running.catch((error: unknown) => error);
  await eventually(() => expect(pidIn(work.root)).toBeGreaterThan(1));
  controller.abort();
  expect(await failed).toMatchObject({ name: "AbortError" });
  await expectGone(work.root);
});

test("cuts long output in the middle and keeps the whole for Read", async () => {
  const work = createWorkspace();
  const text = await work.call(bashTool, { command: "seq 1 20000" });
  expect(text.length).toBeLessThan(31_000);
  expect(text).toMatch(/^1\n2\n/);
  expect(text).toMatch(/20000\n\[exit 0, /);
  const path = /Read file_path="([^"]+)"/.exec(text)?.[1] ?? "";
  expect(readFileSync(path, "utf8").split("\n")).toHaveLength(20_001);
  expect(await work.call(readTool, { file_path: path, offset: 9999, limit: 1 })).toContain(
    " 9999\t9999\n[Lines 9999-9999 of 20000.",
  );
});

test("spills megabytes to the file, and the ends fit together", async () => {
  const work = createWorkspace();
  const text = await work.call(bashTool, { command: "seq 1 500000" });
  const path = /Read file_path="([^"]+)"/.exec(text)?.[1] ?? "";
  const whole = readFileSync(path, "utf8");
  expect(whole.length).toBeGreaterThan(3_000_000);
  const [head = "", tail = ""] = text.split(/\n\[\d+ characters left out here.*\n/);
  expect(head).toHaveLength(18_000);
  expect(whole.startsWith(head)).toBe(true);
  expect(whole.endsWith(`${tail.split("\n[exit")[0]}\n`)).toBe(true);
  expect(text).toContain(`[${whole.length - 30_000} characters left out here.`);
});

test("stops a command that prints without end, in bounded memory", async () => {
  const work = createWorkspace();
  const text = await work.failure(bashTool, {
    command: "head -c 100000000 /dev/zero | tr '\\0' x; sleep 60",
  });
  expect(text).toMatch(/\[Stopped after \d+\.\d s: it printed more than 50 MB\./);
  expect(text.length).toBeLessThan(31_000);
  const path = /Read file_path="([^"]+)"/.exec(text)?.[1] ?? "";
  expect(existsSync(path) && readFileSync(path).length <= 50 * 1024 * 1024).toBe(true);
});

test("refuses what it can't do", async () => {
  const work = createWorkspace();
  const background = { command: "ls", run_in_background: true, timeout: 3_600_001 };
  expect(await work.failure(bashTool, background)).toContain("from 1 to 3600000");
  expect(await work.failure(bashTool, { command: "ls", timeout: 600_001 })).toContain(
    "timeout must",
  );
  expect(await work.failure(bashTool, { command: "ls", timeout: 0 })).toContain("timeout must");
  expect(await work.failure(bashTool, { command: " " })).toContain("empty");
  expect(await work.failure(bashTool, { command: `: ${"x".repeat(200_000)}` })).toContain(
    "could not be started",
  );
});

test("judges npm scripts by what they hold", async () => {
  const work = createWorkspace();
  work.write({
    "package.json": JSON.stringify({ scripts: { test: "vitest", x: "git push && vitest" } }),
  });
  expect((await work.assess(bashTool, { command: "npm test" })).risk).toBe("MEDIUM");
  expect(await work.assess(bashTool, { command: "npm run x" })).toMatchObject({
    risk: "HIGH",
    reasons: ["the script x of package.json runs git push"],
  });
});

function pidIn(root: string): number {
  const path = join(root, "pid");
  return existsSync(path) ? Number(readFileSync(path, "utf8")) : 0;
}

/** A process that has ended but was not yet waited for still has a pid; it runs nothing. */
async function expectGone(root: string): Promise<void> {
  const pid = pidIn(root);
  expect(pid).toBeGreaterThan(1);
  await eventually(() => expect(isRunning(pid)).toBe(false));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

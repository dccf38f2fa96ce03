import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startTimeOf } from "../../src/session/processes.ts";
import { bashTool } from "../../src/tools/bash.ts";
import { taskOutputTool } from "../../src/tools/task-output.ts";
import { taskStopTool } from "../../src/tools/task-stop.ts";
import { makeToken } from "../risk/secret-samples.ts";
import { eventually } from "../support/eventually.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

const WITH_TIME = /\d+\.\d s/g;

async function start(work: Workspace, command: string, more: Record<string, unknown> = {}) {
  const text = await work.call(bashTool, { command, run_in_background: true, ...more });
  return /^Runs in the background as (b\d+)\./.exec(text)?.[1] ?? text;
}

async function look(work: Workspace, task_id: string, more: Record<string, unknown> = {}) {
  const text = await work.call(taskOutputTool, { task_id, ...more });
  return text.replaceAll(WITH_TIME, "T");
}

/** The process writes its pid into the file. */
async function pidIn(work: Workspace, file: string): Promise<number> {
  const path = join(work.root, file);
  await eventually(() => expect(existsSync(path) && readFileSync(path, "utf8")).toMatch(/\d+\n/));
  return Number(readFileSync(path, "utf8"));
}

async function expectGone(pid: number): Promise<void> {
  await eventually(() => expect(startTimeOf(pid)).toBeUndefined());
}

/** What the agent is told, and has read then. */
function hear({ background }: Pick<Workspace, "background">): readonly string[] {
  const { texts, read } = background.news();
  read();
  return texts;
}

test("a background command gives what it prints from look to look, and its end", async () => {
  const work = createWorkspace();
  const id = await start(work, "echo one; until test -e go; do sleep 0.02; done; echo two; exit 3");
  expect(id).toBe("b1");
  await eventually(async () => {
    expect(await look(work, id, { block: false })).toBe("one\n[b1 runs, T]");
  });
  expect(await look(work, id, { block: false })).toBe("[no new output]\n[b1 runs, T]");
  expect(await look(work, id, { timeout: 50 })).toBe("[no new output]\n[b1 runs, T]");
  expect(hear(work)).toEqual([]);
  writeFileSync(join(work.root, "go"), "");
  expect(await look(work, id)).toBe("two\n[b1 ended with exit 3, T]");
  expect(await look(work, id)).toBe("[no new output]\n[b1 ended with exit 3, T]");
  expect([hear(work), work.told]).toEqual([[], ["b1"]]);
});

test("the agent is told once of an end that it has not looked at", async () => {
  const work = createWorkspace();
  await start(work, "echo done");
  const news = await eventually(() => {
    const lines = hear(work);
    expect(lines).toHaveLength(1);
    return lines;
  });
  expect(news[0]?.replace(WITH_TIME, "T")).toBe(
    "Background command b1 (echo done) ended with exit 0, T. Call TaskOutput with task_id b1 for what it printed.",
  );
  expect([hear(work), work.told]).toEqual([[], ["b1"]]);
  expect(await look(work, "b1")).toBe("done\n[b1 ended with exit 0, T]");
});

test("TaskStop ends a command with all that it has started", async () => {
  const work = createWorkspace();
  const id = await start(work, "sleep 60 & echo $! > pid; echo up; wait");
  const pid = await pidIn(work, "pid");
  const text = await work.call(taskStopTool, { task_id: id });
  expect(text.replace(WITH_TIME, "T")).toBe("up\n[b1 was stopped, T]");
  await expectGone(pid);
  expect(await work.call(taskStopTool, { task_id: id })).toContain("[no new output]");
});

test("all of them end with the task", async () => {
  const work = createWorkspace();
  await start(work, "echo $$ > pid1; exec sleep 60");
  await start(work, "trap '' TERM; echo $$ > pid2; while :; do sleep 0.05; done");
  const pids = [await pidIn(work, "pid1"), await pidIn(work, "pid2")];
  await work.background.close();
  for (const pid of pids) await expectGone(pid);
  expect(hear(work)).toHaveLength(2);
});

test("a background command ends at its own timeout, and with the wait for it the call alone", async () => {
  const aborter = new AbortController();
  const work = createWorkspace({ signal: aborter.signal });
  const id = await start(work, "sleep 60", { timeout: 100 });
  expect(await look(work, id)).toBe(
    "[no new output]\n[b1 was stopped: it ran into its timeout, T]",
  );
  const other = await start(work, "echo $$ > pid; exec sleep 60");
  await pidIn(work, "pid");
  const waiting = work.call(taskOutputTool, { task_id: other });
  waiting.catch(() => {});
  aborter.abort();
  await expect(waiting).rejects.toThrow(/abort/i);
  await expect(
    work.background.look(other, { wait: 0, signal: new AbortController().signal }),
  ).resolves.toContain("runs");
});

test("eight run at once, and no more", async () => {
  const work = createWorkspace();
  for (let count = 1; count <= 8; count += 1) await start(work, "sleep 60");
  const ninth = { command: "sleep 60", run_in_background: true };
  expect(await work.failure(bashTool, ninth)).toBe(
    "8 background commands run already: b1, b2, b3, b4, b5, b6, b7, b8. End one with TaskStop first.",
  );
  await work.call(taskStopTool, { task_id: "b3" });
  expect(await start(work, "sleep 60")).toBe("b9");
});

test("R25: a flood of output ends the command, and what is kept of it is bounded", async () => {
  const work = createWorkspace();
  const id = await start(work, "yes flood");
  const text = await look(work, id, { timeout: 60_000 });
  expect(text).toMatch(/\[b1 was stopped: it printed more than 50 MB, T\]$/);
  expect(text.length).toBeLessThan(31_000);
});

test("R18: the output of a background command holds no key", async () => {
  const work = createWorkspace();
  const token = `ghp_${makeToken(36)}`;
  const id = await start(work, `printf ghp_; sleep 0.1; echo ${token.slice(4)}`);
  expect(await look(work, id)).toMatch(/^\[hidden by swarmux: GitHub token\./);
});

test("what another process has started is gone, and the agent is told so once", async () => {
  const work = createWorkspace({ gone: [{ id: "b1", command: "npm run dev" }] });
  const words =
    "Background command b1 (npm run dev) is gone with the process that ran it, and how it ended is not known. Start it again if you need it.";
  expect(await work.failure(taskOutputTool, { task_id: "b1" })).toBe(words);
  expect(hear(work)).toEqual([words]);
  expect([hear(work), work.told]).toEqual([[], ["b1"]]);
  expect(await start(work, "true")).toBe("b2");
  expect(await work.failure(taskOutputTool, { task_id: "b7" })).toBe(
    "There is no background command b7. There are: b2.",
  );
});

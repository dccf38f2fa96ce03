import { once } from "node:events";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readProcess, readProcesses, readPs } from "../../src/session/process-table.ts";
import {
  conditionOf,
  endProcess,
  endTree,
  isAlive,
  parseProcessWord,
  processWord,
  startTimeOf,
} from "../../src/session/processes.ts";
import { eventually } from "../support/eventually.ts";
import { firstLine, kill, start, tempFolder } from "./support.ts";

const isLinux = process.platform === "linux";

/** Starts a shell script that prints a line when it is ready. */
async function startShell(script: string) {
  const child = start("sh", ["-c", script]);
  const printed = await firstLine(child);
  return { child, printed, id: idOf(child.pid) };
}

/** Starts children, as the script says, whose parent never reaps them; gives the pids that it prints. */
async function startNeglected(script: string): Promise<number[]> {
  const { child, printed } = await startShell(`${script}\nexec sleep 60`);
  await eventually(async () => {
    expect(await readFile(`/proc/${child.pid}/comm`, "utf8")).toBe("sleep\n");
  });
  return printed.split(" ").map(Number);
}

function idOf(pid = 0) {
  const startTime = startTimeOf(pid);
  if (startTime === undefined) throw new Error(`Process ${pid} is not there.`);
  return { pid, startTime };
}

test("knows a living process from another one with its pid, and from a dead one", async () => {
  const { child, id } = await startShell("echo ready; read line");
  expect(isAlive(id)).toBe(true);
  expect(isAlive({ ...id, startTime: `${id.startTime}0` })).toBe(false);
  await kill(child);
  expect(isAlive(id)).toBe(false);
});

test.runIf(isLinux)(
  "reads the start time of a program with blanks and parentheses in its name",
  async () => {
    const program = join(await tempFolder(), "a) R 1 (b");
    await writeFile(program, "#!/bin/sh\necho ready\nread line\n");
    await chmod(program, 0o755);
    const child = start(program, []);
    await firstLine(child);
    const mine = Number(startTimeOf(process.pid));
    const its = Number(startTimeOf(child.pid ?? 0));
    expect(its).toBeGreaterThan(mine);
    expect(readProcess(child.pid ?? 0)).toMatchObject({ group: readProcess(process.pid)?.group });
  },
);

test.runIf(isLinux)("takes a zombie for dead", async () => {
  const pids = await startNeglected("sleep 60 & echo $!");
  const zombie = idOf(pids[0]);
  process.kill(zombie.pid, "SIGKILL");
  await eventually(() => expect(readProcess(zombie.pid)?.isZombie).toBe(true));
  expect(readProcess(zombie.pid)?.startTime).toBe(zombie.startTime);
  expect([startTimeOf(zombie.pid), isAlive(zombie)]).toEqual([undefined, false]);
});

test("tells a stopped process from one that runs and from one that is gone", async () => {
  const { child, id } = await startShell("echo ready; read line");
  const seen = [conditionOf(id)];
  child.kill("SIGSTOP");
  await eventually(() => expect(conditionOf(id)).toBe("stopped"));
  child.kill("SIGCONT");
  await eventually(() => expect(conditionOf(id)).toBe("running"));
  seen.push(conditionOf({ ...id, startTime: "another" }));
  await kill(child);
  expect([...seen, conditionOf(id)]).toEqual(["running", "gone", "gone"]);
});

test("a process is one word on a command line", () => {
  const id = { pid: 12, startTime: "Wed Nov 25 22:28:47 2026" };
  expect(parseProcessWord(processWord(id))).toEqual(id);
  expect(parseProcessWord("")).toBeUndefined();
});

test("reads the same processes from ps as from the system", async () => {
  const { child } = await startShell("echo ready; read line");
  const pid = child.pid ?? 0;
  const [fromPs] = readPs(["-p", String(pid)]);
  expect(fromPs).toEqual({
    pid,
    parent: process.pid,
    group: readProcess(pid)?.group,
    isZombie: false,
    isStopped: false,
    startTime: expect.stringMatching(/^\w+ \w+ +\d+ [\d:]+ \d{4}$/),
  });
  expect(readProcesses().map((info) => info.pid)).toContain(pid);
  await kill(child);
  expect(readPs(["-p", String(pid)])).toEqual([]);
});

test("ends a process with SIGTERM where that is enough", async () => {
  const { child, id } = await startShell(
    "trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done",
  );
  const exit = once(child, "exit");
  await endProcess(id, { graceMs: 10_000 });
  expect(await exit).toEqual([7, null]);
});

test("ends a process with SIGKILL where SIGTERM is ignored", async () => {
  const { child, id } = await startShell("trap '' TERM; echo ready; while :; do sleep 0.05; done");
  const exit = once(child, "exit");
  await endProcess(id, { graceMs: 100 });
  expect(isAlive(id)).toBe(false);
  expect(await exit).toEqual([null, "SIGKILL"]);
});

test("ends a stopped process without waiting for the grace to pass", async () => {
  const { child, id } = await startShell("echo ready; read line");
  const exit = once(child, "exit");
  child.kill("SIGSTOP");
  await endProcess(id, { graceMs: 60_000 });
  expect(await exit).toEqual([null, "SIGTERM"]);
});

test("leaves another process alone that got the pid", async () => {
  const { id } = await startShell("echo ready; read line");
  await endProcess({ ...id, startTime: "1" }, { graceMs: 0 });
  await endTree({ ...id, startTime: "1" }, { graceMs: 0 });
  expect(isAlive(id)).toBe(true);
});

test("ends a process group with the children that ignore SIGTERM", async () => {
  const script = "(trap '' TERM; while :; do sleep 0.05; done) & echo $$ $!; wait";
  const child = start("setsid", ["--wait", "sh", "-c", script]);
  const [leader, member] = (await firstLine(child)).split(" ").map(Number).map(idOf);
  if (!leader || !member) throw new Error("The group did not start.");
  await endTree(leader, { graceMs: 100 });
  expect([isAlive(leader), isAlive(member)]).toEqual([false, false]);
});

test.runIf(isLinux)("ends the group of a leader that is a zombie", async () => {
  const pids = await startNeglected("setsid sh -c 'sleep 60 & echo $$ $!; wait' &");
  const [leader, member] = [idOf(pids[0]), idOf(pids[1])];
  process.kill(leader.pid, "SIGKILL");
  await eventually(() => expect(readProcess(leader.pid)?.isZombie).toBe(true));
  expect(isAlive(member)).toBe(true);
  await endTree(leader, { graceMs: 10_000 });
  expect(isAlive(member)).toBe(false);
});

test("ends only the process itself where it leads no group", async () => {
  const { id } = await startShell("echo ready; read line");
  const other = await startShell("echo ready; read line");
  await endTree(id, { graceMs: 10_000 });
  expect([isAlive(id), isAlive(other.id)]).toEqual([false, true]);
});

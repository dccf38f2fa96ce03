import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createChildLauncher } from "../../src/panes/child-launcher.ts";
import type { Exit, Launch } from "../../src/panes/launcher.ts";
import { isAlive } from "../../src/panes/process.ts";
import { eventually } from "../support/eventually.ts";
import { PATH, tempFolder } from "./own-server.ts";

function setUp(cwd: string) {
  const exits: [string, Exit][] = [];
  const launcher = createChildLauncher({ onExit: (worker, exit) => exits.push([worker, exit]) });
  const launch = (worker: string, script: string): Launch => ({
    worker,
    badge: 1,
    argv: ["/bin/sh", "-c", script],
    env: { PATH },
    cwd,
    logFile: join(cwd, `${worker}.log`),
  });
  return { exits, launcher, launch };
}

async function readPid(path: string): Promise<number> {
  return eventually(async () => {
    const pid = Number(await readFile(path, "utf8"));
    expect(pid).toBeGreaterThan(0);
    return pid;
  });
}

test("reports an exit code, a signal and nothing twice", async () => {
  await using folder = await tempFolder();
  const { exits, launcher, launch } = setUp(folder.path);
  await using _ = launcher;
  await launcher.start(launch("ada", "exit 7"));
  await launcher.start(launch("bob", "kill -9 $$"));
  await eventually(() => expect(exits).toHaveLength(2));
  expect(Object.fromEntries(exits)).toEqual({
    ada: { code: 7, signal: null },
    bob: { code: null, signal: "SIGKILL" },
  });
  expect(await launcher.list()).toMatchObject([
    { worker: "ada", pane: null, dead: true, code: 7 },
    { worker: "bob", dead: true, signal: "SIGKILL" },
  ]);
});

test("writes output to a private log and gives the worker the environment given and no other", async () => {
  await using folder = await tempFolder();
  const { exits, launcher, launch } = setUp(folder.path);
  await using _ = launcher;
  await launcher.start({ ...launch("ada", ""), argv: ["/usr/bin/env"], env: { ONE: "a;b#(c)" } });
  await eventually(() => expect(exits).toHaveLength(1));
  expect(await readFile(join(folder.path, "ada.log"), "utf8")).toBe("ONE=a;b#(c)\n");
  expect((await stat(join(folder.path, "ada.log"))).mode & 0o777).toBe(0o600);
});

test("a worker leads a process group of its own, and what it leaves in it ends with it", async () => {
  await using folder = await tempFolder();
  const { exits, launcher, launch } = setUp(folder.path);
  await using _ = launcher;
  const script = `sleep 600 & echo $! > ${folder.path}/child; wait`;
  const { pid } = await launcher.start(launch("ada", script));
  const child = await readPid(join(folder.path, "child"));
  const group = (await readFile(`/proc/${child}/stat`, "utf8")).split(") ")[1]?.split(" ")[2];
  expect(Number(group)).toBe(pid);
  process.kill(pid, "SIGKILL");
  await eventually(() => expect(exits).toEqual([["ada", { code: null, signal: "SIGKILL" }]]));
  await eventually(() => expect(isAlive(child)).toBe(false));
});

test("stops politely first, and by force when that does not help", async () => {
  await using folder = await tempFolder();
  const { exits, launcher, launch } = setUp(folder.path);
  await using _ = launcher;
  const ready = `echo $$ > ${folder.path}/$0; while :; do sleep 0.05; done`;
  const polite = launch("polite", "");
  await launcher.start({ ...polite, argv: ["/bin/sh", "-c", `trap 'exit 4' TERM; ${ready}`, "p"] });
  await launcher.start({
    ...launch("deaf", ""),
    argv: ["/bin/sh", "-c", `trap '' TERM; ${ready}`, "d"],
  });
  await readPid(join(folder.path, "p"));
  await readPid(join(folder.path, "d"));
  await launcher.stop("polite", { graceMs: 5_000 });
  await launcher.stop("deaf", { graceMs: 100 });
  expect(exits).toEqual([
    ["polite", { code: 4, signal: null }],
    ["deaf", { code: null, signal: "SIGKILL" }],
  ]);
  expect(await launcher.list()).toEqual([]);
});

test("starts a worker again after its end, but never twice at once", async () => {
  await using folder = await tempFolder();
  const { exits, launcher, launch } = setUp(folder.path);
  await using _ = launcher;
  await launcher.start(launch("ada", "exit 1"));
  await eventually(() => expect(exits).toHaveLength(1));
  const again = launcher.start(launch("ada", "exec sleep 600"));
  await expect(launcher.start(launch("ada", "exec sleep 600"))).rejects.toThrow("runs already");
  await again;
  expect(await launcher.list()).toMatchObject([{ worker: "ada", dead: false }]);
});

test("a program that is not there is a failure of the start", async () => {
  await using folder = await tempFolder();
  const { exits, launcher, launch } = setUp(folder.path);
  await using _ = launcher;
  const missing = { ...launch("ada", ""), argv: ["/nowhere/worker"] };
  await expect(launcher.start(missing)).rejects.toMatchObject({ kind: "failed" });
  expect([exits, await launcher.list()]).toEqual([[], []]);
});

test("closing ends every worker and reports none", async () => {
  await using folder = await tempFolder();
  const { exits, launcher, launch } = setUp(folder.path);
  const { pid } = await launcher.start(launch("ada", "exec sleep 600"));
  await launcher.close();
  expect([isAlive(pid), exits]).toEqual([false, []]);
  await expect(launcher.start(launch("bob", "exit 0"))).rejects.toThrow("closed");
});

/** Five seconds after any death no process is alive that a tool or a check has started, however it hides. */
import { expect, test } from "vitest";
import { readTeam } from "./support/journal.ts";
import { expectNoProcess, findProcesses } from "./support/leftovers.ts";
import { expectCode, type Running, scripted, start, swarmux } from "./support/swarmux.ts";
import { openTeamsTmux } from "./support/teams-tmux.ts";
import { createWorkplace, git, put, type Workplace } from "./support/workplace.ts";

/** Starts a child that stays, one that leaves its session and its environment, and two whose parents are gone; and waits. */
function leaver(mark: string): string {
  const idle = (name: string) => ["-e", "setInterval(() => {}, 1000)", `${mark}/${name}`];
  const quoted = idle("double")
    .map((word) => `'${word}'`)
    .join(" ");
  return `
    const { spawn } = require("node:child_process");
    const hidden = { env: {}, cwd: "/", detached: true, stdio: "ignore" };
    spawn(process.execPath, ${JSON.stringify(idle("plain"))}, { stdio: "ignore" });
    spawn(process.execPath, ${JSON.stringify(idle("setsid"))}, hidden);
    spawn("/bin/sh", ["-c", "/usr/bin/setsid " + process.execPath + ${JSON.stringify(` ${quoted}`)} + " & exit"], hidden);
    spawn("/bin/sh", ["-c", "(" + process.execPath + ${JSON.stringify(` ${quoted}`)} + " &) & exit"], { stdio: "ignore" });
    setInterval(() => {}, 1000);
  `;
}

interface Place {
  readonly place: Workplace;
  readonly mark: string;
}

/** In the sandbox the kernel sees to it; these are the harder ones. */
const BARE = ["--no-sandbox"];

/** A repository with the program `long.cjs`, whose children can be told from all others. */
async function createPlace(): Promise<Place> {
  const place = await createWorkplace();
  const mark = `${place.folder}/children`;
  await put(place.repo, { "long.cjs": leaver(mark) });
  git(place, "add", "--all");
  git(place, "commit", "-q", "-m", "second");
  return { place, mark };
}

async function children(mark: string): Promise<string[]> {
  const all = await findProcesses(mark);
  return all.map(({ command }) => command.split(" ").at(-1) ?? "").toSorted();
}

async function expectChildren(mark: string): Promise<void> {
  const names = ["double", "double", "plain", "setsid"].map((name) => `${mark}/${name}`);
  const found = async () => (await children(mark)).filter((name) => name.startsWith(mark));
  await expect.poll(found).toEqual(names);
}

/** What the promise allows. */
const SOON = { timeout: 5_000, interval: 20 };

/** Runs the program as a command of a worker. */
async function startCommand(
  { place, mark }: Place,
  walls: readonly string[] = BARE,
): Promise<Running> {
  const { args, env } = scripted("sleeps");
  const running = start(place, [...args, ...walls, "run it"], { env });
  await expectChildren(mark);
  return running;
}

async function workerPid(place: Workplace): Promise<number> {
  return (await readTeam(place)).workers.get("ada")?.pid ?? 0;
}

test("after the death of a worker", async () => {
  const { place, mark } = await createPlace();
  const running = await startCommand({ place, mark });
  process.kill(await workerPid(place), "SIGKILL");
  await expect.poll(() => children(mark), SOON).toEqual([]);
  expectCode(await running.ended, 1);
  await expectNoProcess(place.folder);
});

test("after the death of a worker whose tools are in the sandbox", async () => {
  const { place, mark } = await createPlace();
  const running = await startCommand({ place, mark }, []);
  process.kill(await workerPid(place), "SIGKILL");
  await expect.poll(() => children(mark), SOON).toEqual([]);
  expectCode(await running.ended, 1);
  await expectNoProcess(place.folder);
});

test("after the death of the coordinator", async () => {
  const { place, mark } = await createPlace();
  const running = await startCommand({ place, mark });
  process.kill(running.pid, "SIGKILL");
  await expect.poll(() => children(mark), SOON).toEqual([]);
  await expectNoProcess(place.folder);
  expectCode(await swarmux(place, ["sessions", "rm", "--force", "s"]), 0);
});

test("after the death of both at once", async () => {
  const { place, mark } = await createPlace();
  const running = await startCommand({ place, mark });
  const worker = await workerPid(place);
  process.kill(running.pid, "SIGKILL");
  process.kill(worker, "SIGKILL");
  await expect.poll(() => children(mark), SOON).toEqual([]);
  await expectNoProcess(place.folder);
  expectCode(await swarmux(place, ["sessions", "rm", "--force", "s"]), 0);
});

test("after a stop", async () => {
  const { place, mark } = await createPlace();
  const running = await startCommand({ place, mark });
  running.kill("SIGTERM");
  expectCode(await running.ended, 130);
  await expect.poll(() => children(mark), SOON).toEqual([]);
  await expectNoProcess(place.folder);
});

test("after the death of the coordinator while a check runs", async () => {
  const { place, mark } = await createPlace();
  const { args, env } = scripted("one-task");
  const running = start(place, [...args, ...BARE, "--check", "node long.cjs", "do it"], { env });
  await expectChildren(mark);
  process.kill(running.pid, "SIGKILL");
  await expect.poll(() => children(mark), SOON).toEqual([]);
  await expectNoProcess(place.folder);
  expectCode(await swarmux(place, ["sessions", "rm", "--force", "s"]), 0);
});

test.each(["the tmux server", "the tmux server, the coordinator and the worker"])(
  "after the death of %s",
  async (who) => {
    const { place, mark } = await createPlace();
    const { env } = scripted("sleeps");
    const args = [
      "run",
      "--offline",
      "--panes",
      "tmux",
      "--session",
      "s",
      "--yes",
      "--detach",
      ...BARE,
    ];
    expectCode(await swarmux(place, [...args, "run it"], { env }), 0);
    await expectChildren(mark);
    const tmux = await openTeamsTmux(place);
    const pids = await tmux.run(["list-panes", "-a", "-F", "#{pane_pid}"]);
    const server = Number(await tmux.run(["display-message", "-p", "#{pid}"]));
    const more = who === "the tmux server" ? [] : pids.split("\n").map(Number);
    for (const pid of [server, ...more]) process.kill(pid, "SIGKILL");
    await expect.poll(() => children(mark), SOON).toEqual([]);
    await expectNoProcess(place.folder);
    expectCode(await swarmux(place, ["sessions", "rm", "--force", "s"]), 0);
  },
);

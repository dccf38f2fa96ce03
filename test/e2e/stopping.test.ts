/** Every way to stop a team: what a person sees, that nothing is left running, and that it goes on afterwards. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { go, goEnvironment } from "./support/go.ts";
import { only, readEvents, readTeam, sessionPaths, waitForEvent } from "./support/journal.ts";
import { expectNoProcess, expectNothingLeft } from "./support/leftovers.ts";
import { sitDown } from "./support/person.ts";
import { BIN, expectCode, type Running, scripted, start, swarmux } from "./support/swarmux.ts";
import { openTeamsTmux } from "./support/teams-tmux.ts";
import { openTerminal } from "./support/terminal.ts";
import { createWorkplace, git, type Workplace } from "./support/workplace.ts";

/** Never ends by itself, and not when it is asked to; in the sandbox it would be killed with it. */
const STUBBORN =
  'process.on("SIGTERM", () => {});\nrequire("node:fs").writeFileSync(".ready", "");\nsetInterval(() => {}, 1_000);\n';

function environment(place: Workplace, scenario = "counts"): Record<string, string> {
  return { ...scripted(scenario).env, ...goEnvironment(place) };
}

/** Starts the scenario `counts`, whose worker is held when it has written two of its four numbers. */
async function startCounting(place: Workplace): Promise<Running> {
  const running = start(place, [...scripted("counts").args, "count"], { env: environment(place) });
  await expectHeld(place);
  return running;
}

async function expectHeld(place: Workplace): Promise<void> {
  const ends = async () =>
    only(await readEvents(place), "tool.finished").filter(({ agent }) => agent === "ada").length;
  await expect.poll(ends).toBe(2);
}

async function expectResumes(place: Workplace): Promise<void> {
  go(place);
  const resumed = await swarmux(place, ["resume", "--headless", "s"], { env: environment(place) });
  expectCode(resumed, 0);
  expect(git(place, "show", "swarmux/s/integration:count.txt")).toBe("1\n2\n3\n4");
}

test("the first Ctrl-C stops in order and says how to go on", async () => {
  const place = await createWorkplace();
  const running = await startCounting(place);
  running.kill("SIGINT");
  // A program between us and the terminal may pass the same Ctrl-C on.
  running.kill("SIGINT");
  const ended = await running.ended;
  expectCode(ended, 130);
  expect(ended.stderr).toContain("stopping; go on later with: swarmux resume s");
  expect(ended.stdout).toMatch(/^go on: swarmux resume s$/m);
  expect(only(await readEvents(place), "session.paused")).toMatchObject([
    { by: "person", reason: "stopped", ends: true },
  ]);
  await expectNothingLeft(place.folder);
  await expectResumes(place);
});

test("a second Ctrl-C kills, and what was acknowledged is there", async () => {
  const place = await createWorkplace({ "long.cjs": STUBBORN });
  const running = start(place, [...scripted("sleeps").args, "--no-sandbox", "run it"], {
    env: environment(place, "sleeps"),
  });
  await waitForEvent(place, ({ type }) => type === "tool.started");
  await expectStubborn(place);
  running.kill("SIGINT");
  await running.says("Press Ctrl-C again to kill");
  await eventually(async () => expect((await readTeam(place)).state).toBe("paused"));
  const again = setInterval(() => running.kill("SIGINT"), 350);
  const ended = await running.ended;
  clearInterval(again);
  expectCode(ended, 130);
  expect(ended.stderr).toContain("killed; what was acknowledged is on disk");
  await expectNoProcess(place.folder);
  expectCode(await swarmux(place, ["log", "--verify"]), 0);
  const resumed = await swarmux(place, ["resume", "--headless", "s"], {
    env: environment(place, "sleeps"),
  });
  expectCode(resumed, 1);
});

/** Waits until the command can't be ended politely any more. */
async function expectStubborn(place: Workplace): Promise<void> {
  const ready = join(sessionPaths(place).checkout("ada"), ".ready");
  await expect.poll(() => existsSync(ready)).toBe(true);
}

test("a session whose command does not want to end stops all the same", async () => {
  const place = await createWorkplace({ "long.cjs": STUBBORN });
  const running = start(place, [...scripted("sleeps").args, "--no-sandbox", "run it"], {
    env: environment(place, "sleeps"),
  });
  await waitForEvent(place, ({ type }) => type === "tool.started");
  await expectStubborn(place);
  running.kill("SIGINT");
  expectCode(await running.ended, 130);
  await expectNothingLeft(place.folder);
  expect((await readTeam(place)).state).toBe("paused");
});

test.each([
  ["SIGTERM", "its process was told to end"],
  ["SIGHUP", "its terminal was closed"],
] as const)("%s stops in order, however often it comes", async (signal, reason) => {
  const place = await createWorkplace();
  const running = await startCounting(place);
  running.kill(signal);
  running.kill(signal);
  expectCode(await running.ended, 130);
  expect(only(await readEvents(place), "session.paused")).toMatchObject([{ by: "system", reason }]);
  await expectNothingLeft(place.folder);
  await expectResumes(place);
});

test("a headless session whose terminal is closed stops in order", async () => {
  const place = await createWorkplace();
  const terminal = await openTerminal(place, {
    columns: 100,
    rows: 30,
    argv: ["sh"],
    env: environment(place),
  });
  const command = [BIN, ...scripted("counts").args, "count"].join(" ");
  await terminal.tmux.run(["send-keys", "-t", "home:", command, "Enter"]);
  await expectHeld(place);
  await terminal[Symbol.asyncDispose]();
  await waitForEvent(place, ({ type }) => type === "session.paused");
  await expectNothingLeft(place.folder);
  expect(only(await readEvents(place), "session.paused")).toMatchObject([{ by: "system" }]);
  await expectResumes(place);
});

test("a session whose output nobody reads any more stops in order", async () => {
  const place = await createWorkplace();
  const child = spawn(BIN, [...scripted("counts").args, "--json", "count"], {
    cwd: place.repo,
    env: { ...place.env, ...environment(place) },
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(child.stdout, "data");
  child.stdout.destroy();
  const [code] = await once(child, "exit");
  expect(code).toBe(130);
  expect((await readTeam(place)).state).toBe("paused");
  await expectNothingLeft(place.folder);
});

test("a team in panes goes on when the terminal that showed it is closed", async () => {
  const place = await createWorkplace();
  {
    await using person = await sitDown(place, { scenario: "counts", args: ["--yes"], go: true });
    await expectHeld(place);
    await person.closeTerminal();
    go(place);
    await waitForEvent(place, ({ type }) => type === "session.finished");
  }
  const events = await readEvents(place);
  expect(only(events, "session.paused")).toEqual([]);
  expect(only(events, "session.finished")).toMatchObject([{ outcome: "done" }]);
});

test("when its tmux server is killed a team stops, and resume builds it again", async () => {
  const place = await createWorkplace();
  const run = ["run", "--offline", "--panes", "tmux", "--session", "s", "--yes", "--detach"];
  expectCode(await swarmux(place, [...run, "count"], { env: environment(place) }), 0);
  await expectHeld(place);
  const old = await openTeamsTmux(place);
  process.kill(Number(await old.run(["display-message", "-p", "#{pid}"])), "SIGKILL");

  await expectNoProcess(place.folder);

  expect(only(await readEvents(place), "session.paused")).toHaveLength(1);
  const resume = ["resume", "--panes", "tmux", "--detach", "s"];
  expectCode(await swarmux(place, resume, { env: environment(place) }), 0);
  await waitForEvent(place, ({ type }) => type === "worker.respawned");
  const tmux = await openTeamsTmux(place);
  const roles = async () => (await tmux.run(["list-panes", "-a", "-F", "#{@role}"])).split("\n");
  await expect.poll(roles).toEqual(["coordinator", "ada"]);
  go(place);
  await waitForEvent(place, ({ type }) => type === "session.finished");
  await expectNoProcess(place.folder);
  expect(git(place, "show", "swarmux/s/integration:count.txt")).toBe("1\n2\n3\n4");
});

test("in panes Ctrl-C brings the person back to their prompt with the command that goes on", async () => {
  const place = await createWorkplace();
  await using person = await sitDown(place, { scenario: "counts", args: ["--yes"], go: true });
  await expectHeld(place);
  await person.type("C-c");
  await eventually(async () =>
    expect(await person.terminal.screen()).toMatch(/^go on: swarmux resume s$/m),
  );
  expect((await readTeam(place)).state).toBe("paused");
});

test("Ctrl-C in a worker's pane ends nothing and says what does", async () => {
  const place = await createWorkplace();
  await using person = await sitDown(place, { scenario: "counts", args: ["--yes"], go: true });
  await expectHeld(place);
  const tmux = await person.tmux();
  const panes = await tmux.run(["list-panes", "-a", "-F", "#{pane_id} #{@role}"]);
  const pane =
    panes
      .split("\n")
      .find((line) => line.endsWith(" ada"))
      ?.split(" ")[0] ?? "";
  await tmux.run(["send-keys", "-t", pane, "C-c"]);
  const screen = () => tmux.run(["capture-pane", "-p", "-J", "-t", pane]);
  await eventually(async () => expect(await screen()).toContain("swarmux pause ada"));
  go(place);
  await waitForEvent(place, ({ type }) => type === "session.finished");
  const events = await readEvents(place);
  expect(only(events, "worker.lost")).toEqual([]);
  expect(only(events, "session.finished")).toMatchObject([{ outcome: "done" }]);
});

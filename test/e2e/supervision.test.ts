/** Workers that die, hang or are stopped in a running team: what is noticed, what is shown, and that nothing is lost. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { conditionOf, startTimeOf } from "../../src/session/processes.ts";
import { eventually } from "../support/eventually.ts";
import { go, goEnvironment } from "./support/go.ts";
import { hang } from "./support/hang.ts";
import { only, readEvents, readTeam, sessionPaths, waitForEvent } from "./support/journal.ts";
import { findProcesses } from "./support/leftovers.ts";
import { sitDown } from "./support/person.ts";
import { expectCode, type Running, scripted, start, swarmux } from "./support/swarmux.ts";
import { createWorkplace, git, type Workplace } from "./support/workplace.ts";

/** Starts the scenario `counts`, whose worker is held when it has written two of its four numbers. */
async function startCounting(place: Workplace): Promise<Running> {
  const { args, env } = scripted("counts");
  const running = start(place, [...args, "count"], { env: { ...env, ...goEnvironment(place) } });
  await expectCounted(place);
  return running;
}

async function expectCounted(place: Workplace): Promise<void> {
  const ends = async () =>
    only(await readEvents(place), "tool.finished").filter(({ agent }) => agent === "ada").length;
  await expect.poll(ends).toBe(2);
}

async function pidOf(place: Workplace, worker = "ada"): Promise<number> {
  return (await readTeam(place)).workers.get(worker)?.pid ?? 0;
}

async function expectAllCounted(place: Workplace, running: Running): Promise<void> {
  expectCode(await running.ended, 0);
  expect(git(place, "show", "swarmux/s/integration:count.txt")).toBe("1\n2\n3\n4");
  const ids = only(await readEvents(place), "tool.started").map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expectCode(await swarmux(place, ["log", "--verify"]), 0);
}

test("a stopped worker is stalled, then ended, and a new one goes on where it was", async () => {
  const place = await createWorkplace();
  const running = await startCounting(place);
  process.kill(await pidOf(place), "SIGSTOP");

  const stalled = await waitForEvent(place, ({ type }) => type === "worker.stalled");

  expect(stalled).toMatchObject({ worker: "ada" });
  const status = await swarmux(place, ["status", "--json"]);
  expect(JSON.parse(status.stdout)).toMatchObject({ workers: [{ name: "ada", state: "stalled" }] });
  expect((await swarmux(place, ["status"])).stdout).toContain("⚠ stalled");
  const lost = await waitForEvent(place, ({ type }) => type === "worker.lost");
  expect(lost).toMatchObject({
    reason: expect.stringMatching(/^nothing was heard of it for 3\d s, so it was ended$/),
  });
  await waitForEvent(place, ({ type }) => type === "worker.respawned");
  go(place);
  await expectAllCounted(place, running);
});

test("a worker that hangs is stalled until it goes on; its border and the console say both", async () => {
  const place = await createWorkplace();
  await using person = await sitDown(place, { scenario: "counts", args: ["--yes"], go: true });
  await expectCounted(place);
  const border = async () =>
    (await person.tmux()).run(["list-panes", "-a", "-F", "#{@role} #{@state}"]);
  await hang(await pidOf(place), 15_000);
  await eventually(async () => expect(await border()).toContain("ada ⚠ t1 stalled"));
  await person.sees(/⚠ \[1\] ada is stalled: nothing was heard of it for 1\d s/);
  await person.sees("⚠ ada stalled");
  await person.sees("[1] ada is there again");
  await eventually(async () => expect(await border()).toContain("ada ◐ t1 thinking"));
  go(place);
  await waitForEvent(place, ({ type }) => type === "session.finished");
  const events = await readEvents(place);
  expect(only(events, "worker.lost")).toEqual([]);
  expect(only(events, "session.finished")).toMatchObject([{ outcome: "done" }]);
});

test("a worker that can't come up needs the person, and goes on at their word", async () => {
  const place = await createWorkplace();
  const running = await startCounting(place);
  const prices = join(sessionPaths(place).prompts, "prices.json");
  const text = await readFile(prices, "utf8");
  await writeFile(prices, "this is no JSON");
  process.kill(await pidOf(place), "SIGKILL");

  const paused = await waitForEvent(place, ({ type }) => type === "session.paused");

  expect(paused).toMatchObject({ by: "supervisor", worker: "ada", ends: false });
  expect(paused).toHaveProperty("reason", expect.stringContaining("swarmux continue ada"));
  expect(only(await readEvents(place), "worker.respawned")).toHaveLength(5);
  expect((await swarmux(place, ["status"])).stdout).toContain("Go on: swarmux continue ada");
  await writeFile(prices, text);
  expectCode(await swarmux(place, ["continue", "ada"]), 0);
  go(place);
  await expectAllCounted(place, running);
});

test("a task that killed its worker three times is failed in plain words, and the others go on", async () => {
  const place = await createWorkplace({ "a.txt": "one\n", "b.txt": "one\n", "c.txt": "one\n" });
  const { args, env } = scripted("kills-its-worker");
  const running = start(place, [...args, "do it"], { env: { ...env, ...goEnvironment(place) } });
  let killed = 0;
  for (let round = 1; round <= 3; round += 1) {
    await eventually(
      async () => {
        const worker = (await readTeam(place)).workers.get("ada");
        const isUp = worker?.state === "working" && worker.pid !== killed;
        expect(isUp && worker.task).toBe("t1");
        killed = worker?.pid ?? 0;
      },
      { interval: 20 },
    );
    process.kill(killed, "SIGKILL");
  }

  expectCode(await running.ended, 1);

  const events = await readEvents(place);
  expect(only(events, "worker.lost")).toHaveLength(3);
  expect(only(events, "worker.respawned")).toHaveLength(2);
  const [failed] = only(events, "task.finished").filter(({ task }) => task === "t1");
  expect(failed).toMatchObject({
    status: "failed",
    why: "its worker died over it 3 times and it is not tried again; the last time: its process ended: SIGKILL",
  });
  expect(only(events, "task.assigned").map(({ task }) => task)).not.toContain("t3");
  expect(only(events, "integration.merged")).toMatchObject([{ task: "t2" }]);
  expect((await swarmux(place, ["status"])).stdout).toContain("its worker died over it 3 times");
});

test("a coordinator that was stopped for a while finds its workers as they were", async () => {
  const place = await createWorkplace();
  const running = await startCounting(place);
  const pid = await pidOf(place);
  const worker = { pid, startTime: startTimeOf(pid) ?? "" };

  process.kill(running.pid, "SIGSTOP");
  await sleep(6_000);
  const meanwhile = conditionOf(worker);
  process.kill(running.pid, "SIGCONT");

  expect(meanwhile).toBe("running");
  go(place);
  await expectAllCounted(place, running);
  expect(only(await readEvents(place), "worker.lost")).toEqual([]);
});

test("after a suspend of everything nothing is lost and nobody is declared dead", async () => {
  const place = await createWorkplace();
  const running = await startCounting(place);
  const all = await findProcesses(place.folder);

  for (const { pid } of all) process.kill(pid, "SIGSTOP");
  await sleep(12_000);
  for (const { pid } of all.toReversed()) process.kill(pid, "SIGCONT");

  go(place);
  await expectAllCounted(place, running);
  const events = await readEvents(place);
  expect(only(events, "worker.lost")).toEqual([]);
  expect(only(events, "worker.stalled")).toEqual([]);
});

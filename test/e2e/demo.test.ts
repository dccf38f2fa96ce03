/** The demo, as somebody tries it who has nothing else. */
import { rmSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseEvent, type SessionEvent } from "../../src/session/events.ts";
import { eventually } from "../support/eventually.ts";
import { only } from "./support/journal.ts";
import { BIN, type Ended, expectCode, jsonLines, swarmux } from "./support/swarmux.ts";
import { openTerminal } from "./support/terminal.ts";
import { createWorkplace, git, type Workplace } from "./support/workplace.ts";

const PUSH = "git push origin HEAD:refs/heads/callbacks-v1";

test("the demo shows all that it promises, twice in a row, and leaves only the folder it names", {
  timeout: 240_000,
}, async () => {
  const place = await createWorkplace();
  for (const _ of ["once", "again"]) {
    const ended = await swarmux(place, ["demo", "--headless", "--fast"]);

    expectCode(ended, 0);
    const root = await expectOnlyFolder(place, ended.stdout);
    expect(ended.stderr).toContain("scripted model");
    expect(ended.stdout).toContain("6 of 6 tasks merged");
    expect(ended.stdout).toContain("cost $0.00");
    const events = await demoEvents(place, root);
    expectPlan(events);
    expectMemory(events);
    expectRepair(events);
    await expectGates(events, root);
    expectSurvivor(events, ended);
    await expectCommands(place, root);
    rmSync(root, { recursive: true });
  }
});

test("in a terminal the demo runs in panes and ends in the person's own terminal", async () => {
  const place = await createWorkplace();
  const command = `${BIN} demo --fast; echo "ended with $?"`;
  const argv = ["env", "-u", "TMUX", "-u", "TMUX_PANE", "sh", "-c", `${command}; exec cat`];
  await using terminal = await openTerminal(place, { columns: 200, rows: 50, argv });

  await eventually(async () => expect(await terminal.screen()).toMatch(/\[4\] dov/));
  await eventually(async () => expect(await terminal.screen()).toContain("ended with 0"));

  const shown = await terminal.screen();
  expect(shown).toContain("6 of 6 tasks merged");
  const root = await expectOnlyFolder(place, shown);
  const answered = only(await demoEvents(place, root), "gate.answered");
  expect(answered.map(({ answer }) => answer)).toEqual(["deny", "once"]);
});

/** Answers with the folder that the demo names, once nothing else is there. */
async function expectOnlyFolder(place: Workplace, said: string): Promise<string> {
  const left = /^the demo left this folder and nothing else: (\S+)\s*$/m.exec(said)?.[1] ?? "";
  const tmp = join(place.folder, "tmp");
  expect((await readdir(tmp)).map((name) => join(tmp, name))).toEqual([left]);
  expect(await readdir(join(place.folder, "home"))).toEqual([]);
  expect(said).toContain(`rm -rf ${left}`);
  return left;
}

function around(root: string) {
  return { cwd: join(root, "shop"), env: { SWARMUX_STATE_DIR: join(root, "state") } };
}

async function demoEvents(place: Workplace, root: string): Promise<SessionEvent[]> {
  const log = await swarmux(place, ["log", "--json"], around(root));
  expectCode(log, 0);
  return jsonLines(log.stdout).map(parseEvent);
}

function expectPlan(events: readonly SessionEvent[]): void {
  const tasks = only(events, "task.created").map(({ task }) => task);
  expect(tasks).toHaveLength(6);
  expect(tasks.at(-1)?.blockedBy).toEqual(["t1", "t2", "t3", "t5"]);
  expect(only(events, "worker.spawned")).toHaveLength(4);
  expect(only(events, "session.finished")).toMatchObject([{ outcome: "done" }]);
  const called = only(events, "model.called");
  expect(called.filter(({ cost_usd }) => cost_usd !== 0)).toEqual([]);
}

/** One writes a convention down; another finds it, and says in its report that it follows it. */
function expectMemory(events: readonly SessionEvent[]): void {
  const [written] = only(events, "memory.written");
  expect(written?.entry).toMatchObject({ kind: "convention", by: "ada", task: "t1" });
  const reports = only(events, "task.updated").filter(({ report }) => report !== undefined);
  const cart = reports.find(({ task }) => task === "t2");
  expect(cart?.by).not.toBe("ada");
  expect(cart?.report?.summary).toContain(`as ${written?.entry.id} says`);
}

function expectRepair(events: readonly SessionEvent[]): void {
  const [rejected, ...more] = only(events, "integration.rejected");
  expect(more).toEqual([]);
  expect(rejected?.task).toBe("t3");
  expect(rejected?.why).toContain("Missing expected rejection");
  const checks = only(events, "integration.checked").filter(({ task }) => task === "t3");
  expect(checks.map(({ ok }) => ok)).toEqual([false, true]);
  const merged = only(events, "integration.merged").filter(({ task }) => task === "t3");
  expect(merged).toHaveLength(1);
}

/** The no names the branch that the next push goes to; that one gets a yes, and the remote has seen it once. */
async function expectGates(events: readonly SessionEvent[], root: string): Promise<void> {
  const asked = only(events, "gate.opened").map(({ gate }) => gate.input["command"]);
  expect(asked).toEqual(["git push --mirror origin", PUSH]);
  const answers = only(events, "gate.answered");
  expect(answers.map(({ answer, by }) => [answer, by])).toEqual([
    ["deny", "person"],
    ["once", "person"],
  ]);
  expect(answers[0]?.note).toMatch(/^the demo answers for you: .* branch callbacks-v1$/);
  expect(await readFile(join(root, "pushes.txt"), "utf8")).toBe("refs/heads/callbacks-v1\n");
}

/** One process is killed over a task, and the same worker ends it. */
function expectSurvivor(events: readonly SessionEvent[], { stderr }: Ended): void {
  const [lost, ...more] = only(events, "worker.lost");
  expect(more).toEqual([]);
  expect(lost?.reason).toContain("SIGKILL");
  expect(stderr).toContain(`the demo: kill -9 of ${lost?.worker}'s process`);
  expect(only(events, "worker.respawned").map(({ worker }) => worker)).toEqual([lost?.worker]);
  const finished = only(events, "task.finished").find(({ task }) => task === "t5");
  expect(finished).toMatchObject({ status: "completed", worker: lost?.worker });
}

/** The commands that the demo names at its end. */
async function expectCommands(place: Workplace, root: string): Promise<void> {
  const report = await swarmux(place, ["report"], around(root));
  expectCode(report, 0);
  for (const part of ["## Receipts", "## Denied and refused", "mended and merged", PUSH]) {
    expect(report.stdout).toContain(part);
  }
  const repo = { ...place, repo: join(root, "shop") };
  expectCode(await swarmux(place, ["accept"], around(root)), 0);
  expect(git(repo, "show", "HEAD:docs/callbacks.md")).toContain("callbacks-v1");
  expect(git(repo, "show", "HEAD:src/cart/cart-total.js")).toContain("node:timers/promises");
}

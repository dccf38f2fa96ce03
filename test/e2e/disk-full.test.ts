/** A disk that becomes full under a team: it waits, says so, acknowledges nothing, and goes on when there is room. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { go, goEnvironment } from "./support/go.ts";
import { only, readEvents, sessionPaths } from "./support/journal.ts";
import { expectNothingLeft } from "./support/leftovers.ts";
import { expectCode, type Running, scripted, start, swarmux } from "./support/swarmux.ts";
import { createWorkplace, git, type Workplace } from "./support/workplace.ts";

const canMount = process.platform === "linux" && process.getuid?.() === 0;
const FULL = "is full: nothing is lost, and nobody goes on";

/** A place whose sessions stand on a small disk of their own. */
async function createPlace(files?: Record<string, string>): Promise<Workplace> {
  const place = await createWorkplace(files);
  const state = join(place.folder, "state");
  mkdirSync(state);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=12m,mode=700", "small", state]);
  onTestFinished(() => void execFileSync("umount", ["--lazy", state]));
  return place;
}

function ballast({ folder }: Workplace): string {
  return join(folder, "state/ballast");
}

function fill(place: Workplace): void {
  for (const size of [1024 * 1024, 4096]) {
    expect(() => {
      for (;;) writeFileSync(ballast(place), Buffer.alloc(size), { flag: "a" });
    }).toThrow("ENOSPC");
  }
}

function free(place: Workplace): void {
  rmSync(ballast(place));
}

function environment(place: Workplace): Record<string, string> {
  return { ...scripted("counts").env, ...goEnvironment(place) };
}

async function startCounting(place: Workplace, ...args: string[]): Promise<Running> {
  const running = start(place, [...scripted("counts").args, ...args, "count"], {
    env: environment(place),
  });
  const ends = async () =>
    only(await readEvents(place), "tool.finished").filter(({ agent }) => agent === "ada").length;
  await expect.poll(ends).toBe(2);
  return running;
}

test.runIf(canMount)(
  "the team waits, says so, and goes on by itself when there is room",
  async () => {
    const place = await createPlace();
    const running = await startCounting(place);
    fill(place);
    const before = (await readEvents(place)).length;
    go(place);
    await running.says(FULL);

    const status = await swarmux(place, ["status"]);
    expect(status.stdout).toContain("is full: the team waits. Free some space");
    const early = await swarmux(place, ["continue"]);
    expectCode(early, 2);
    expect(early.stderr).toContain("Free some space");
    expect((await readEvents(place)).length - before).toBeLessThan(10);
    free(place);
    await running.says("There is room on the disk again");

    const ended = await running.ended;
    expectCode(ended, 0);
    expect(git(place, "show", "swarmux/s/integration:count.txt")).toBe("1\n2\n3\n4");
    const events = await readEvents(place);
    expect(only(events, "session.paused")).toMatchObject([{ by: "disk", ends: false }]);
    expect(only(events, "session.resumed")).toMatchObject([{ by: "disk" }]);
    expect(only(events, "worker.lost")).toEqual([]);
    expectCode(await swarmux(place, ["log", "--verify"]), 0);
  },
);

test.runIf(canMount)(
  "who stops a team that waits for room gets 75, and it goes on later",
  async () => {
    const place = await createPlace();
    const running = await startCounting(place);
    fill(place);
    go(place);
    await running.says(FULL);
    running.kill("SIGINT");
    const ended = await running.ended;
    expectCode(ended, 75);
    expect(ended.stderr).toContain("mend it: free some space, then: swarmux resume s");
    await expectNothingLeft(place.folder);
    free(place);
    const resumed = await swarmux(place, ["resume", "--headless", "s"], {
      env: environment(place),
    });
    expectCode(resumed, 0);
    expect(git(place, "show", "swarmux/s/integration:count.txt")).toBe("1\n2\n3\n4");
    expectCode(await swarmux(place, ["log", "--verify"]), 0);
  },
);

/** Prints more than the disk takes, once the work that is checked is there and its mark was taken away. */
const NOISY = `
  const { existsSync, writeFileSync } = require("node:fs");
  const print = () => process.stdout.write("x".repeat(1024).concat("\\n").repeat(1024));
  const wait = () => existsSync(".checking") ? setTimeout(wait, 20) : print();
  if (existsSync("count.txt")) {
    writeFileSync(".checking", "");
    wait();
  }
`;

test.runIf(canMount)(
  "a check whose output finds no room is run again, and nothing fails",
  async () => {
    const place = await createPlace({ "noisy.cjs": NOISY });
    go(place);
    const args = [...scripted("counts").args, "--check", "node noisy.cjs", "count"];
    const running = start(place, args, { env: environment(place) });
    const mark = join(sessionPaths(place).checkout("clean"), ".checking");
    await expect.poll(() => existsSync(mark), { interval: 20 }).toBe(true);
    fill(place);
    rmSync(mark);
    await running.says(FULL);
    // It runs again, and may end at once this time.
    const again = setInterval(() => rmSync(mark, { force: true }), 100);
    free(place);
    expectCode(await running.ended, 0);
    clearInterval(again);
    const events = await readEvents(place);
    expect(only(events, "integration.merged")).toHaveLength(1);
    expect(only(events, "task.finished")).toMatchObject([{ status: "completed" }]);
  },
);

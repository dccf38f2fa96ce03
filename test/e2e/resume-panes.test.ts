/** A session goes from no panes to panes and back, over the death of everything, and everybody has name, colour and place. */
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { colourOf } from "../../src/panes/palette.ts";
import { createTmux } from "../../src/panes/tmux.ts";
import { tmuxPaths } from "../../src/panes/tmux-server.ts";
import type { SessionEvent } from "../../src/session/events.ts";
import { sessionFolder } from "../../src/session/folders.ts";
import { findRunFolder } from "../../src/session/run-folder.ts";
import { crashAt, resume, startResume } from "./support/crash.ts";
import { go, goEnvironment } from "./support/go.ts";
import { only, readEvents, waitForEvent } from "./support/journal.ts";
import { expectNoProcess } from "./support/leftovers.ts";
import { expectCode, scripted, swarmux } from "./support/swarmux.ts";
import { createWorkplace, git, type Workplace } from "./support/workplace.ts";

const WORKERS = ["ada", "ben", "cleo", "dov"];
const BRANCH = "swarmux/s/integration";

test("headless, then in panes, then after a reboot headless again: the same team, and nothing twice", async () => {
  const place = await createWorkplace();
  let ended = 0;
  await crashAt(place, "four", ({ type, ...event }) => {
    if (type === "session.started") ended = 0;
    const isOfWorker = "agent" in event && event.agent !== "coordinator";
    if (type === "tool.finished" && isOfWorker) ended += 1;
    return ended === 8;
  });
  const spawned = only(await readEvents(place), "worker.spawned");

  await resumeInPanes(place);

  const tmux = createTmux(tmuxPaths(await runFolder(place)));
  const format = "#{@role} #{@color} #{pane_pid} #{pane_id}";
  const panes = (await tmux.run(["list-panes", "-a", "-F", format]))
    .split("\n")
    .map((line) => line.split(" "));
  expect(panes.map(([role]) => role)).toEqual(["coordinator", ...WORKERS]);
  const colours = WORKERS.map((_, at) => colourOf(at + 1, "dark").tmux);
  expect(panes.slice(1).map(([, colour]) => colour)).toEqual(colours);
  expect(spawned.map(({ worker, colour }) => [worker, colour])).toEqual(
    WORKERS.map((name, at) => [name, colours[at]]),
  );
  const shown = () => tmux.run(["capture-pane", "-p", "-J", "-S", "-", "-t", panes[0]?.[3] ?? ""]);
  await expect.poll(shown).toContain("resuming s:");

  const server = Number(await tmux.run(["display-message", "-p", "#{pid}"]));
  for (const pid of [server, ...panes.map(([, , one]) => Number(one))]) {
    process.kill(pid, "SIGKILL");
  }
  await expectNoProcess(place.folder);
  await rm(await runFolder(place), { recursive: true });
  go(place);

  expectCode(await resume(place, "four"), 0);

  const events = await readEvents(place);
  expect(only(events, "worker.spawned")).toHaveLength(WORKERS.length);
  expect(only(events, "task.assigned")).toHaveLength(WORKERS.length);
  expect(only(events, "integration.merged")).toHaveLength(WORKERS.length);
  for (const number of [1, 2, 3, 4]) {
    expect(git(place, "show", `${BRANCH}:file-${number}.txt`)).toBe(String(number));
  }
});

test("who had no task when everything died comes back as well, and is told nothing", async () => {
  const place = await createWorkplace();
  await crashAt(place, "one-rests", ({ type }) => type === "integration.merged");
  const running = startResume(place, "one-rests");

  await waitForEvent(place, isBack("ada"));
  await waitForEvent(place, isBack("ben"));
  go(place);

  expectCode(await running.ended, 0);
  const events = await readEvents(place);
  expect(only(events, "worker.respawned").map(({ worker }) => worker)).toEqual(["ada", "ben"]);
  expect(only(events, "task.assigned")).toHaveLength(2);
  expect(git(place, "show", `${BRANCH}:one.txt`, `${BRANCH}:two.txt`)).toBe("1\n2");
});

test("what can't go on is said in the person's terminal, not in a pane", async () => {
  const place = await createWorkplace();
  await crashAt(place, "counts", ({ type }) => type === "worker.ready");
  git(place, "commit", "-q", "--allow-empty", "-m", "theirs");
  git(place, "branch", "-f", BRANCH, "HEAD");

  const refused = await swarmux(place, ["resume", "--panes", "tmux", "--detach"]);

  expectCode(refused, 1);
  expect(refused.stderr).toContain(`The branch ${BRANCH} was moved`);
  expectCode(await swarmux(place, ["sessions", "rm", "--force", "s"]), 0);
});

test("in a repository that was moved it says where the session's repository was, and how to go on", async () => {
  const place = await createWorkplace();
  await crashAt(place, "counts", ({ type }) => type === "worker.ready");
  const moved = join(place.folder, "moved");
  await rename(place.repo, moved);

  const refused = await swarmux(place, ["resume"], { cwd: moved });

  expectCode(refused, 2);
  expect(refused.stderr).toContain(`The session s began at a commit of this repository`);
  expect(refused.stderr).toContain(`mv '${moved}' '${place.repo}'`);
  await rename(moved, place.repo);
  go(place);
  expectCode(await resume(place, "counts"), 0);
});

/** Whether that worker came up a second time. */
function isBack(worker: string) {
  let times = 0;
  return (event: SessionEvent) => {
    if (event.type === "session.started") times = 0;
    if (event.type === "worker.ready" && event.worker === worker) times += 1;
    return times === 2;
  };
}

async function runFolder({ env, repo }: Workplace): Promise<string> {
  return (await findRunFolder(sessionFolder(env, repo, "s"))) ?? "/nowhere";
}

/** Comes back when all four are there again. */
async function resumeInPanes(place: Workplace): Promise<void> {
  const { env } = scripted("four");
  const size = { COLUMNS: "200", LINES: "50" };
  const started = await swarmux(place, ["resume", "--panes", "tmux", "--detach"], {
    env: { ...env, ...size, ...goEnvironment(place) },
  });
  expect(started).toMatchObject({ code: 0, stdout: "s" });
  const back = async () => {
    const events = await readEvents(place);
    const [resumed] = only(events, "session.resumed");
    const ready = only(events, "worker.ready").filter(({ seq }) => seq > (resumed?.seq ?? 0));
    return resumed === undefined ? 0 : ready.length;
  };
  await expect.poll(back).toBe(WORKERS.length);
}

/** A team at work: what its members share, how a person steers and stops it, and what a death costs. */
import { expect, test } from "vitest";
import { go, goEnvironment } from "./support/go.ts";
import { only, readAgent, readEvents, readTeam, waitForEvent } from "./support/journal.ts";
import { expectNoProcess, expectNothingLeft } from "./support/leftovers.ts";
import { expectCode, type Running, scripted, start, swarmux } from "./support/swarmux.ts";
import { createWorkplace, git, type Workplace } from "./support/workplace.ts";

const TURN = /^agent\.(?:user|results)$/;

/** Runs for a minute. */
const LONG = "setTimeout(() => {}, 60_000);\n";

/** Starts a scenario and waits until its first worker has ended a tool call. */
function startWorking(place: Workplace, scenario: string): Promise<Running> {
  return startUntil(place, scenario, "tool.finished");
}

/** Starts a scenario and waits for an event of its first worker. */
async function startUntil(
  place: Workplace,
  scenario: string,
  type: "tool.started" | "tool.finished",
): Promise<Running> {
  const { args, env } = scripted(scenario);
  const running = start(place, [...args, "do what the scenario says"], {
    env: { ...env, ...goEnvironment(place) },
  });
  await waitForEvent(place, (event) => event.type === type && event.agent === "ada");
  return running;
}

test("what one worker remembers the other recalls in its next turn, with its origin", async () => {
  const place = await createWorkplace({ "a.txt": "price: 100\n" });
  const running = await startWorking(place, "shares-memory");
  await waitForEvent(place, (event) => event.type === "tool.finished" && event.agent === "ben");

  go(place);

  await running.ended;
  const events = await readEvents(place);
  const [written, ...more] = only(events, "memory.written");
  expect(more).toEqual([]);
  expect(written?.entry).toMatchObject({
    text: "Prices are kept in cents, never in floats.",
    kind: "convention",
    files: ["a.txt"],
    by: "ada",
    task: "t1",
    trust: "agent",
    sources: ["file:a.txt"],
  });
  expect(Date.parse(written?.entry.at ?? "")).toBeGreaterThan(Date.parse(events[0]?.ts ?? ""));
  const recalled = await firstRecallAfterEntry(place, "ben");
  expect(recalled).toMatch(/never in floats\. — by ada, task t1, \d{4}-.*from file:a\.txt/);
});

test("tell reaches a worker before its next model call", async () => {
  const place = await createWorkplace();
  const running = await startWorking(place, "waits");

  const told = await swarmux(place, ["tell", "ada", "the word is swordfish"]);

  expectCode(told, 0);
  expectCode(await running.ended, 0);
  const events = await readEvents(place);
  const [sent] = only(events, "message.sent");
  expect(sent).toMatchObject({ from: "person", to: "ada", text: "the word is swordfish" });
  const [delivered] = only(events, "message.delivered");
  expect(delivered).toMatchObject({ message: sent?.seq, to: "ada" });
  // A turn that was being written while they arrived may stand between them and the turn that holds them, and no other.
  const records = await readAgent(place, "ada");
  const arrived = records.findIndex(
    ({ type, body }) => type === "wire.down" && JSON.stringify(body).includes("swordfish"),
  );
  const turns = records.slice(arrived).filter(({ type }) => TURN.test(type));
  expect(JSON.stringify(turns.slice(0, 2))).toContain("swordfish");
  expect(git(place, "show", "swarmux/s/integration:word.txt")).toBe("swordfish");
});

test("stop with a worker's name blocks its task, and the session ends with 1", async () => {
  const place = await createWorkplace();
  const running = await startWorking(place, "waits");

  expectCode(await swarmux(place, ["stop", "ada"]), 0);

  expectCode(await running.ended, 1);
  expect(only(await readEvents(place), "task.finished")).toMatchObject([
    { task: "t1", status: "blocked", why: "stopped by the person" },
  ]);
});

test("stop ends the session with 130 and leaves nothing running", async () => {
  const place = await createWorkplace();
  const running = await startWorking(place, "waits");

  expectCode(await swarmux(place, ["stop"]), 0);

  expectCode(await running.ended, 130);
  await expectNothingLeft(place.folder);
  expect(await readTeam(place)).toMatchObject({ state: "paused", pausedBy: "person" });
});

test("one Ctrl-C pauses the session, ends with 130 and leaves nothing running", async () => {
  const place = await createWorkplace();
  const running = await startWorking(place, "waits");

  running.kill("SIGINT");

  const ended = await running.ended;
  expectCode(ended, 130);
  expect(ended.stderr).toContain("Press Ctrl-C again to kill");
  await expectNothingLeft(place.folder);
  expect(only(await readEvents(place), "session.paused")).toMatchObject([{ by: "person" }]);
  expectCode(await swarmux(place, ["log", "--verify"]), 0);
});

test("a worker that is killed comes back and goes on with its task from its journal", async () => {
  const place = await createWorkplace();
  const running = await startWorking(place, "counts");
  // Two numbers are written, and the worker is held before the third.
  await expectWritten(place, 2);
  const [ready] = only(await readEvents(place), "worker.ready");
  process.kill(ready?.pid ?? 0, "SIGKILL");
  await waitForEvent(place, ({ type }) => type === "worker.respawned");
  go(place);

  expectCode(await running.ended, 0);

  const events = await readEvents(place);
  expect(only(events, "worker.lost")).toMatchObject([{ worker: "ada" }]);
  expect(only(events, "worker.respawned")).toMatchObject([{ worker: "ada" }]);
  expect(only(events, "task.assigned")).toHaveLength(1);
  expect(only(events, "task.finished")).toMatchObject([{ task: "t1", status: "completed" }]);
  expect(git(place, "show", "swarmux/s/integration:count.txt")).toBe("1\n2\n3\n4");
  const ids = only(events, "tool.started").map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test("when the coordinator is killed its workers are gone within five seconds", async () => {
  const place = await createWorkplace();
  const running = await startWorking(place, "waits");

  process.kill(running.pid, "SIGKILL");

  await expectNoProcess(place.folder);
  await running.ended;
  const status = await swarmux(place, ["status", "--json"]);
  expect(JSON.parse(status.stdout)).toMatchObject({ state: "stopped" });
  expectCode(await swarmux(place, ["log", "--verify"]), 0);
  // Nobody was there to remove the socket; whoever deletes the session does.
  expectCode(await swarmux(place, ["sessions", "rm", "--force", "s"]), 0);
});

test("a command dies with the worker that runs it, and the new worker does not repeat it", async () => {
  const place = await createWorkplace({ "long.cjs": LONG });
  const running = await startUntil(place, "sleeps", "tool.started");
  const [ready] = only(await readEvents(place), "worker.ready");
  process.kill(ready?.pid ?? 0, "SIGKILL");

  expectCode(await running.ended, 1);

  const events = await readEvents(place);
  const commands = only(events, "tool.started").filter(({ tool }) => tool === "Bash");
  expect(commands).toHaveLength(1);
  const results = (await readAgent(place, "ada")).filter(({ type }) => type === "agent.answer");
  expect(JSON.stringify(results)).toContain("I do not know what it did");
  await expectNoProcess(place.folder);
});

test("a command dies with its coordinator", async () => {
  const place = await createWorkplace({ "long.cjs": LONG });
  const running = await startUntil(place, "sleeps", "tool.started");

  process.kill(running.pid, "SIGKILL");

  await expectNoProcess(place.folder);
  const ended = only(await readEvents(place), "tool.finished");
  expect(ended.filter(({ agent }) => agent === "ada")).toEqual([]);
  expectCode(await swarmux(place, ["sessions", "rm", "--force", "s"]), 0);
});

/** What the first Recall answered that the worker called after the entry had reached it. */
async function firstRecallAfterEntry(place: Workplace, worker: string): Promise<unknown> {
  const records = await readAgent(place, worker);
  const at = records.findIndex(({ body }) => (body?.entries ?? []).length > 0);
  const before = records.slice(0, at).filter(({ tool }) => tool === "Recall");
  expect(before.length).toBeGreaterThan(0);
  const call = records.slice(at).find(({ tool }) => tool === "Recall");
  const isOutcome = ({ type, id }: (typeof records)[number]) =>
    type === "call.outcome" && id === call?.id;
  return records.find(isOutcome)?.content;
}

/** Waits until so many of the worker's commands have ended. */
async function expectWritten(place: Workplace, count: number): Promise<void> {
  const ends = async () =>
    only(await readEvents(place), "tool.finished").filter(({ agent }) => agent === "ada").length;
  await expect.poll(ends, { interval: 20 }).toBe(count);
}

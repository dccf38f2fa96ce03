/** A worker asks the person, who answers from another terminal. */
import { expect, test } from "vitest";
import { only, readEvents, readTeam, waitForEvent } from "./support/journal.ts";
import {
  expectCode,
  jsonLines,
  type Running,
  scripted,
  start,
  swarmux,
} from "./support/swarmux.ts";
import { createWorkplace, git, type Workplace } from "./support/workplace.ts";

async function startAsking(place: Workplace): Promise<Running> {
  const { args, env } = scripted("worker-asks");
  const running = start(place, [...args, "write the name"], { env });
  await waitForEvent(place, ({ type }) => type === "question.asked");
  return running;
}

function nameIn(place: Workplace): string {
  return git(place, "show", "swarmux/s/integration:name.txt");
}

test("a worker's question waits, is shown with its name, and the answer is its tool's result", async () => {
  const place = await createWorkplace();
  const running = await startAsking(place);

  const waiting = jsonLines((await swarmux(place, ["gates", "--json"])).stdout);
  expect(waiting).toEqual([
    {
      v: 1,
      session: "s",
      kind: "question",
      id: "ada-q1",
      agent: "ada",
      task: "t1",
      text: "Which name?\n  1. callback\n  2. done",
    },
  ]);
  expect((await swarmux(place, ["gates"])).stdout).toContain("ada-q1 ada asks: Which name?");
  expect((await swarmux(place, ["status"])).stdout).toContain(
    "question ada-q1 of ada: Which name?",
  );
  expectCode(await swarmux(place, ["answer", "ada-q1", "done"]), 0);

  expectCode(await running.ended, 0);
  expect(nameIn(place)).toBe("done");
  expect(only(await readEvents(place), "question.answered")).toMatchObject([
    { question: "ada-q1", text: "done", by: "person" },
  ]);
  expectCode(await swarmux(place, ["answer", "ada-q1", "callback"]), 2);
});

test("a question outlives its worker's process and its coordinator's", async () => {
  const place = await createWorkplace();
  const running = await startAsking(place);
  const [worker] = [...(await readTeam(place)).workers.values()];
  process.kill(worker?.pid ?? Number.NaN, "SIGKILL");
  await waitForEvent(place, ({ type }) => type === "worker.respawned");
  process.kill(running.pid, "SIGKILL");
  await running.ended;

  const { env } = scripted("worker-asks");
  const resumed = start(place, ["resume", "s", "--headless"], { env });
  await waitForEvent(place, ({ type }) => type === "session.resumed");
  expectCode(await swarmux(place, ["answer", "ada-q1", "callback"]), 0);

  expectCode(await resumed.ended, 0);
  expect(nameIn(place)).toBe("callback");
  expect(only(await readEvents(place), "question.asked")).toHaveLength(1);
});

test("a question of a task that was stopped is void", async () => {
  const place = await createWorkplace();
  const running = await startAsking(place);
  expectCode(await swarmux(place, ["stop", "ada"]), 0);
  expectCode(await running.ended, 1);
  expect(only(await readEvents(place), "question.voided")).toMatchObject([
    { question: "ada-q1", reason: "task t1 has ended" },
  ]);
});

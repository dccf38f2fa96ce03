/** HIGH actions wait for a person, who answers from another terminal. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { only, readAgent, readEvents, readTeam, waitForEvent } from "./support/journal.ts";
import { addOrigin } from "./support/origin.ts";
import {
  BIN,
  expectCode,
  jsonLines,
  type Running,
  scripted,
  start,
  swarmux,
} from "./support/swarmux.ts";
import { createWorkplace, git, put, type Workplace } from "./support/workplace.ts";

const WORK = "refs/heads/work";

/** Starts a worker that asks, and waits for its question. */
async function startAsking(
  place: Workplace,
  scenario = "asks-first",
  ...more: string[]
): Promise<Running> {
  const { args, env } = scripted(scenario);
  const running = start(place, [...args, ...more, "do what the scenario says"], { env });
  await waitForEvent(place, ({ type }) => type === "gate.opened");
  return running;
}

async function waitForGate(place: Workplace, gate: string): Promise<void> {
  await waitForEvent(place, (event) => event.type === "gate.opened" && event.gate.id === gate);
}

async function answersTo(place: Workplace, gate: string) {
  const answered = only(await readEvents(place), "gate.answered");
  return answered.filter((event) => event.gate === gate).map(({ answer, by }) => [answer, by]);
}

test("an approved action runs once, and the same yes serves no second time", async () => {
  const place = await createWorkplace();
  const running = await startAsking(place);
  const mark = join(place.folder, "home/marked");
  expect(existsSync(mark)).toBe(false);

  const shown = jsonLines((await swarmux(place, ["gates", "--json"])).stdout);
  expect(shown).toMatchObject([
    { v: 1, kind: "gate", worker: "ada", task: "t1", tool: "Bash", risk: "HIGH" },
  ]);
  const gate = String(shown[0]?.["id"]);
  expectCode(await swarmux(place, ["approve", gate]), 0);

  expectCode(await running.ended, 0);
  expect(existsSync(mark)).toBe(true);
  const events = await readEvents(place);
  expect(only(events, "gate.answered")).toMatchObject([
    { gate, hash: shown[0]?.["hash"], answer: "once", by: "person" },
  ]);
  const ran = only(events, "tool.started").filter(({ risk }) => risk === "HIGH");
  expect(ran).toHaveLength(1);
  expectCode(await swarmux(place, ["approve", gate]), 2);
});

test("a denied action never runs, and its agent reads the person's note word for word", async () => {
  const place = await createWorkplace();
  const running = await startAsking(place);

  const [shown] = jsonLines((await swarmux(place, ["gates", "--json"])).stdout);
  const note = "leave my home folder alone; a.txt is enough";
  const denied = await swarmux(place, ["deny", String(shown?.["id"]), "--note", note]);

  expectCode(denied, 0);
  expectCode(await running.ended, 0);
  expect(existsSync(join(place.folder, "home/marked"))).toBe(false);
  const results = (await readAgent(place, "ada")).filter(({ type }) => type === "call.outcome");
  expect(JSON.stringify(results[0])).toContain(note);
  expect(only(await readEvents(place), "gate.answered")).toMatchObject([{ note }]);
});

test("a push runs only after the yes, and then once", async () => {
  const place = await createWorkplace();
  const pushes = addOrigin(place);
  const running = await startAsking(place, "pushes");
  expect(pushes()).toEqual([]);

  expectCode(await swarmux(place, ["approve", "ada-1"]), 0);

  expectCode(await running.ended, 0);
  expect(pushes()).toEqual([WORK]);
});

test("the note of a no stands in the agent's next turn, and the run ends with 0", async () => {
  const place = await createWorkplace();
  const pushes = addOrigin(place);
  const running = await startAsking(place, "pushes");
  const note = 'not to origin; *this* stays "here" until Monday';

  expectCode(await swarmux(place, ["deny", "ada-1", "--note", note]), 0);

  expectCode(await running.ended, 0);
  const task = (await readTeam(place)).tasks.get("t1");
  expect(task?.report?.summary).toContain(`I was told: The person said no: ${note}\n`);
  expect(pushes()).toEqual([]);
});

test("the same command asks again, and an old yes serves neither it nor another command", async () => {
  const place = await createWorkplace();
  const pushes = addOrigin(place);
  const running = await startAsking(place, "pushes-again");
  expectCode(await swarmux(place, ["approve", "ada-1"]), 0);

  await waitForGate(place, "ada-2");
  expectCode(await swarmux(place, ["approve", "ada-1"]), 2);
  expectCode(await swarmux(place, ["deny", "ada-2"]), 0);
  await waitForGate(place, "ada-3");
  expectCode(await swarmux(place, ["approve", "ada-1"]), 2);
  expectCode(await swarmux(place, ["deny", "ada-3"]), 0);

  expectCode(await running.ended, 0);
  expect(pushes()).toEqual([WORK]);
  const [first, same, other] = only(await readEvents(place), "gate.opened").map(
    ({ gate }) => gate.hash,
  );
  expect(same).toBe(first);
  expect(other).not.toBe(first);
});

test("the same action denied twice ends its task, and the exit code says denied", async () => {
  const place = await createWorkplace();
  const pushes = addOrigin(place);
  const running = await startAsking(place, "pushes-again");

  expectCode(await swarmux(place, ["deny", "ada-1"]), 0);
  await waitForGate(place, "ada-2");
  expectCode(await swarmux(place, ["deny", "ada-2"]), 0);

  expectCode(await running.ended, 77);
  const finished = only(await readEvents(place), "task.finished");
  expect(finished).toMatchObject([{ task: "t1", status: "blocked", denied: true }]);
  expect(pushes()).toEqual([]);
});

test("--on-high deny answers no by itself: 0 where the task ends without it, else 77", async () => {
  for (const [scenario, code] of [
    ["pushes", 0],
    ["pushes-again", 77],
  ] as const) {
    const place = await createWorkplace();
    const pushes = addOrigin(place);

    const running = await startAsking(place, scenario, "--on-high", "deny");

    expectCode(await running.ended, code);
    expect(await answersTo(place, "ada-1")).toEqual([["deny", "--on-high deny"]]);
    expect(pushes()).toEqual([]);
  }
});

test("without an answer nothing runs", async () => {
  const place = await createWorkplace();
  const pushes = addOrigin(place);
  const running = await startAsking(place, "pushes");

  expectCode(await swarmux(place, ["stop"]), 0);

  expectCode(await running.ended, 130);
  expect(await answersTo(place, "ada-1")).toEqual([]);
  expect(pushes()).toEqual([]);
});

test("a gate of a task that is stopped is void, and its action never runs", async () => {
  const place = await createWorkplace();
  const pushes = addOrigin(place);
  const running = await startAsking(place, "pushes");

  expectCode(await swarmux(place, ["stop", "ada"]), 0);

  expectCode(await running.ended, 1);
  expect(only(await readEvents(place), "gate.voided")).toMatchObject([{ gate: "ada-1" }]);
  expectCode(await swarmux(place, ["approve", "ada-1"]), 2);
  expect(pushes()).toEqual([]);
});

test("a gate outlives the process that asked: the next one waits for the same answer", async () => {
  const place = await createWorkplace();
  const pushes = addOrigin(place);
  const running = await startAsking(place, "pushes");
  const [before] = [...(await readTeam(place)).workers.values()];

  process.kill(before?.pid ?? Number.NaN, "SIGKILL");
  await waitForEvent(place, ({ type }) => type === "worker.respawned");
  expectCode(await swarmux(place, ["approve", "ada-1"]), 0);

  expectCode(await running.ended, 0);
  const opened = only(await readEvents(place), "gate.opened");
  expect(opened.map(({ gate }) => gate.id)).toEqual(["ada-1"]);
  expect(pushes()).toEqual([WORK]);
});

test("R12: without a sandbox a worker's process can't answer for the person, whatever starts it", async () => {
  const place = await createWorkplace({ "a.txt": "one\n" });
  const pushes = addOrigin(place);
  await addAgreement(place);
  const running = await startAsking(place, "helps-itself", "--no-sandbox");

  await waitForEvent(place, ({ type }) => type === "gate.answered");
  const refused = only(await readEvents(place), "gate.answered");
  expect(refused).toMatchObject([{ gate: "ada-1", answer: "refused", by: "worker:ben" }]);
  expect([...(await readTeam(place)).gates.keys()]).toEqual(["ada-1"]);
  expectCode(await swarmux(place, ["deny", "ada-1"]), 0);

  expectCode(await running.ended, 0);
  expect(await answersTo(place, "ada-1")).toEqual([
    ["refused", "worker:ben"],
    ["deny", "person"],
  ]);
  expect(pushes()).toEqual([]);
});

test("R12: in the sandbox a worker's process does not even find what it could answer", async () => {
  const place = await createWorkplace({ "a.txt": "one\n" });
  const pushes = addOrigin(place);
  await addAgreement(place);
  const running = await startAsking(place, "helps-itself");

  const end = await waitForEvent(
    place,
    (event) => event.type === "tool.finished" && event.agent === "ben",
  );
  expect(end).toMatchObject({ ok: true });
  expect(only(await readEvents(place), "gate.answered")).toEqual([]);
  expect([...(await readTeam(place)).gates.keys()]).toEqual(["ada-1"]);
  expectCode(await swarmux(place, ["deny", "ada-1"]), 0);

  expectCode(await running.ended, 0);
  expect(await answersTo(place, "ada-1")).toEqual([["deny", "person"]]);
  expect(pushes()).toEqual([]);
});

/** A script of the project that tries to approve until somebody has answered. */
async function addAgreement(place: Workplace): Promise<void> {
  const env = { ...place.env, PATH: place.env["PATH"] };
  const script = `const { spawnSync } = require("node:child_process");
for (let tries = 0; tries < 50; tries += 1) {
  const { stderr } = spawnSync(${JSON.stringify(BIN)}, ["approve", "ada-1"], {
    cwd: ${JSON.stringify(place.repo)},
    env: ${JSON.stringify(env)},
    encoding: "utf8",
  });
  console.log(stderr);
  if (!String(stderr).includes("No gate")) process.exit(0);
}
`;
  await put(place.repo, {
    "agree.cjs": script,
    "package.json": '{ "private": true, "scripts": { "agree": "node agree.cjs" } }\n',
  });
  git(place, "add", "--all");
  git(place, "commit", "-q", "-m", "a script");
}

test("the merge of a HIGH task waits for a yes, while other tasks are merged", async () => {
  const place = await createWorkplace({ "a.txt": "one\n", "b.txt": "one\n" });
  const running = await startAsking(place, "one-high");
  await waitForEvent(place, (event) => event.type === "integration.merged" && event.task === "t2");

  const before = await readEvents(place);
  const [opened] = only(before, "gate.opened");
  expect(opened?.gate).toMatchObject({ worker: "coordinator", task: "t1", tool: "Merge" });
  expect(only(before, "integration.merged").map(({ task }) => task)).toEqual(["t2"]);
  expectCode(await swarmux(place, ["approve", opened?.gate.id ?? ""]), 0);

  expectCode(await running.ended, 0);
  const merged = only(await readEvents(place), "integration.merged");
  expect(merged.map(({ task }) => task)).toEqual(["t2", "t1"]);
});

test("an unknown program that is allowed for the session is not asked about again", async () => {
  const place = await createWorkplace({ "a.txt": "one\n", "b.txt": "one\n" });
  const running = await startAsking(place, "unknown-program", "--workers", "1");
  const [shown] = jsonLines((await swarmux(place, ["gates", "--json"])).stdout);
  expect(shown).toMatchObject({ id: "ada-1", pattern: "Bash(frobnicate:*)" });

  expectCode(await swarmux(place, ["approve", "ada-1", "--for-session"]), 0);

  expectCode(await running.ended, 0);
  const answers = only(await readEvents(place), "gate.answered");
  expect(answers.map(({ gate, answer, by, pattern }) => [gate, answer, by, pattern])).toEqual(
    ["ada-1", "ada-2", "ada-3", "ada-4"].map((gate) => [
      gate,
      "session",
      "person",
      "Bash(frobnicate:*)",
    ]),
  );
});

test("only an unknown program can be allowed for a session", async () => {
  const place = await createWorkplace();
  const pushes = addOrigin(place);
  const running = await startAsking(place, "pushes");

  const refused = await swarmux(place, ["approve", "ada-1", "--for-session"]);

  expectCode(refused, 2);
  expect(refused.stderr).toContain("can only be allowed once");
  expect([...(await readTeam(place)).gates.keys()]).toEqual(["ada-1"]);
  expectCode(await swarmux(place, ["deny", "ada-1"]), 0);
  expectCode(await running.ended, 0);
  expect(pushes()).toEqual([]);
});

test("an edited command gets a risk of its own: what is HIGH asks again, what is not runs", async () => {
  const place = await createWorkplace();
  const pushes = addOrigin(place);
  const running = await startAsking(place, "pushes");

  const edit = "git push origin HEAD:refs/heads/other";
  expectCode(await swarmux(place, ["approve", "ada-1", "--edit", edit]), 0);
  await waitForGate(place, "ada-2");
  const [shown] = jsonLines((await swarmux(place, ["gates", "--json"])).stdout);
  expect(shown).toMatchObject({ id: "ada-2", input: { command: edit } });
  expectCode(await swarmux(place, ["approve", "ada-2", "--edit", "echo not now"]), 0);

  expectCode(await running.ended, 0);
  expect(pushes()).toEqual([]);
  const task = (await readTeam(place)).tasks.get("t1");
  expect(task?.report?.summary).toContain("A person changed this call before it ran");
  expect(task?.report?.summary).toContain("not now");
  const started = only(await readEvents(place), "tool.started").find(({ tool }) => tool === "Bash");
  expect(started).toMatchObject({ risk: "LOW", input: { command: "echo not now" } });
});

test("the journal says which yes an action ran on, and where it was given", async () => {
  const place = await createWorkplace();
  addOrigin(place);
  const running = await startAsking(place, "pushes");

  expectCode(await swarmux(place, ["approve", "ada-1"]), 0);
  expectCode(await running.ended, 0);

  const events = await readEvents(place);
  expect(only(events, "gate.answered")[0]?.from).toMatch(/^process \d+.*, user \d+$/);
  const high = only(events, "tool.started").filter(({ risk }) => risk === "HIGH");
  expect(high.map(({ gate }) => gate)).toEqual(["ada-1"]);
});

/** The rename of the offline model on a real repository, and every command that looks at what came of it. */
import { expect, test } from "vitest";
import { EventBody, type SessionEvent } from "../../src/session/events.ts";
import { modelRequests, only, readEvents } from "./support/journal.ts";
import {
  CHECK,
  createRenameRepository,
  fingerprint,
  NEW,
  OLD,
  treeBySed,
} from "./support/rename-repository.ts";
import { expectCode, jsonLines, swarmux } from "./support/swarmux.ts";
import { git, type Workplace } from "./support/workplace.ts";

const RUN = ["run", "--headless", "--offline", "--workers", "4", "--session", "s"];
const TASK = `rename ${OLD} to ${NEW}`;
const BRANCH = "swarmux/s/integration";

test("four workers rename like sed, and the person's branch is untouched until accept", async () => {
  const place = await createRenameRepository();
  const before = await fingerprint(place.repo);

  const run = await swarmux(place, [...RUN, "--check", CHECK, TASK]);

  expectCode(run, 0);
  expect(await fingerprint(place.repo)).toEqual(before);
  const wanted = treeBySed(place);
  expect(git(place, "rev-parse", `${BRANCH}^{tree}`)).toBe(wanted);

  const stat = await swarmux(place, ["diff", "--stat"]);
  expect(stat).toMatchObject({ code: 0, stdout: git(place, "diff", "--stat", `main..${BRANCH}`) });
  const accepted = await swarmux(place, ["accept"]);
  expectCode(accepted, 0);
  expect(git(place, "rev-parse", "HEAD")).toBe(git(place, "rev-parse", BRANCH));
  expect(git(place, "symbolic-ref", "HEAD")).toBe("refs/heads/main");
  expect(git(place, "merge-base", "--is-ancestor", place.base, "HEAD")).toBe("");
  expect(git(place, "status", "--porcelain")).toBe("");
  expect(git(place, "write-tree")).toBe(wanted);
  await expectCommands(place);
  await expectModel(place);
});

test("run --json prints what log --json prints, and the types and numbers are those of the contract", async () => {
  const place = await createRenameRepository();

  const run = await swarmux(place, [...RUN, "--json", "--check", CHECK, TASK]);

  const log = await swarmux(place, ["log", "--json"]);
  expectCode(run, 0);
  expect(run.stdout).toBe(log.stdout);
  const events = jsonLines<SessionEvent>(log.stdout);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
  expect(events.filter(({ v, ts }) => v !== 1 || Number.isNaN(Date.parse(ts)))).toEqual([]);
  expect(events[0]).toMatchObject({ type: "session.started", task: TASK, repo: place.repo });
  expect(events.map(({ type }) => type)).toContain("session.finished");
  const unknown = events.filter((event) => !TYPES.includes(event.type));
  expect(unknown).toEqual([]);
  expect(TYPES).toEqual(expect.arrayContaining(EventBody.options.map(typeOf)));
});

test("the merged work stands in receipts with commit, check, diffstat and patch", async () => {
  const place = await createRenameRepository();

  await swarmux(place, [...RUN, "--check", CHECK, TASK]);

  const events = await readEvents(place);
  const finished = only(events, "task.finished");
  const merged = only(events, "integration.merged");
  expect(finished.map(({ task }) => task).toSorted()).toEqual(["t1", "t2", "t3", "t4"]);
  for (const { task, status, receipt } of finished) {
    expect(status).toBe("completed");
    expect(receipt?.commit).toBe(merged.find((one) => one.task === task)?.commit);
    expect(receipt?.checks.map(({ command, exit }) => [command, exit])).toEqual([[CHECK, 0]]);
    expect(receipt?.diffstat).toMatch(/files? changed/);
  }
  expect(git(place, "log", "--format=%B", `main..${BRANCH}`)).toMatch(/^Swarmux-Task: t1$/m);
});

/** The commands that look at a finished session. */
async function expectCommands(place: Workplace): Promise<void> {
  const verify = await swarmux(place, ["log", "--verify"]);
  expectCode(verify, 0);
  expect(verify.stdout).toMatch(/^\d+ events, the chain of hashes holds$/);

  const sessions = await swarmux(place, ["sessions", "--json"]);
  expect(jsonLines(sessions.stdout)).toEqual([
    expect.objectContaining({ v: 1, session: "s", outcome: "done", tasks: 4, merged: 4 }),
  ]);

  const status = await swarmux(place, ["status", "--json"]);
  const [shown, ...more] = jsonLines(status.stdout);
  expect(more).toEqual([]);
  expect(Object.keys(shown ?? {})).toEqual(expect.arrayContaining(STATUS_KEYS));
  expect(shown).toMatchObject({
    v: 1,
    session: "s",
    state: "finished",
    task: TASK,
    gates: [],
    integration: { branch: BRANCH, head: git(place, "rev-parse", BRANCH), queue: [] },
    cost_usd: 0,
  });
  expect(shown?.["workers"]).toHaveLength(4);
  expect(shown?.["tasks"]).toEqual(
    ["t1", "t2", "t3", "t4"].map((id) => expect.objectContaining({ id, status: "completed" })),
  );
}

/** The model saw nothing but good requests, one prefix, and a cache that it did not have to fill again. */
async function expectModel(place: Workplace): Promise<void> {
  const requests = await modelRequests(place);
  expect(requests.filter(({ status, violation }) => status !== 200 || violation !== null)).toEqual(
    [],
  );
  const prefixes = new Set(requests.map(({ tools, system }) => `${tools} ${system}`));
  expect(prefixes.size).toBe(2);
  const events = await readEvents(place);
  const workers = only(events, "worker.spawned").map(({ worker }) => worker);
  expect(workers).toEqual(["ada", "ben", "cleo", "dov"]);
  const first = workers.map((name) =>
    only(events, "model.called").find(({ agent }) => agent === name),
  );
  // One of them wrote the cache, whoever it was; the others waited for it.
  const cold = first.filter((call) => (call?.usage.cache_read ?? 0) === 0);
  expect(cold).toHaveLength(1);
}

function typeOf(schema: (typeof EventBody.options)[number]): string {
  return schema.shape.type.value;
}

const STATUS_KEYS =
  "v session state task tasks workers gates integration usage cost_usd budget".split(" ");

/** The types of the contract. */
const TYPES: readonly string[] = [
  ..."session.started session.resumed session.paused session.finished".split(" "),
  ..."plan.proposed plan.approved plan.rejected".split(" "),
  ..."task.created task.updated task.assigned task.finished".split(" "),
  ..."worker.spawned worker.ready worker.lost worker.respawned worker.exited".split(" "),
  ..."worker.stalled worker.refused question.voided".split(" "),
  ..."model.called tool.started tool.finished".split(" "),
  ..."gate.opened gate.answered gate.voided question.asked question.answered".split(" "),
  ..."message.sent message.delivered memory.written memory.confirmed memory.forgotten".split(" "),
  ..."integration.queued integration.checked integration.merged integration.rejected".split(" "),
  ..."conflict.predicted budget.warned budget.reached rate.limited".split(" "),
];

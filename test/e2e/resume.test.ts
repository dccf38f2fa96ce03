/** A session comes back after anything: what a person is told, what waits for them again, and what is not done again. */
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ourFolder } from "../../src/git/our-folder.ts";
import { crashAt, resume, rewindTo, startResume } from "./support/crash.ts";
import { go } from "./support/go.ts";
import {
  modelRequests,
  only,
  readEvents,
  readTeam,
  sessionPaths,
  userTurns,
  waitForEvent,
} from "./support/journal.ts";
import { expectNoProcess, expectNothingLeft } from "./support/leftovers.ts";
import { expectCode, jsonLines, scripted, start, swarmux } from "./support/swarmux.ts";
import { createWorkplace, git, type Workplace } from "./support/workplace.ts";

const BRANCH = "swarmux/s/integration";

function isHeldByAda(count: number) {
  let ended = 0;
  return ({ type, ...event }: { type: string; agent?: string; seq: number }) => {
    if (type === "session.started") ended = 0;
    if (type === "tool.finished" && event.agent === "ada") ended += 1;
    return ended === count;
  };
}

test("after a kill one screen says what was found, and the work goes on where it was", async () => {
  const place = await createWorkplace();
  await crashAt(place, "counts", isHeldByAda(2));
  const before = await readEvents(place);
  const { journal, agent } = sessionPaths(place);
  await appendFile(journal, '{"v":1,"seq":');
  await appendFile(agent("ada"), "torn");
  go(place);

  const ended = await resume(place, "counts", "--budget", "5");

  expectCode(ended, 0);
  const [resumed] = only(await readEvents(place), "session.resumed");
  expect(resumed?.found).toEqual({
    ended: {
      at: before.at(-1)?.ts,
      by: null,
      reason: `its last event is ${before.at(-1)?.type}`,
    },
    leftovers: 0,
    mended: [],
    adopted: [],
    torn: [
      { journal: "journal.jsonl", bytes: 13 },
      { journal: "agents/ada.jsonl", bytes: 4 },
    ],
    changed: [],
  });
  const said = ended.stderr;
  expect(said).toContain("resuming s: do what the scenario says");
  expect(said).toMatch(/its coordinator was gone without a word \d+ s ago, at \d{4}-/);
  expect(said).toContain("13 bytes of a cut line kept in journal.jsonl.torn-…");
  expect(said).toContain("0 of 1 task merged, 1 in progress");
  expect(said).toContain("[1] ada goes on with t1: Count to four");
  expect(said).toMatch(/spent \$0\.00 of \$5\.00 for \d+ model calls/);
  expect(await readFile(`${journal}.torn-1`, "utf8")).toBe('{"v":1,"seq":');
  expect(await readFile(`${agent("ada")}.torn-1`, "utf8")).toBe("torn");
  expect(git(place, "show", `${BRANCH}:count.txt`)).toBe("1\n2\n3\n4");
  await expectNothingRepeated(place);
});

test("a gate that was open waits again under its name, and one yes serves it", async () => {
  const place = await createWorkplace();
  await crashAt(place, "asks-for-a-file", ({ type }) => type === "gate.opened");
  const running = startResume(place, "asks-for-a-file");
  await waitForEvent(place, ({ type }) => type === "worker.respawned");

  const shown = jsonLines((await swarmux(place, ["gates", "--json"])).stdout);
  expect(shown).toMatchObject([{ kind: "gate", id: "ada-1" }]);
  expectCode(await swarmux(place, ["approve", "ada-1"]), 0);

  const ended = await running.ended;
  expectCode(ended, 0);
  expect(ended.stderr).toContain("waits for you: ada-1, ada Bash frobnicate a.txt");
  const events = await readEvents(place);
  expect(only(events, "gate.opened")).toHaveLength(1);
  expect(only(events, "gate.voided")).toEqual([]);
});

test("a gate whose file has changed meanwhile is void, and the worker asks again", async () => {
  const place = await createWorkplace();
  await crashAt(place, "asks-for-a-file", ({ type }) => type === "gate.opened");
  await writeFile(join(sessionPaths(place).checkout("ada"), "a.txt"), "changed\n");
  const running = startResume(place, "asks-for-a-file");
  await waitForEvent(place, (event) => event.type === "gate.opened" && event.gate.id === "ada-2");

  expectCode(await swarmux(place, ["approve", "ada-1"]), 2);
  expectCode(await swarmux(place, ["approve", "ada-2"]), 0);

  const ended = await running.ended;
  expectCode(ended, 0);
  expect(ended.stderr).toContain(
    "a file that ada-1 runs has changed: the gate is void, ada asks again",
  );
  expect(only(await readEvents(place), "gate.voided")).toMatchObject([{ gate: "ada-1" }]);
});

test("a gate that was open when the session was stopped in order waits again too", async () => {
  const place = await createWorkplace();
  const { args, env } = scripted("asks-for-a-file");
  const first = start(place, [...args, "do what the scenario says"], { env });
  await waitForEvent(place, ({ type }) => type === "gate.opened");
  first.kill("SIGTERM");
  expectCode(await first.ended, 130);
  await expectNothingLeft(place.folder);

  const running = startResume(place, "asks-for-a-file");
  await waitForEvent(place, ({ type }) => type === "worker.respawned");
  expectCode(await swarmux(place, ["approve", "ada-1"]), 0);

  const ended = await running.ended;
  expectCode(ended, 0);
  expect(ended.stderr).toMatch(
    /it was stopped by system \d+ s ago, at .*: its process was told to end/,
  );
  const events = await readEvents(place);
  expect(only(events, "gate.opened")).toHaveLength(1);
  const ran = only(events, "tool.started").filter(({ risk }) => risk === "HIGH");
  expect(ran).toHaveLength(1);
});

test("a question that was open waits again, is asked once, and an answer on disk is not asked for again", async () => {
  const place = await createWorkplace();
  await crashAt(place, "asks-a-question", ({ type }) => type === "question.asked");
  const second = startResume(place, "asks-a-question");
  await waitForEvent(place, ({ type }) => type === "session.resumed");
  expectCode(await swarmux(place, ["answer", "q1", "done"]), 0);
  await waitForEvent(place, ({ type }) => type === "worker.ready");
  second.kill("SIGKILL");
  await second.ended;
  await expectNoProcess(place.folder);
  // The answer is on disk and the lead has not heard it.
  await rewindLead(place);

  const ended = await resume(place, "asks-a-question");

  expectCode(ended, 0);
  expect(only(await readEvents(place), "question.asked")).toHaveLength(1);
  expect(git(place, "show", `${BRANCH}:name.txt`)).toBe("done");
});

test("a merge that was made and not written down is taken in, and nothing is merged twice", async () => {
  const place = await createWorkplace();
  const { args, env } = scripted("one-task");
  expectCode(await swarmux(place, [...args, "add two"], { env }), 0);
  const head = git(place, "rev-parse", BRANCH);
  await rewindTo(place, ({ type }) => type === "integration.merged", ["ada"]);
  expect(await readTeam(place)).toMatchObject({ state: "running" });

  const ended = await resume(place, "one-task");

  expectCode(ended, 0);
  expect(ended.stderr).toContain("1 of 1 task merged (t1 without a line in the journal)");
  const events = await readEvents(place);
  expect(only(events, "session.resumed")).toMatchObject([{ found: { adopted: ["t1"] } }]);
  expect(only(events, "integration.merged")).toMatchObject([{ task: "t1", commit: head }]);
  const [finished] = only(events, "task.finished");
  expect(finished).toMatchObject({ status: "completed", receipt: { commit: head } });
  expect(git(place, "rev-parse", BRANCH)).toBe(head);
});

test("of a finished session it prints the summary and exits with its code, and calls nobody", async () => {
  const place = await createWorkplace();
  const { args, env } = scripted("silent");
  const first = await swarmux(place, [...args, "do it"], { env });
  expectCode(first, 1);
  const calls = (await modelRequests(place)).length;
  // As one leaves it that is killed behind its last event.
  const { checkouts } = sessionPaths(place);
  await mkdir(join(checkouts, ".lead.git.next"));

  const again = await swarmux(place, ["resume"]);

  expectCode(again, 1);
  expect(await readdir(checkouts)).not.toContain(".lead.git.next");
  expect(again.stdout).toContain("0 of 1 task merged");
  expect(await modelRequests(place)).toHaveLength(calls);
  expect(only(await readEvents(place), "session.resumed")).toEqual([]);
});

test("while a coordinator runs it says so and how to look at it", async () => {
  const place = await createWorkplace();
  const { args, env } = scripted("waits");
  const running = start(place, [...args, "wait"], { env });
  await waitForEvent(place, ({ type }) => type === "worker.ready");

  const second = await swarmux(place, ["resume"]);

  expectCode(second, 2);
  expect(second.stderr).toContain("The session s is running already.");
  expect(second.stderr).toContain("swarmux log --follow s");
  running.kill("SIGTERM");
  expectCode(await running.ended, 130);
});

test("--json prints events and nothing else, from session.resumed on", async () => {
  const place = await createWorkplace();
  await crashAt(place, "counts", isHeldByAda(2));
  go(place);

  const ended = await resume(place, "counts", "--json");

  expectCode(ended, 0);
  const events = jsonLines<{ type: string; seq: number }>(ended.stdout);
  const all = await readEvents(place);
  expect(events.map(({ type }) => type)[0]).toBe("session.resumed");
  expect(events.map(({ seq }) => seq)).toEqual(
    all.map(({ seq }) => seq).filter((seq) => seq >= (events[0]?.seq ?? 0)),
  );
});

test("after a reboot nothing of the run folder is there, and the team comes back from another folder", async () => {
  const place = await createWorkplace();
  await crashAt(place, "counts", isHeldByAda(2));
  const { journal } = sessionPaths(place);
  await rm(join(journal, "../run"), { recursive: true, force: true });
  go(place);

  const ended = await resume(place, "counts");

  expectCode(ended, 0);
  expect(git(place, "show", `${BRANCH}:count.txt`)).toBe("1\n2\n3\n4");
});

test("uncommitted work survives broken git folders, and files that are gone are told to the worker", async () => {
  const place = await createWorkplace();
  await crashAt(place, "counts", isHeldByAda(2));
  const checkout = sessionPaths(place).checkout("ada");
  await rm(join(ourFolder(checkout), "swarmux.json"));
  await writeFile(join(ourFolder(checkout), "index.lock"), "");
  await writeFile(join(ourFolder(sessionPaths(place).checkout("clean")), "HEAD"), "");
  await rm(join(checkout, ".git"), { recursive: true });
  go(place);

  const ended = await resume(place, "counts");

  expectCode(ended, 0);
  expect(ended.stderr).toContain("mended: the git folder of ada's checkout was made anew");
  expect(git(place, "show", `${BRANCH}:count.txt`)).toBe("1\n2\n3\n4");
});

test("a worker whose checkout was deleted gets its files back and is told", async () => {
  const place = await createWorkplace();
  await crashAt(place, "counts", isHeldByAda(2));
  await rm(sessionPaths(place).checkout("ada"), { recursive: true });
  go(place);

  const ended = await resume(place, "counts");

  expectCode(ended, 0);
  expect(ended.stderr).toContain("mended: the files of ada's checkout were gone");
  expect((await userTurns(place, "ada")).join("\n")).toContain(
    "The files of your checkout were gone",
  );
  expect(git(place, "show", `${BRANCH}:count.txt`)).toBe("3\n4");
});

test("an integration branch that somebody moved is refused with commands that keep their commits, and then goes on", async () => {
  const place = await createWorkplace();
  await crashAt(place, "counts", isHeldByAda(2));
  const tree = git(place, "rev-parse", "HEAD^{tree}");
  const theirs = git(place, "commit-tree", tree, "-p", place.base, "-m", "theirs");
  git(place, "branch", "-f", BRANCH, theirs);
  go(place);

  const refused = await resume(place, "counts");

  expectCode(refused, 1);
  expect(refused.stderr).toContain(`The branch ${BRANCH} was moved to ${theirs.slice(0, 12)}`);
  const commands = /git branch kept.*/.exec(refused.stderr)?.[0].split(" && ") ?? [];
  for (const command of commands.slice(0, 2)) git(place, ...command.split(" ").slice(1));
  expectCode(await resume(place, "counts"), 0);
  expect(git(place, "rev-parse", `kept-${theirs.slice(0, 12)}`)).toBe(theirs);
});

test("an integration branch that was deleted is put back, lock and all", async () => {
  const place = await createWorkplace();
  await crashAt(place, "counts", isHeldByAda(2));
  git(place, "branch", "-D", BRANCH);
  go(place);

  const ended = await resume(place, "counts");

  expectCode(ended, 0);
  expect(ended.stderr).toContain(`mended: ${BRANCH} was deleted, and stands at`);
});

test("a base that is not in the repository any more is said, and what to do", async () => {
  const place = await createWorkplace();
  await crashAt(place, "counts", isHeldByAda(2));
  git(place, "branch", "-D", BRANCH);
  git(place, "checkout", "-q", "--orphan", "other");
  git(place, "commit", "-q", "-m", "another history");
  git(place, "branch", "-D", "main");
  git(place, "reflog", "expire", "--expire=now", "--all");
  git(place, "gc", "-q", "--prune=now");

  const ended = await resume(place, "counts");

  expectCode(ended, 69);
  expect(ended.stderr).toContain("is not in this repository any more");
  expect(ended.stderr).toContain("swarmux sessions rm --force s");
  expectCode(await swarmux(place, ["sessions", "rm", "--force", "s"]), 0);
});

test("damage in the middle of an agent's journal is refused with its place", async () => {
  const place = await createWorkplace();
  await crashAt(place, "counts", isHeldByAda(2));
  const path = sessionPaths(place).agent("ada");
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace('"type":"call.intent"', '"type":"call.INTENT"'));

  const ended = await resume(place, "counts");

  expectCode(ended, 69);
  expect(ended.stderr).toMatch(/agents\/ada\.jsonl is damaged at line \d+ \(byte \d+\)/);
  expect(await readdir(join(path, ".."))).not.toContain("ada.jsonl.torn-1");
  expectCode(await swarmux(place, ["sessions", "rm", "--force", "s"]), 0);
});

async function expectNothingRepeated(place: Workplace): Promise<void> {
  const events = await readEvents(place);
  const ids = only(events, "tool.started").map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(only(events, "task.assigned")).toHaveLength(1);
  expect(only(events, "integration.merged")).toHaveLength(1);
  const requests = await modelRequests(place);
  expect(requests.filter(({ violation }) => violation !== null)).toEqual([]);
}

/** The lead's journal as it was while its question waited. */
async function rewindLead(place: Workplace): Promise<void> {
  const path = sessionPaths(place).agent("lead");
  const lines = (await readFile(path, "utf8")).split("\n");
  const at = lines.findIndex((line) => line.includes('"type":"call.outcome"'));
  await writeFile(
    path,
    lines
      .slice(0, at)
      .map((line) => `${line}\n`)
      .join(""),
  );
}

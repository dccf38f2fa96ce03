/** What becomes of a report: merged, sent back with what failed, confirmed by the lead, or given up. */
import { expect, test } from "vitest";
import { only, readAgent, readEvents, userTurns } from "./support/journal.ts";
import { type Ended, expectCode, scripted, swarmux } from "./support/swarmux.ts";
import { createWorkplace, git, type Workplace } from "./support/workplace.ts";

const SPELLING = "cat greeting.txt && ! grep helo greeting.txt";

function run(place: Workplace, scenario: string, ...more: string[]): Promise<Ended> {
  const { args, env } = scripted(scenario);
  return swarmux(place, [...args, ...more, "do what the scenario says"], { env });
}

function fileAtHead(place: Workplace, name: string): string {
  return git(place, "show", `swarmux/s/integration:${name}`);
}

test("work that fails its check comes back with the output, is mended and merged", async () => {
  const place = await createWorkplace({ "greeting.txt": "hi\n" });

  const ended = await run(place, "mends", "--check", SPELLING);

  expectCode(ended, 0);
  const events = await readEvents(place);
  const ofTask = only(events, "integration.checked").filter(({ task }) => task === "t1");
  expect(ofTask.map(({ ok }) => ok)).toEqual([false, true]);
  const turns = await userTurns(place, "ada");
  expect(turns[1]).toContain(`${SPELLING} → exit 1`);
  expect(turns[1]).toContain("helo");
  expect(fileAtHead(place, "greeting.txt")).toBe("hello");
});

test("work that fails its check three times fails the task, and the lead is told", async () => {
  const place = await createWorkplace({ "greeting.txt": "hi\n" });

  const ended = await run(place, "insists", "--check", SPELLING);

  expectCode(ended, 1);
  const events = await readEvents(place);
  expect(only(events, "integration.rejected").map(({ tries }) => tries)).toEqual([1, 2, 3]);
  expect(only(events, "task.finished")).toMatchObject([{ task: "t1", status: "failed" }]);
  expect(only(events, "integration.merged")).toEqual([]);
  expect((await userTurns(place, "lead")).at(-1)).toContain("failed t1");
  expect(git(place, "rev-parse", "swarmux/s/integration")).toBe(place.base);
});

test("of two tasks that conflict the second comes back with conflict marks, is resolved and merged", async () => {
  const place = await createWorkplace({ "shared.txt": "top\nmiddle\nend\n" });

  const ended = await run(place, "conflict");

  expectCode(ended, 0);
  const events = await readEvents(place);
  const rejected = only(events, "integration.rejected");
  expect(rejected).toHaveLength(1);
  expect(rejected[0]?.why).toMatch(/conflict[^]*- shared\.txt/);
  const assigned = only(events, "task.assigned").find(({ task }) => task === rejected[0]?.task);
  const seen = JSON.stringify(await readAgent(place, assigned?.worker ?? ""));
  for (const mark of ["<<<<<<<", "=======", ">>>>>>>"]) expect(seen).toContain(mark);
  expect(only(events, "integration.merged")).toHaveLength(2);
  expect(fileAtHead(place, "shared.txt")).toBe("top\nleft and right\nend");
});

test("a report without any other call is refused, and the worker goes on", async () => {
  const place = await createWorkplace();

  const ended = await run(place, "hasty-report");

  expectCode(ended, 0);
  const events = await readEvents(place);
  const reports = only(events, "tool.started").filter(({ tool }) => tool === "Report");
  const ends = reports.map(({ id }) =>
    only(events, "tool.finished").find((finished) => finished.id === id),
  );
  expect(ends.map((end) => end?.ok)).toEqual([false, true]);
  expect(fileAtHead(place, "a.txt")).toBe("one\ntwo");
});

test("done without a change is completed once the lead confirms it", async () => {
  const place = await createWorkplace();

  const ended = await run(place, "nothing-to-do");

  expectCode(ended, 0);
  const events = await readEvents(place);
  const confirmed = only(events, "tool.started").find(({ tool }) => tool === "TaskUpdate");
  const [finished, ...more] = only(events, "task.finished");
  expect(more).toEqual([]);
  expect(finished).toMatchObject({ task: "t1", status: "completed", receipt: { commit: null } });
  expect(finished?.seq).toBeGreaterThan(confirmed?.seq ?? Number.POSITIVE_INFINITY);
  expect(git(place, "rev-parse", "swarmux/s/integration")).toBe(place.base);
});

test("a worker that ends its turn without a report is reminded twice, then its task is blocked", async () => {
  const place = await createWorkplace();

  const ended = await run(place, "silent");

  expectCode(ended, 1);
  const turns = await userTurns(place, "ada");
  expect(turns.filter((words) => words.includes("ended without Report"))).toHaveLength(2);
  const [finished] = only(await readEvents(place), "task.finished");
  expect(finished).toMatchObject({ task: "t1", status: "blocked" });
  expect(finished?.why).toContain("These are my last words.");
});

test("a blocked report wakes the lead, which tries again with a better text", async () => {
  const place = await createWorkplace();

  const ended = await run(place, "asks-the-lead");

  expectCode(ended, 0);
  const events = await readEvents(place);
  const statuses = only(events, "task.finished").map(({ status, why }) => [status, why]);
  expect(statuses).toEqual([
    ["blocked", "Nobody told me the word."],
    ["completed", "merged"],
  ]);
  expect((await userTurns(place, "lead")).join("\n")).toContain("Nobody told me the word.");
  expect(fileAtHead(place, "word.txt")).toBe("sesame");
});

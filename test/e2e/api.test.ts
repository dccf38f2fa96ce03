/** A run whose model fails: in every way that a network and an API can, and for good. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Fault } from "../../src/offline/faults.ts";
import { modelRequests, only, readEvents } from "./support/journal.ts";
import { type Ended, expectCode, scripted, swarmux } from "./support/swarmux.ts";
import { createWorkplace, git, type Workplace } from "./support/workplace.ts";

/** Requests of the lead and of the worker hold these words of their first turns. */
const LEAD = { match: "At most 4 workers at once" };
const WORKER = { match: "You are ada" };

async function runWith(
  place: Workplace,
  faults: readonly Fault[],
  ...more: string[]
): Promise<Ended> {
  const file = join(place.folder, "faults.json");
  await writeFile(file, JSON.stringify(faults));
  const { args, env } = scripted("one-task");
  return swarmux(place, [...args, ...more, "add two"], { env: { ...env, SWARMUX_FAULTS: file } });
}

/** The task is done, and its one command ran once. */
async function expectDoneOnce(place: Workplace): Promise<void> {
  expect(git(place, "show", "swarmux/s/integration:a.txt")).toBe("one\ntwo");
  const commands = only(await readEvents(place), "tool.started").filter(
    ({ tool }) => tool === "Bash",
  );
  expect(commands).toHaveLength(1);
}

test("after a 429 the whole team waits as long as the API asks, and goes on", async () => {
  const place = await createWorkplace();

  const ended = await runWith(place, [{ kind: "status", status: 429, retryAfter: 1, at: WORKER }]);

  expectCode(ended, 0);
  const [limited, ...more] = only(await readEvents(place), "rate.limited");
  expect(more).toEqual([]);
  expect(limited).toMatchObject({ status: 429, agent: "ada" });
  const wait = Date.parse(limited?.until ?? "") - Date.parse(limited?.ts ?? "");
  expect(wait).toBeGreaterThan(500);
  expect(wait).toBeLessThanOrEqual(1_000);
  const early = only(await readEvents(place), "model.called").filter(
    ({ seq, ts }) => seq > (limited?.seq ?? 0) && ts < (limited?.until ?? ""),
  );
  expect(early).toEqual([]);
  await expectDoneOnce(place);
});

test.each([
  ["529", { kind: "status", status: 529, retryAfter: 0 }],
  ["500", { kind: "status", status: 500 }],
  ["a reset before the answer", { kind: "reset-before-headers" }],
  ["a reset in the middle", { kind: "reset-mid-stream" }],
  ["a clean end in the middle", { kind: "clean-end-mid-stream" }],
  ["an error event in the middle", { kind: "error-event-mid-stream" }],
  ["a tool call that is cut", { kind: "cut-tool-input" }],
] as const)(
  "after %s, at the lead and at a worker, the run goes on and nothing runs twice",
  async (_name, fault) => {
    const place = await createWorkplace();

    const ended = await runWith(place, [
      { ...fault, at: WORKER },
      { ...fault, at: LEAD },
    ]);

    expectCode(ended, 0);
    const met = (await modelRequests(place)).filter((request) => request.fault !== null);
    expect(met).toHaveLength(2);
    expect(only(await readEvents(place), "task.created")).toHaveLength(1);
    await expectDoneOnce(place);
  },
);

test("a spent budget of tokens stops the session with 75", async () => {
  const place = await createWorkplace();

  const ended = await runWith(place, [], "--token-budget", "10");

  expectCode(ended, 75);
  const events = await readEvents(place);
  expect(only(events, "budget.reached")).toMatchObject([{ budget: "10 tokens" }]);
  expect(only(events, "session.paused")).toMatchObject([{ by: "budget" }]);
  expect(only(events, "model.called")).toHaveLength(1);
});

test("a model that refuses its task blocks it, and the run ends with 1", async () => {
  const place = await createWorkplace();

  const ended = await runWith(place, [{ kind: "stop-reason", stopReason: "refusal", at: WORKER }]);

  expectCode(ended, 1);
  const [finished] = only(await readEvents(place), "task.finished");
  expect(finished).toMatchObject({ task: "t1", status: "blocked" });
  expect(finished?.why).toContain("The model refused to go on");
});

test("a key that is not accepted ends the run with 69 and says how to mend it", async () => {
  const place = await createWorkplace();

  const ended = await runWith(place, [{ kind: "status", status: 401, at: 1, times: 99 }]);

  expectCode(ended, 69);
  expect(`${ended.stdout}${ended.stderr}`).toContain("ANTHROPIC_API_KEY");
  expect(await modelRequests(place)).toHaveLength(1);
});

test("a file of faults that is none ends the run before it starts", async () => {
  const place = await createWorkplace();
  const file = join(place.folder, "faults.json");
  await writeFile(file, '[{"kind":"earthquake","at":1}]');

  const model = await swarmux(place, ["offline-model", "--faults", file]);

  expect(model).toMatchObject({ code: 2, stdout: "" });
  expect(model.stderr).toContain(file);
});

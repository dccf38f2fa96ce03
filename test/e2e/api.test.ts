/** A run whose model fails: in every way that a network and an API can, and for good. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Fault } from "../../src/offline/faults.ts";
import { loadScenario } from "../../src/offline/scenario.ts";
import { openOfflineServer } from "../../src/offline/server.ts";
import { openGate } from "./support/gate.ts";
import { modelRequests, only, readEvents, sessionPaths, userTurns } from "./support/journal.ts";
import { type Ended, expectCode, scripted, start, swarmux } from "./support/swarmux.ts";
import { createWorkplace, git, type Workplace } from "./support/workplace.ts";

/** Requests of the lead and of the worker hold these words of their first turns. */
const LEAD = { match: "At most 4 workers at once" };
const WORKER = { match: "You are ada" };
/** An answer that is silent for longer is broken off. */
const IDLE_MS = "700";

async function runWith(
  place: Workplace,
  faults: readonly Fault[],
  ...more: string[]
): Promise<Ended> {
  const file = join(place.folder, "faults.json");
  await writeFile(file, JSON.stringify(faults));
  const { args, env } = scripted("one-task");
  return swarmux(place, [...args, ...more, "add two"], {
    env: { ...env, SWARMUX_FAULTS: file, SWARMUX_IDLE_MS: IDLE_MS },
  });
}

/** How often the same request is made again. */
function retriesOf(fault: Pick<Fault, "kind"> & { readonly times?: number }): number {
  return fault.kind === "stop-reason" ? 0 : (fault.times ?? 1);
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
  ["500 twice", { kind: "status", status: 500, times: 2 }],
  ["503", { kind: "status", status: 503 }],
  ["408", { kind: "status", status: 408 }],
  ["409", { kind: "status", status: 409 }],
  ["a reset before the answer", { kind: "reset-before-headers" }],
  ["a reset in the middle", { kind: "reset-mid-stream" }],
  ["a clean end in the middle", { kind: "clean-end-mid-stream" }],
  ["an error event in the middle", { kind: "error-event-mid-stream" }],
  ["a tool call that is cut", { kind: "cut-tool-input" }],
  ["silence instead of an answer", { kind: "silence-after-headers" }],
  ["silence in the middle", { kind: "silence-mid-stream" }],
  ["a pause", { kind: "stop-reason", stopReason: "pause_turn" }],
] as const)(
  "after %s, at the lead and at a worker, the run goes on and nothing runs twice",
  async (_name, fault) => {
    const place = await createWorkplace();

    const ended = await runWith(place, [
      { ...fault, at: WORKER },
      { ...fault, at: LEAD },
    ]);

    expectCode(ended, 0);
    // Of the lead's the person hears where they look; a worker says it in its pane.
    const told = ended.stderr.match(/^the coordinator's model: .+ Again at \d\d:\d\d:\d\d\.$/gm);
    expect(told ?? []).toHaveLength(retriesOf(fault));
    const met = (await modelRequests(place)).filter((request) => request.fault !== null);
    expect(met).toHaveLength("times" in fault ? 2 * fault.times : 2);
    expect(only(await readEvents(place), "task.created")).toHaveLength(1);
    await expectDoneOnce(place);
    await expectHonestBill(place);
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

test.each([
  [401, 69, "ANTHROPIC_API_KEY"],
  [402, 69, "look at the account's plan, credit and spend limits"],
  [403, 69, "use a key that may call this model"],
  [404, 1, "check the model's name (--model) and ANTHROPIC_BASE_URL"],
  [400, 1, "The API answered 400"],
  [413, 1, "larger than the model's context"],
] as const)(
  "a lead that is answered %i ends the run with %i at once, and says how to mend it",
  async (status, code, words) => {
    const place = await createWorkplace();

    const ended = await runWith(place, [{ kind: "status", status, at: 1, times: 99 }]);

    expectCode(ended, code);
    expect(`${ended.stdout}${ended.stderr}`).toContain(words);
    expect(await modelRequests(place)).toHaveLength(1);
  },
);

test.each([
  ["400", { kind: "status", status: 400 }, "The API answered 400"],
  ["404", { kind: "status", status: 404 }, "check the model's name"],
  ["413", { kind: "status", status: 413 }, "larger than the model's context; split it"],
  [
    "the word that its context is full",
    { kind: "stop-reason", stopReason: "model_context_window_exceeded" },
    "larger than the model's context; split it",
  ],
] as const)(
  "a worker that is answered %s fails its task without repeating the call, and the lead hears why",
  async (_name, fault, words) => {
    const place = await createWorkplace();

    const ended = await runWith(place, [{ ...fault, at: WORKER, times: 99 }]);

    expectCode(ended, 1);
    const events = await readEvents(place);
    const [finished] = only(events, "task.finished");
    expect(finished).toMatchObject({ task: "t1", status: "failed" });
    expect(finished?.why).toContain(words);
    expect(only(events, "tool.started").filter(({ agent }) => agent === "ada")).toEqual([]);
    const met = (await modelRequests(place)).filter((request) => request.fault !== null);
    expect(met).toHaveLength(1);
    expect((await userTurns(place, "lead")).join("\n")).toContain(words);
  },
);

test("an answer that is cut goes on in the same conversation", async () => {
  const place = await createWorkplace();
  const { args, env } = scripted("is-cut");

  const ended = await swarmux(place, [...args, "add two"], { env });

  expectCode(ended, 0);
  expect(git(place, "show", "swarmux/s/integration:a.txt")).toBe("one\ntwo");
  const requests = await modelRequests(place);
  expect(requests.filter(({ violation }) => violation !== null)).toEqual([]);
  expect((await userTurns(place, "ada")).join("\n")).toContain("Go on.");
});

test("a server that can't be reached yet is called again until it can", async () => {
  const place = await createWorkplace();
  const scenario = await loadScenario(scripted("one-task").env["SWARMUX_SCENARIO"] ?? "");
  await using model = await openOfflineServer({ scenario });
  const gate = await openGate(model.url);
  const running = start(
    place,
    ["run", "--headless", "--session", "s", "--model", "claude-sonnet-5-5", "add two"],
    { env: { ANTHROPIC_BASE_URL: gate.url, ANTHROPIC_API_KEY: "offline" } },
  );
  const { log } = sessionPaths(place);
  await expect.poll(() => readFile(log, "utf8").catch(() => "")).toContain("ECONNREFUSED");

  const opened = await gate.open();

  expectCode(await running.ended, 0);
  await opened[Symbol.asyncDispose]();
  await expectDoneOnce(place);
  expect(model.stats().violations).toBe(0);
});

/** Every answer that had begun is on the bill, the broken ones with what the API had counted of them. */
async function expectHonestBill(place: Workplace): Promise<void> {
  const requests = await modelRequests(place);
  const begun = requests.filter(({ usage }) => usage !== null);
  const read = begun.reduce((sum, { usage }) => sum + (usage?.cache_read_input_tokens ?? 0), 0);
  const calls = only(await readEvents(place), "model.called");
  expect(calls).toHaveLength(begun.length);
  expect(calls.reduce((sum, { usage }) => sum + usage.cache_read, 0)).toBe(read);
}

test("a file of faults that is none ends the run before it starts", async () => {
  const place = await createWorkplace();
  const file = join(place.folder, "faults.json");
  await writeFile(file, '[{"kind":"earthquake","at":1}]');

  const model = await swarmux(place, ["offline-model", "--faults", file]);

  expect(model).toMatchObject({ code: 2, stdout: "" });
  expect(model.stderr).toContain(file);
});

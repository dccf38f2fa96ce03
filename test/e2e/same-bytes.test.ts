/**
 * What was sent once is sent again byte for byte, over kills too: so thinking stays valid, and a worker that comes back
 * reads as much from the cache as if nothing had happened. The model is a server that outlives the kills.
 */
import { expect, onTestFinished, test, vi } from "vitest";
import { loadScenario } from "../../src/offline/scenario.ts";
import { type OfflineServer, openOfflineServer } from "../../src/offline/server.ts";
import { go, goEnvironment } from "./support/go.ts";
import { only, readEvents, waitForEvent } from "./support/journal.ts";
import { expectNoProcess } from "./support/leftovers.ts";
import { expectCode, scripted, start, swarmux } from "./support/swarmux.ts";
import { createWorkplace, type Workplace } from "./support/workplace.ts";

type Asked = ReturnType<OfflineServer["stats"]>["records"][number];

const WORKERS = 4;

test("a team that was killed and resumed repeats or extends its requests, and reads the cache like an undisturbed one", async () => {
  const calm = await play({ kill: false });
  const storm = await play({ kill: true });

  for (const requests of [calm, storm]) {
    expect(
      requests.filter(({ violation, status }) => violation !== null || status !== 200),
    ).toEqual([]);
    expectOnlyGrowing(requests);
  }
  // The third request of each worker was on its way when everything was killed.
  const cut = storm.filter(isOfWorker(5));
  expect(cut).toHaveLength(2 * WORKERS);
  const repeated = cut.slice(WORKERS);
  const first = new Set(cut.slice(0, WORKERS).map(({ whole }) => whole));
  expect(new Set(repeated.map(({ whole }) => whole))).toEqual(first);
  expect(first.size).toBe(WORKERS);
  const undisturbed = Math.min(...calm.filter(isOfWorker(5)).map(shareOf));
  const shares = repeated.map(shareOf);
  expect(undisturbed).toBeGreaterThan(0.9);
  for (const share of shares) expect(share).toBeGreaterThanOrEqual(undisturbed - 1e-9);
});

/** Every request repeats an earlier one of its conversation or adds to it, behind the same prefix and settings. */
function expectOnlyGrowing(requests: readonly Asked[]): void {
  const seen = new Map<string, { wholes: Set<string>; settings: string | null }>();
  for (const { conversation, whole, before, settings } of requests) {
    const known = seen.get(conversation ?? "");
    if (known === undefined) {
      seen.set(conversation ?? "", { wholes: new Set([whole ?? ""]), settings });
      continue;
    }
    expect(settings).toBe(known.settings);
    expect(known.wholes.has(whole ?? "") || known.wholes.has(before ?? "")).toBe(true);
    known.wholes.add(whole ?? "");
  }
  expect(seen.size).toBe(WORKERS + 1);
}

/** Requests of workers with so many messages. */
function isOfWorker(messages: number) {
  return (one: Asked) => one.messages === messages && one.tools === WORKER_TOOLS.value;
}

const WORKER_TOOLS: { value: string | null } = { value: null };

function shareOf({ usage }: Asked): number {
  const read = usage?.cache_read_input_tokens ?? 0;
  const rest = (usage?.cache_creation_input_tokens ?? 0) + (usage?.input_tokens ?? 0);
  return read / (read + rest);
}

/** One session of four workers who are held before their report; answers with what the model was asked. */
async function play({ kill }: { kill: boolean }): Promise<readonly Asked[]> {
  const place = await createWorkplace();
  vi.stubEnv("GO_FILE", goEnvironment(place).GO_FILE);
  onTestFinished(() => void vi.unstubAllEnvs());
  const scenario = await loadScenario(scripted("four").env["SWARMUX_SCENARIO"] ?? "");
  await using model = await openOfflineServer({ scenario });
  const env = { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: "offline" };
  const options = ["run", "--headless", "--session", "s", "--model", "claude-sonnet-5-5"];
  const running = start(place, [...options, "write four files"], { env });
  await waitUntilHeld(place, model);
  if (kill) {
    process.kill(running.pid, "SIGKILL");
    await running.ended;
    await expectNoProcess(place.folder);
  }
  go(place);
  expectCode(kill ? await swarmux(place, ["resume"], { env }) : await running.ended, 0);
  expect(only(await readEvents(place), "integration.merged")).toHaveLength(WORKERS);
  return model.stats().records;
}

/** Every worker has written its file, and its next request has come. */
async function waitUntilHeld(place: Workplace, model: OfflineServer): Promise<void> {
  const spawned = await waitForEvent(place, ({ type }) => type === "worker.ready");
  expect(spawned.type).toBe("worker.ready");
  const held = () => {
    const { records } = model.stats();
    const tools = records.find(
      ({ messages, tools: own }) => messages === 3 && own !== lead(records),
    );
    WORKER_TOOLS.value = tools?.tools ?? null;
    return records.filter(isOfWorker(3)).length;
  };
  await expect.poll(held).toBe(WORKERS);
  const ends = async () =>
    only(await readEvents(place), "tool.finished").filter(({ agent }) => agent !== "coordinator");
  await expect.poll(ends).toHaveLength(2 * WORKERS);
}

/** The first request of a session is the lead's. */
function lead(records: readonly Asked[]): string | null {
  return records[0]?.tools ?? null;
}

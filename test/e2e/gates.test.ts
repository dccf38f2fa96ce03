/** HIGH actions wait for a person, who answers from another terminal. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { only, readAgent, readEvents, waitForEvent } from "./support/journal.ts";
import { jsonLines, type Running, scripted, start, swarmux } from "./support/swarmux.ts";
import { createWorkplace, type Workplace } from "./support/workplace.ts";

/** Starts the worker that asks, and waits for its question. */
async function startAsking(place: Workplace): Promise<Running> {
  const { args, env } = scripted("asks-first");
  const running = start(place, [...args, "mark it"], { env });
  await waitForEvent(place, ({ type }) => type === "gate.opened");
  return running;
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
  expect(await swarmux(place, ["approve", gate])).toMatchObject({ code: 0 });

  expect(await running.ended).toMatchObject({ code: 0 });
  expect(existsSync(mark)).toBe(true);
  const events = await readEvents(place);
  expect(only(events, "gate.answered")).toMatchObject([
    { gate, hash: shown[0]?.["hash"], answer: "once", by: "person" },
  ]);
  const ran = only(events, "tool.started").filter(({ risk }) => risk === "HIGH");
  expect(ran).toHaveLength(1);
  expect(await swarmux(place, ["approve", gate])).toMatchObject({ code: 2 });
});

test("a denied action never runs, and its agent reads the person's note word for word", async () => {
  const place = await createWorkplace();
  const running = await startAsking(place);

  const [shown] = jsonLines((await swarmux(place, ["gates", "--json"])).stdout);
  const note = "leave my home folder alone; a.txt is enough";
  const denied = await swarmux(place, ["deny", String(shown?.["id"]), "--note", note]);

  expect(denied).toMatchObject({ code: 0 });
  expect(await running.ended).toMatchObject({ code: 0 });
  expect(existsSync(join(place.folder, "home/marked"))).toBe(false);
  const results = (await readAgent(place, "ada")).filter(({ type }) => type === "call.outcome");
  expect(JSON.stringify(results[0])).toContain(note);
  expect(only(await readEvents(place), "gate.answered")).toMatchObject([{ note }]);
});

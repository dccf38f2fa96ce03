/** Who may ask for what over the real wire: a worker's key opens no door that is a person's. */
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createAnswers } from "../../src/coordinator/answers.ts";
import { createCore } from "../../src/coordinator/core.ts";
import { createGovernor } from "../../src/coordinator/governor.ts";
import { createPerson } from "../../src/coordinator/person.ts";
import type { Request } from "../../src/ipc/messages.ts";
import { createDisk } from "../../src/session/disk.ts";
import type { EventBody } from "../../src/session/events.ts";
import { openJournal } from "../../src/session/journal.ts";
import { openWire } from "../ipc/wire.ts";
import { createFolder } from "./support/workplace.ts";

const REQUESTS: readonly Request[] = [
  { type: "tell", to: "coordinator", text: "the person says yes", pid: process.pid },
  { type: "stop", worker: null, pid: process.pid },
  { type: "answer", question: "q1", text: "yes", pid: process.pid },
  { type: "plan", approve: true, note: "", pid: process.pid },
  { type: "gate", gate: "ada-1", hash: "h", answer: "once", note: "", pid: process.pid },
  { type: "pause", worker: null, pid: process.pid },
  { type: "continue", worker: null, pid: process.pid },
];

test("R10: a worker is refused what only a person can ask for, nothing happens, and the journal says so", async () => {
  await using wire = await openWire();
  const { core, answers, events } = await openCoordinator();
  const request = (peer: string, id: string, body: Request) => answers(peer, id, body);
  await wire.hub({
    handlers: { hello: async () => ({ snapshot: null }), data: async () => {}, request },
  });
  const link = wire.link("ada");

  const got = await Promise.all(REQUESTS.map((body) => link.request(body)));

  expect(got).toEqual(
    REQUESTS.map(() => ({ type: "refused", why: "Only a person can ask for that." })),
  );
  expect(core.team().mail).toEqual([]);
  expect(core.team().state).toBe("running");
  expect(events().filter(({ type }) => type === "worker.refused")).toMatchObject(
    REQUESTS.map(({ type }) => ({
      worker: "ada",
      why: `it asked for ${type}, which only a person may`,
    })),
  );
});

test("a person's request changes the team", async () => {
  await using wire = await openWire();
  const { core, answers } = await openCoordinator();
  const request = (peer: string, id: string, body: Request) => answers(peer, id, body);
  await wire.hub({
    handlers: { hello: async () => ({ snapshot: null }), data: async () => {}, request },
  });

  const answer = await wire
    .link("person-1")
    .request({ type: "stop", worker: null, pid: process.pid });

  expect(answer.type).toBe("ok");
  expect(core.team()).toMatchObject({ state: "paused", pausedBy: "person" });
});

test("a worker that calls itself a person is not heard, because it has another key", async () => {
  await using wire = await openWire();
  await wire.hub();

  const key = wire.keys.get("ada") ?? Buffer.alloc(0);
  const link = wire.link("person-1", { key, connectMs: 500 });

  await expect(link.request({ type: "stop", worker: null, pid: process.pid })).rejects.toThrow(
    "did not answer",
  );
});

/** What answers requests in a coordinator, on a journal of its own. */
async function openCoordinator() {
  const folder = await createFolder();
  const { journal } = await openJournal<EventBody>(join(folder, "journal.jsonl"));
  onTestFinished(() => journal.close());
  const core = createCore({
    journal,
    events: [],
    perform: () => {},
    failed: (error) => {
      throw error;
    },
  });
  const written: EventBody[] = [];
  core.watch(({ event }) => written.push(event));
  const events = { warned: () => {}, reached: () => {}, throttled: () => {} };
  const governor = createGovernor({
    budgetUsd: null,
    budgetTokens: null,
    isHeld: () => false,
    overspent: () => undefined,
    spent: () => core.team().spending,
    events,
  });
  const person = createPerson(core, { acceptsUnseen: false });
  const { signal } = new AbortController();
  const disk = createDisk({ folder: "/", mend: "", full: () => {}, room: () => {} });
  return {
    core,
    answers: createAnswers({ core, governor, person, disk, giveUp: () => {}, signal }),
    events: () => written,
  };
}

/** Both ends as processes of their own, killed at any moment: what counts is what stands in their journals in the end. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openHub } from "../../src/ipc/hub.ts";
import { createKey, readKey, writeKey } from "../../src/ipc/keys.ts";
import { endpointOf } from "../../src/ipc/socket.ts";
import { silentLog } from "../../src/log.ts";
import { eventually } from "../support/eventually.ts";

let folder: string;
const children = new Set<ChildProcess>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "restart-"));
  await writeKey(join(folder, "key"), createKey());
});

afterEach(async () => {
  for (const child of children) await kill(child);
  children.clear();
  await rm(folder, { recursive: true, force: true });
});

/** Starts a fixture; `line` waits for the next line that it prints. */
function start(name: "coordinator" | "worker", ...args: string[]) {
  const program = join(import.meta.dirname, `../fixtures/ipc/${name}.ts`);
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const child = spawn(process.execPath, [program, folder, ...args], { stdio: [...stdio] });
  children.add(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, line: async () => (await lines.next()).value };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

/** What the commands were about whose effects are on that side's disk. */
function effects(name: "coordinator" | "worker"): number[] {
  const path = join(folder, `${name}.jsonl`);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line).about);
}

async function reach(name: "coordinator" | "worker", count: number): Promise<void> {
  const look = () => expect(effects(name).length).toBeGreaterThanOrEqual(count);
  await eventually(look, { interval: 5 });
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}

test("a worker that is killed comes back and goes on where its journal ends", async () => {
  const coordinator = start("coordinator", "1", "400");
  await coordinator.line();
  for (const count of [50, 200]) {
    const worker = start("worker");
    await reach("worker", count);
    await kill(worker.child);
  }
  start("worker");
  await reach("coordinator", 400);
  expect(effects("worker")).toEqual(upTo(400));
  expect(effects("coordinator")).toEqual(upTo(400));
});

test("a coordinator that is killed comes back and hears what it had not stored", async () => {
  for (const [at, count] of [50, 200, 400].entries()) {
    const coordinator = start("coordinator", `${at + 1}`, "400");
    await coordinator.line();
    const worker = start("worker");
    expect(await worker.line()).toBe(`welcome ${at + 1}`);
    await reach("coordinator", count);
    await kill(coordinator.child);
    await kill(worker.child);
  }
  expect(effects("worker")).toEqual(upTo(400));
  expect(effects("coordinator")).toEqual(upTo(400));
});

test("a worker outlives a short absence of its coordinator", async () => {
  const first = start("coordinator", "1", "400");
  await first.line();
  const worker = start("worker", "15000");
  await reach("coordinator", 100);
  await kill(first.child);
  start("coordinator", "2", "400");
  expect(await worker.line()).toBe("welcome 1");
  expect(await worker.line()).toBe("welcome 2");
  await reach("coordinator", 400);
  expect(effects("worker")).toEqual(upTo(400));
  expect(effects("coordinator")).toEqual(upTo(400));
});

test("a worker whose coordinator is killed knows it within about two seconds", async () => {
  const coordinator = start("coordinator", "1", "1");
  await coordinator.line();
  const worker = start("worker");
  await reach("coordinator", 1);
  const at = performance.now();
  await kill(coordinator.child);
  await once(worker.child, "exit");
  expect(worker.child.exitCode).toBe(3);
  expect(performance.now() - at).toBeLessThan(5000);
  expect(performance.now() - at).toBeGreaterThan(500);
});

test("a worker whose event loop hangs falls silent, though its socket lives", async () => {
  const key = await readKey(join(folder, "key"));
  let heardAt = Number.POSITIVE_INFINITY;
  await using hub = await openHub({
    endpoint: endpointOf(join(folder, "s")),
    session: "test",
    epoch: 1,
    log: silentLog,
    keyOf: () => key,
    handlers: {
      hello: async () => ({ snapshot: null }),
      data: async () => {},
      request: async () => ({ type: "ok", text: "" }),
      beat: (_, at) => {
        heardAt = at;
      },
    },
  });
  start("worker");
  await eventually(() => expect(heardAt).toBeLessThan(performance.now()));
  hub.send("ada", 1, {
    commands: [{ type: "steer", id: 0, from: "lead", text: "" }],
    rows: [],
    entries: [],
  });
  const silence = () => expect(performance.now() - heardAt).toBeGreaterThan(3_000);
  await eventually(silence, { interval: 100 });
});

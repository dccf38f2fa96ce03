/** Commands from one coordinator to several workers and back over the real wire, while both sides are killed at random. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createKey, writeKey } from "../../src/ipc/keys.ts";
import { readJournal } from "../../src/session/read-journal.ts";
import { foldChaos } from "../fixtures/ipc/chaos-lines.ts";
import { createRandom } from "../support/random.ts";

export interface Plan {
  readonly messages: number;
  readonly kills: number;
  readonly workers: number;
  readonly seed: number;
  /** Of a hundred frames so many are lost, as many repeated and as many late; 0 is a good wire. */
  readonly loss: number;
}

export interface Result {
  readonly folder: string;
  readonly kills: { readonly coordinator: number; readonly workers: number };
  /** Commands that never came back; those whose effect is there twice; whether each worker's came in order. */
  readonly lost: number;
  readonly twice: number;
  readonly inOrder: boolean;
  readonly seconds: number;
}

const FIXTURES = join(import.meta.dirname, "../fixtures/ipc");
const COORDINATOR = "coordinator";

/** The kills are spread evenly over the messages. The caller removes the folder. */
export async function killAtRandom(plan: Plan, progress: (back: number) => void): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "chaos-"));
  await writeKey(join(folder, "key"), createKey());
  const random = createRandom(plan.seed);
  const workers = Array.from({ length: plan.workers }, (_, at) => `worker-${at + 1}`);
  const living = new Map<string, ChildProcess>();
  const killed = { coordinator: 0, workers: 0 };
  const over = Promise.withResolvers<void>();
  const started = performance.now();
  let kills = 0;
  let isOver = false;

  function start(name: string): void {
    if (isOver) return;
    const child = spawn(process.execPath, argvOf(name), { stdio: ["ignore", "pipe", "inherit"] });
    living.set(name, child);
    if (name === COORDINATOR) {
      createInterface({ input: child.stdout }).on("line", (line) => advance(Number(line)));
    }
    child.once("exit", () => {
      living.delete(name);
      setTimeout(() => start(name), 20 + 150 * random());
    });
  }

  function argvOf(name: string): string[] {
    if (name === COORDINATOR) {
      return [programOf("chaos-coordinator"), folder, String(plan.messages), ...workers];
    }
    if (name === "lossy") {
      return [programOf("lossy"), folder, "l", "s", String(plan.loss), String(plan.seed)];
    }
    return [programOf("chaos-worker"), folder, name, plan.loss > 0 ? "l" : "s"];
  }

  function advance(back: number): void {
    progress(back);
    // One at a time: whoever is killed has done something since the last one.
    if (kills < plan.kills && back >= ((kills + 1) * plan.messages) / (plan.kills + 1)) kill();
    if (back === plan.messages) over.resolve();
  }

  function kill(): void {
    const isCoordinator = random() < 0.5;
    const name = isCoordinator
      ? COORDINATOR
      : (workers[Math.floor(random() * workers.length)] ?? "");
    const child = living.get(name);
    if (child === undefined) return;
    kills += 1;
    killed[isCoordinator ? "coordinator" : "workers"] += 1;
    child.kill("SIGKILL");
  }

  for (const name of [COORDINATOR, ...(plan.loss > 0 ? ["lossy"] : []), ...workers]) start(name);
  await over.promise;
  isOver = true;
  await Promise.all(
    [...living.values()].map(async (child) => {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  return { folder, kills: killed, seconds, ...(await judge(folder, workers)) };
}

function programOf(name: string): string {
  return join(FIXTURES, `${name}.ts`);
}

/** What the journals say afterwards; they must be whole. */
async function judge(folder: string, workers: readonly string[]) {
  const read = async (name: string) =>
    foldChaos((await readJournal(join(folder, `${name}.jsonl`))).lines);
  const { commands, backs } = await read(COORDINATOR);
  let lost = 0;
  let twice = 0;
  let inOrder = true;
  for (const worker of workers) {
    const wanted = commands.flatMap((command) => (command.worker === worker ? [command.id] : []));
    const done = (await read(worker)).done.map(({ about }) => about);
    for (const found of [done, backs.get(worker) ?? []]) {
      const ids = new Set(found);
      lost += wanted.filter((id) => !ids.has(id)).length;
      twice += found.length - ids.size;
      inOrder &&= found.every((id, at) => at === 0 || id > (found[at - 1] ?? 0));
    }
  }
  return { lost, twice, inOrder };
}

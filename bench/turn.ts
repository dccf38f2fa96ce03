/**
 * What a worker costs beside a bare loop on the SDK: both play the same ten tool turns against the same offline
 * model, one at a time and four at once, in turns. Coordinator and model are processes of their own and not compared.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { Note } from "./main.ts";
import { requestFor } from "./scenarios/turn.ts";
import { type Figures, mean, median, medians, ratios, round, tableOf } from "./support/figures.ts";
import { type Asked, type BenchModel, openModel } from "./support/model.ts";
import { makePlaces, type Places } from "./support/places.ts";
import { memoryOf, openWatch, readPss, type Watch, type Watched } from "./support/processes.ts";

const FIRST_TOKEN_MS = 300;
const ROUNDS = 3;
const COUNTS = [1, 4] as const;
const TURNS = 11;
/** The request of the eighth turn holds so many messages; memory is read when it has come. */
const MEMORY_AT = 15;
const POLL_MS = 20;
const LONGEST_MS = 120_000;

interface Setting {
  readonly places: Places;
  readonly model: BenchModel;
  readonly env: NodeJS.ProcessEnv;
}

interface CoordinatorFigures {
  readonly cpu_s: number;
  readonly pss_mib: number;
  readonly wall_s: number;
}

export async function bench(note: Note): Promise<object> {
  await using places = await makePlaces();
  const scenario = join(import.meta.dirname, "scenarios/turn.ts");
  const { program, log } = places;
  await using model = await openModel({ program, scenario, log, firstTokenMs: FIRST_TOKEN_MS });
  const env = { ...places.env, ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: "offline" };
  const setting: Setting = { places, model, env };
  const results = COUNTS.map((count) => ({
    count,
    bare: [] as Figures[],
    worker: [] as Figures[],
    coordinator: [] as CoordinatorFigures[],
  }));
  for (let at = 0; at <= ROUNDS; at++) {
    note(at === 0 ? "warm-up" : `round ${at} of ${ROUNDS}`);
    for (const result of results) {
      const bare = await runBare(setting, result.count);
      const team = await runTeam(setting, result.count);
      if (at === 0) continue;
      result.bare.push(bare);
      result.worker.push(team.worker);
      result.coordinator.push(team.coordinator);
    }
  }
  const agents = results.map(({ count, ...runs }) => {
    const [bare, worker] = [medians(runs.bare), medians(runs.worker)];
    return { count, bare, worker, ratio: ratios(worker, bare), runs };
  });
  for (const { count, bare, worker, ratio } of agents) {
    note(`\n${`${count} at once`.padEnd(42)}    bare  worker   ratio`);
    for (const line of tableOf([bare, worker, ratio])) note(line);
  }
  return { v: 1, bench: "turn", node: process.version, cores: cpus().length, agents };
}

async function runBare({ places, model, env }: Setting, count: number): Promise<Figures> {
  const repositories: string[] = [];
  for (let at = 0; at < count; at++) repositories.push(await places.makeRepository(count));
  await using watch = openWatch();
  const children = repositories.map((folder, at) => {
    const words = `You are agent ${at + 1}. Change line 7 of the files in part-${at + 1}.`;
    return spawn(process.execPath, [places.bareLoop, folder, words], {
      env,
      stdio: ["pipe", "ignore", "inherit"],
    });
  });
  const watched = children.map((child) => watch.add(child.pid ?? 0));
  try {
    const seen = await follow(model, { watched: () => watched, count, isOver: () => false });
    // The last answer is still on its way.
    await sleep(FIRST_TOKEN_MS + 200);
    return figuresOf(seen, watched);
  } finally {
    for (const child of children) {
      child.stdin.end();
      if (child.exitCode === null) await once(child, "exit");
    }
  }
}

interface TeamFigures {
  readonly worker: Figures;
  readonly coordinator: CoordinatorFigures;
}

async function runTeam({ places, model, env }: Setting, count: number): Promise<TeamFigures> {
  const cwd = await places.makeRepository(count);
  await using watch = openWatch();
  const begin = performance.now();
  const team = ["run", "--headless", "--json", "--workers", String(count), "--check", "true"];
  const models = ["--model", "offline", "--coordinator-model", "offline"];
  const child = spawn(places.program, [...team, ...models, requestFor(count)], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk.toString("utf8")));
  const coordinator = watch.add(child.pid ?? 0);
  const workers: Watched[] = [];
  followSpawns(child, watch, workers);
  const isOver = () => child.exitCode !== null;
  try {
    const seen = await follow(model, {
      count,
      isOver,
      watched: () => workers,
      coordinator: coordinator.pid,
    });
    if (!isOver()) await once(child, "exit");
    const wall = performance.now() - begin;
    // What the lead asked after the workers' last turn belongs to no later run.
    model.news();
    if (child.exitCode !== 0) throw new Error("swarmux run did not end well");
    return {
      worker: figuresOf(seen, workers),
      coordinator: {
        cpu_s: coordinator.ownCpu,
        pss_mib: round(seen.coordinator),
        wall_s: round(wall / 1000),
      },
    };
  } catch (cause) {
    throw new Error(`the team's run failed:\n${errors.join("")}`, { cause });
  } finally {
    child.kill();
    if (!isOver()) await once(child, "exit");
  }
}

function followSpawns(child: ChildProcess, watch: Watch, workers: Watched[]): void {
  if (child.stdout === null) return;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const event: { type: string; pid?: number } = JSON.parse(line);
    if (event.type === "worker.spawned") workers.push(watch.add(event.pid ?? 0));
  });
}

interface Seen {
  /** The requests of each agent that played all turns. */
  readonly agents: readonly (readonly Asked[])[];
  readonly memory: readonly number[];
  readonly coordinator: number;
}

interface Following {
  watched(): readonly Watched[];
  readonly count: number;
  isOver(): boolean;
  readonly coordinator?: number;
}

/** Reads the model's log until all agents have asked for their last answer; reads memory on the way. */
async function follow(model: BenchModel, options: Following): Promise<Seen> {
  const { watched, count, isOver } = options;
  const conversations = new Map<string, Asked[]>();
  let memory: readonly number[] = [];
  let coordinator = 0;
  const deadline = performance.now() + LONGEST_MS;
  for (;;) {
    for (const asked of model.news()) {
      const list = conversations.get(asked.conversation) ?? [];
      conversations.set(asked.conversation, [...list, asked]);
      if (asked.messages !== MEMORY_AT || memory.length > 0) continue;
      memory = watched().map(({ pid }) => memoryOf(pid));
      coordinator = readPss(options.coordinator ?? 0);
    }
    const agents = [...conversations.values()].filter((list) => list.length >= TURNS);
    if (agents.length >= count) return { agents, memory, coordinator };
    if (isOver() || performance.now() > deadline) {
      const lengths = [...conversations.values()].map(({ length }) => length).join(", ");
      throw new Error(`not all agents played their turns; requests by conversation: ${lengths}`);
    }
    await sleep(POLL_MS);
  }
}

function figuresOf({ agents, memory }: Seen, watched: readonly Watched[]): Figures {
  const gaps = agents.flatMap((list) => list.flatMap(({ gap_ms }) => gap_ms ?? []));
  const firsts = agents.map(([first]) => Date.parse(first?.received ?? ""));
  return {
    cpu_s: round(mean(watched.map(({ cpu }) => cpu))),
    gap_ms: round(median(gaps)),
    pss_mib: round(mean(memory)),
    // The log does not say which process asked, and for a mean it does not matter.
    first_request_ms: round(mean(firsts) - mean(watched.map(({ startedAt }) => startedAt))),
  };
}

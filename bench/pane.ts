/**
 * What the coordinator's pane costs: from the start of its process to its first frame, the share of a core that drawing takes
 * while eight workers are busy, and the coordinator's memory with the lead in it. A real session in a real tmux, offline.
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { paths, sessionFolder } from "../src/session/folders.ts";
import type { Note } from "./main.ts";
import { requestFor } from "./scenarios/turn.ts";
import { median, round } from "./support/figures.ts";
import { makePlaces, type Places } from "./support/places.ts";
import { openWatch, readRss } from "./support/processes.ts";

const WORKERS = 8;
const ROUNDS = 3;
const LONGEST_MS = 120_000;
const SESSION = "pane";
const run = promisify(execFile);

interface Figures {
  readonly first_paint_ms: number;
  readonly first_paint_cpu_ms: number;
  readonly frames: number;
  /** Milliseconds of processor time that drawing took, and its share of one core while the session ran. */
  readonly drawing_cpu_ms: number;
  readonly drawing_share: number;
  readonly coordinator_cpu_s: number;
  /** The coordinator with the lead, as the plan is proposed; and at most, with all workers busy. */
  readonly rss_mib: number;
  readonly peak_rss_mib: number;
  readonly wall_s: number;
}

export async function bench(note: Note): Promise<object> {
  await using places = await makePlaces();
  const rounds: Figures[] = [];
  for (let at = 0; at <= ROUNDS; at += 1) {
    note(at === 0 ? "warm-up" : `round ${at} of ${ROUNDS}`);
    const figures = await runOnce(places);
    if (at > 0) rounds.push(figures);
  }
  const of = (name: keyof Figures) => round(median(rounds.map((one) => one[name])));
  const result = {
    first_paint_ms: of("first_paint_ms"),
    first_paint_cpu_ms: of("first_paint_cpu_ms"),
    drawing_share: of("drawing_share"),
    rss_mib: of("rss_mib"),
    peak_rss_mib: of("peak_rss_mib"),
  };
  note(
    `first paint ${result.first_paint_ms} ms , ${result.first_paint_cpu_ms} of them of the processor (limit 150)`,
  );
  note(`drawing ${round(result.drawing_share * 100)} % of a core (limit 5)`);
  note(
    `coordinator with the lead ${result.rss_mib} MiB (limit 110), at most ${result.peak_rss_mib} with ${WORKERS} busy workers`,
  );
  return { v: 1, bench: "pane", node: process.version, cores: cpus().length, ...result, rounds };
}

async function runOnce(places: Places): Promise<Figures> {
  const { program } = places;
  const cwd = await places.makeRepository(WORKERS);
  const scenario = join(import.meta.dirname, "scenarios/turn.ts");
  const env = {
    ...places.env,
    SWARMUX_SCENARIO: scenario,
    TERM: "xterm-256color",
    COLUMNS: "200",
    LINES: "50",
  };
  const folder = sessionFolder(env, cwd, SESSION);
  const args = ["run", "--offline", "--yes", "--workers", String(WORKERS), "--check", "true"];
  const begin = performance.now();
  await run(program, [...args, "--session", SESSION, "--detach", requestFor(WORKERS)], {
    cwd,
    env,
  });
  await using watch = openWatch();
  const pid = await coordinatorOf(folder);
  const coordinator = watch.add(pid);
  let rss = 0;
  let peak = 0;
  while (isAlive(pid)) {
    if (performance.now() - begin > LONGEST_MS) throw new Error("the session did not end");
    const now = readRss(pid);
    peak = Math.max(peak, now);
    if (rss === 0 && (await isPlanned(folder))) rss = now;
    await sleep(100);
  }
  const wall = (performance.now() - begin) / 1000;
  const drawn = await readDrawn(folder);
  return {
    first_paint_ms: round(drawn.firstPaintMs),
    first_paint_cpu_ms: round(drawn.firstPaintCpuMs),
    frames: drawn.frames,
    drawing_cpu_ms: round(drawn.cpuMs),
    drawing_share: drawn.cpuMs / 1000 / wall,
    coordinator_cpu_s: coordinator.ownCpu,
    rss_mib: round(rss),
    peak_rss_mib: round(peak),
    wall_s: round(wall),
  };
}

/** The process that holds the session's socket, as its tmux server started it. */
async function coordinatorOf(folder: string): Promise<number> {
  const launch = ["/coordinator.js", "--folder", folder, "--pane"].join("\0");
  for (let tries = 0; tries < 200; tries += 1) {
    const { stdout } = await run("pgrep", ["-f", folder]);
    for (const pid of stdout.trim().split("\n")) {
      const words = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      // The tmux server was told the same words.
      const [program = ""] = words.split("\0");
      if (words.includes(launch) && !program.endsWith("tmux")) return Number(pid);
    }
    await sleep(10);
  }
  throw new Error("no coordinator came up");
}

interface Drawn {
  readonly firstPaintMs: number;
  readonly firstPaintCpuMs: number;
  readonly frames: number;
  readonly cpuMs: number;
}

async function readDrawn(folder: string): Promise<Drawn> {
  const lines = (await readFile(paths(folder).log, "utf8")).trim().split("\n");
  const drawn = lines
    .map((line): Drawn & { text: string } => JSON.parse(line))
    .findLast(({ text }) => text === "the screen was drawn");
  if (drawn === undefined) throw new Error("the coordinator has not said what drawing cost");
  return drawn;
}

async function isPlanned(folder: string): Promise<boolean> {
  const journal = await readFile(paths(folder).journal, "utf8").catch(() => "");
  return journal.includes('"plan.proposed"');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

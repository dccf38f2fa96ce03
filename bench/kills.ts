/**
 * A refactor of a real package under kills: the same rename twice, once undisturbed and once with the coordinator killed
 * ten times at random over the whole run, every second time with all its workers. Both must come to the same tree.
 */
import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseEvent, type SessionEvent } from "../src/session/events.ts";
import { paths, type SessionPaths, sessionFolder } from "../src/session/folders.ts";
import { isStep, pickKills, type Weathered, weather } from "../test/support/storm.ts";
import type { Note } from "./main.ts";
import { makePlaces, type Places } from "./support/places.ts";

const KILLS = 10;
const PACKAGE = "date-fns@4.1.0";
/** A name of some 165 of its files, and one that none has. */
const [OLD, NEW] = ["laterDate", "newerDate"] as const;
const CHECK =
  "node -e \"const d = require('./index.cjs'); if (d.differenceInDays(new Date(2026, 1, 9), new Date(2026, 1, 2)) !== 7) process.exit(1)\"";

interface Bench {
  readonly places: Places;
  readonly repo: string;
  readonly note: Note;
}

interface Run extends Weathered {
  readonly events: readonly SessionEvent[];
  readonly tree: string;
  readonly seconds: number;
  readonly violations: number;
}

export async function bench(note: Note): Promise<object> {
  const seed = Number(process.env["SEED"] ?? randomInt(2 ** 31));
  await using places = await makePlaces();
  const repo = join(places.folder, "package");
  const name = await fill(repo, places.folder, note);
  const run = { places, repo, note };
  const before = picture(repo);
  const calm = await play(run, "calm", []);
  const steps = calm.events.filter(isStep).length;
  note(`undisturbed: ${steps} steps in ${calm.seconds} s`);
  const storm = await play(run, "storm", pickKills(steps, KILLS, seed));
  note(`${storm.kills} kills: ${storm.seconds} s`);
  const merged = storm.events.flatMap((event) =>
    event.type === "integration.merged" ? [event.task] : [],
  );
  const result = {
    v: 1,
    bench: "kills",
    package: name,
    seed,
    files: git(repo, "ls-files").split("\n").length,
    changed: git(repo, "diff", "--name-only", "main", branchOf("storm")).split("\n").length,
    steps,
    seconds: { calm: calm.seconds, storm: storm.seconds },
    exit: storm.code,
    kills: storm.kills,
    workers_killed: storm.workersKilled,
    same_tree: storm.tree === calm.tree,
    merges: merged.length,
    merged_once: new Set(merged).size === merged.length && merged.length > 0,
    violations: storm.violations,
    person_untouched: picture(repo) === before,
    orphans: await countOrphans(places.folder),
  };
  const isGood =
    result.exit === 0 &&
    result.kills === KILLS &&
    result.same_tree &&
    result.merged_once &&
    result.violations === 0 &&
    result.person_untouched &&
    result.orphans === 0;
  if (!isGood) throw new Error(`not as it has to be: ${JSON.stringify(result)}\n${storm.output}`);
  return result;
}

async function play({ places, repo, note }: Bench, session: string, kills: number[]): Promise<Run> {
  const at: SessionPaths = paths(sessionFolder(places.env, repo, session));
  const options = ["--headless", "--offline", "--workers", "4", "--session", session];
  const begin = performance.now();
  const end = await weather({
    program: places.program,
    repo,
    env: places.env,
    journal: at.journal,
    session,
    run: ["run", ...options, "--check", CHECK, `rename ${OLD} to ${NEW}`],
    kills,
    note,
  });
  if (end.code !== 0) throw new Error(`${session} ended with ${end.code}\n${end.output}`);
  const asked = lines(at.offline).map((line): { violation: string | null } => JSON.parse(line));
  return {
    ...end,
    events: lines(at.journal).map((line) => parseEvent(JSON.parse(line))),
    tree: git(repo, "rev-parse", `${branchOf(session)}^{tree}`),
    seconds: Math.round((performance.now() - begin) / 100) / 10,
    violations: asked.filter(({ violation }) => violation !== null).length,
  };
}

/** The package from the registry, or a made one of that size where it can't be had. */
async function fill(repo: string, folder: string, note: Note): Promise<string> {
  await mkdir(repo, { recursive: true });
  const name = await unpack(folder).catch(async (error: unknown) => {
    note(`${PACKAGE} can't be had, so a package is made: ${String(error).split("\n")[0]}`);
    await generate(repo);
    return "generated";
  });
  git(repo, "init", "--quiet", "--initial-branch=main");
  git(repo, "config", "user.name", "Bench");
  git(repo, "config", "user.email", "bench@localhost");
  git(repo, "add", ".");
  git(repo, "commit", "--quiet", "--message=Base");
  return name;
}

async function unpack(folder: string): Promise<string> {
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  run("tar", "-xzf", run("npm", "pack", "--silent", PACKAGE).trim());
  return PACKAGE;
}

async function generate(repo: string): Promise<void> {
  await writeFile(join(repo, "index.cjs"), "exports.differenceInDays = () => 7;\n");
  for (let at = 0; at < 1_200; at++) {
    const place = join(repo, `part-${at % 12}`);
    await mkdir(place, { recursive: true });
    const name = at % 7 === 0 ? OLD : "other";
    await writeFile(
      join(place, `${at}.js`),
      `export const f${at} = (${name}) => ${name} + ${at};\n`,
    );
  }
}

/** Everything of the person's repository that a session must not touch. */
function picture(repo: string): string {
  const refs = git(repo, "for-each-ref", "--format=%(refname) %(objectname)").split("\n");
  return JSON.stringify([
    git(repo, "status", "--porcelain"),
    git(repo, "rev-parse", "HEAD"),
    git(repo, "symbolic-ref", "HEAD"),
    refs.filter((line) => !line.startsWith("refs/heads/swarmux/")),
    readFileSync(join(repo, ".git/config"), "utf8"),
  ]);
}

function branchOf(session: string): string {
  return `swarmux/${session}/integration`;
}

/** Processes that name the folder five seconds after the end. */
async function countOrphans(folder: string): Promise<number> {
  for (let waited = 0; waited < 5_000 && findProcesses(folder) > 0; waited += 100) await sleep(100);
  return findProcesses(folder);
}

function findProcesses(folder: string): number {
  const own = String(process.pid);
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid) || pid === own) return false;
    try {
      const text = ["cmdline", "environ"].map((file) =>
        readFileSync(`/proc/${pid}/${file}`, "utf8"),
      );
      return text.join("\n").includes(folder);
    } catch {
      // It ended meanwhile, or belongs to somebody else.
      return false;
    }
  }).length;
}

function lines(file: string): string[] {
  return readFileSync(file, "utf8").trimEnd().split("\n");
}

function git(repo: string, ...args: string[]): string {
  return execFileSync("git", args, { cwd: repo, encoding: "utf8", maxBuffer: 1 << 28 }).trim();
}

/** One whole session with real processes, killed where a failpoint says, brought back, and run to its end. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { markOf } from "../../src/failpoint.ts";
import { BIN } from "../e2e/support/swarmux.ts";
import type { Workplace } from "../e2e/support/workplace.ts";
import { answerAll, endGroup } from "./person.ts";
import { CHECK, SESSION, stateFolder, statePaths } from "./place.ts";

/** How a session came to its end. */
export interface Story {
  /** The failpoints that fired. */
  readonly fired: readonly string[];
  /** How each coordinator ended: its exit code, the signal that killed it, or `hung`. */
  readonly ends: readonly (number | string)[];
  readonly output: string;
}

/** Longer than any session of these tests takes; what lasts longer hangs. */
const PATIENCE_MS = 60_000;
const RUN = [
  "run",
  "--headless",
  "--offline",
  "--session",
  SESSION,
  "--check",
  CHECK,
  "greet and count",
];
const RESUME = ["resume", "--headless", "--session", SESSION];

/** At most one failpoint for each side; without any the session is undisturbed. */
export async function playSession(place: Workplace, failpoints: readonly string[]): Promise<Story> {
  const ends: (number | string)[] = [];
  let output = "";
  const fired: string[] = [];
  let args = RUN;
  for (let start = 1; start <= 3; start++) {
    const left = failpoints.filter((name) => !fired.includes(name));
    const end = await runOnce(place, args, left);
    ends.push(end.how);
    output += `$ swarmux ${args.join(" ")}\n${end.output}\n-> ${end.how}\n`;
    fired.push(...left.filter((name) => hasFired(place, name)));
    if (end.how !== "SIGKILL") break;
    args = (await hasEvents(place)) ? RESUME : RUN;
    // Nothing is on disk: the session is one that never was, and its name is given again.
    if (args === RUN) await rm(stateFolder(place), { recursive: true });
  }
  return { fired, ends, output };
}

function hasFired(place: Workplace, name: string): boolean {
  const who = name.startsWith("worker.") ? "worker" : "coordinator";
  return existsSync(markOf(stateFolder(place), who));
}

async function runOnce(place: Workplace, args: readonly string[], failpoints: readonly string[]) {
  const child = spawn(BIN, args, {
    cwd: place.repo,
    env: { ...place.env, ...(failpoints.length === 0 ? {} : { FAILPOINT: failpoints.join() }) },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const gone = new AbortController();
  let isHung = false;
  const timer = setTimeout(() => {
    isHung = true;
    endGroup(child);
  }, PATIENCE_MS);
  const answering = answerAll(place, gone.signal);
  const [code, signal] = await once(child, "exit");
  clearTimeout(timer);
  gone.abort();
  await answering;
  return { how: isHung ? "hung" : (code ?? signal), output };
}

async function hasEvents(place: Workplace): Promise<boolean> {
  const text = await readFile(statePaths(place).journal, "utf8").catch(() => "");
  return text.includes("\n");
}

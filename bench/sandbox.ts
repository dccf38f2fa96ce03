/**
 * What the sandbox costs: the same commands by turns without it, in the one that stands ready after another command, and in
 * one that has to be put up first, as for a first command; so a busy machine slows all three. A pause between them stands for
 * the model's turn, which takes longer.
 */
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findBorrowed } from "../src/git/borrowed.ts";
import { createCheckout } from "../src/git/checkouts.ts";
import { createFirstCommit } from "../src/git/first-commit.ts";
import { git } from "../src/git/git.ts";
import { SWARMUX } from "../src/git/repository.ts";
import type { Enclosure } from "../src/risk/enclosure.ts";
import { createSecretFilter } from "../src/risk/hide-secrets.ts";
import { openEnclosures } from "../src/risk/sandbox/enclosures.ts";
import { runCommand } from "../src/tools/command.ts";
import { createShells, type Shells } from "../src/tools/shells.ts";

const COMMANDS = ["true", "git status --short", "node -e 0"];
const ROUNDS = 150;
const WARM_UP = 10;
const PAUSE = 30;

export async function bench(note: (line: string) => void): Promise<object> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "swarmux-bench-")));
  try {
    const { checkout, inside, outside } = await open(folder);
    const none = { shells: createShells(checkout, outside), enclosure: outside, folder };
    const ready = { shells: createShells(checkout, inside), enclosure: inside, folder };
    const results = [];
    for (const command of COMMANDS) {
      const without: number[] = [];
      const next: number[] = [];
      const first: number[] = [];
      for (let round = -WARM_UP; round < ROUNDS; round += 1) {
        const fresh = { ...ready, shells: createShells(checkout, inside) };
        const times = [
          await timeOf(command, none),
          await timeOf(command, ready),
          await timeOf(command, fresh),
        ];
        await fresh.shells.rest();
        if (round < 0) continue;
        for (const [at, list] of [without, next, first].entries()) list.push(times[at] ?? 0);
      }
      const result = {
        command,
        without_ms: median(without),
        with_ms: median(next),
        difference_ms: median(next.map((ms, at) => ms - (without[at] ?? 0))),
        first_difference_ms: median(first.map((ms, at) => ms - (without[at] ?? 0))),
      };
      note(
        `${command}: ${result.without_ms} ms without, ${result.with_ms} ms with: ${result.difference_ms} ms more; ${result.first_difference_ms} ms more for a first command`,
      );
      results.push(result);
    }
    await ready.shells.rest();
    return { name: "sandbox", rounds: ROUNDS, pause_ms: PAUSE, results };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function open(folder: string) {
  const [repo, state] = [join(folder, "repository"), join(folder, "state")];
  await mkdir(repo);
  await mkdir(state);
  await writeFile(join(repo, "a.txt"), "one\n");
  await createFirstCommit(repo, "one");
  const base = await git(repo, ["rev-parse", "HEAD"]);
  const checkout = join(state, "checkout");
  await createCheckout({ repo, path: checkout, branch: "bench", base, identity: SWARMUX });
  const facts = { checkout, ...(await findBorrowed(checkout)) };
  const around = { env: process.env, marks: {}, hidden: [state] };
  const inside = (await openEnclosures({ ...around, state: "on" }))(facts).enclosure;
  const outside = (await openEnclosures({ ...around, state: "off" }))(facts).enclosure;
  return { checkout, inside, outside };
}

interface Where {
  readonly shells: Shells;
  readonly enclosure: Enclosure;
  readonly folder: string;
}

async function timeOf(command: string, { shells, enclosure, folder }: Where): Promise<number> {
  await sleep(PAUSE);
  const end = await runCommand(command, {
    shells,
    enclosure,
    timeout: 60_000,
    limit: 10_000,
    outputs: folder,
    secrets: createSecretFilter([]),
    signal: new AbortController().signal,
  });
  if (end.exit !== 0) throw new Error(`${command} failed: ${end.output}`);
  return end.ms;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Number((sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(1));
}

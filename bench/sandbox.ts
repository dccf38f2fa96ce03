/** What the sandbox costs: the same commands inside and outside by turns, so that a busy machine slows both. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBorrowed } from "../src/git/borrowed.ts";
import { createCheckout } from "../src/git/checkouts.ts";
import { createFirstCommit } from "../src/git/first-commit.ts";
import { git } from "../src/git/git.ts";
import { SWARMUX } from "../src/git/repository.ts";
import type { Enclosure } from "../src/risk/enclosure.ts";
import { createSecretFilter } from "../src/risk/hide-secrets.ts";
import { openEnclosures } from "../src/risk/sandbox/enclosures.ts";
import { runCommand } from "../src/tools/command.ts";

const COMMANDS = ["true", "git status --short", "node -e 0"];
const ROUNDS = 150;
const WARM_UP = 10;

export async function bench(note: (line: string) => void): Promise<object> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "swarmux-bench-")));
  try {
    const { checkout, inside, outside } = await open(folder);
    const results = [];
    for (const command of COMMANDS) {
      const times: Record<"inside" | "outside", number[]> = { inside: [], outside: [] };
      for (let round = -WARM_UP; round < ROUNDS; round += 1) {
        const without = await timeOf(command, { enclosure: outside, checkout, folder });
        const within = await timeOf(command, { enclosure: inside, checkout, folder });
        if (round < 0) continue;
        times.outside.push(without);
        times.inside.push(within);
      }
      const differences = times.inside.map((ms, at) => ms - (times.outside[at] ?? 0));
      const result = {
        command,
        without_ms: median(times.outside),
        with_ms: median(times.inside),
        difference_ms: median(differences),
        ratio: Number((median(times.inside) / median(times.outside)).toFixed(2)),
      };
      note(
        `${command}: ${result.without_ms} ms without, ${result.with_ms} ms with; ${result.difference_ms} ms more, ${result.ratio} times`,
      );
      results.push(result);
    }
    return { name: "sandbox", rounds: ROUNDS, results };
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
  readonly enclosure: Enclosure;
  readonly checkout: string;
  readonly folder: string;
}

async function timeOf(command: string, { enclosure, checkout, folder }: Where): Promise<number> {
  const end = await runCommand(command, {
    folder: checkout,
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

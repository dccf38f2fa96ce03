/** What the shell analysis costs: the corpora within their bounds, commands a second, the slowest ones, and chains of any length. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { assessCommand } from "../src/risk/shell.ts";
import { Risk } from "../src/task.ts";

const Row = z.object({ cmd: z.string(), min: Risk, max: Risk });
type Row = z.infer<typeof Row>;

const CORPORA = [
  "shell-public",
  "shell-own",
  "shell-held-out",
  "shell-held-out-2",
  "shell-held-out-3",
  "shell-held-out-4",
  "shell-held-out-5",
  "shell-held-out-6",
];
const ORDER = { LOW: 0, MEDIUM: 1, HIGH: 2 };
const ROUNDS = 12;
const LENGTHS = [1_000, 10_000, 100_000];
const CHAINS: Readonly<Record<string, readonly [part: string, joint: string]>> = {
  lists: ["echo a", "; "],
  conditions: ["ls src", " && "],
  pipes: ["cat a", " | "],
  substitutions: ["echo $(ls)", "\n"],
  paths: ["rm a", "; "],
};

/** Each command's best of several rounds, so that a busy machine does not count as the program's time. */
export async function bench(note: (line: string) => void): Promise<object> {
  const root = await mkdtemp(join(tmpdir(), "swarmux-bench-"));
  try {
    const rows = (await Promise.all(CORPORA.map(load))).flat();
    const bounds = judge(rows, root);
    note(`${rows.length} commands: ${bounds.under} under, ${bounds.over} over`);
    const speed = measure(rows, root);
    note(`${speed.per_second} commands a second, p99 ${speed.p99_ms} ms up to 4 KB`);
    const chains = Object.entries(CHAINS).map(([name, [part, joint]]) => ({
      name,
      ms: LENGTHS.map((length) => measureChain({ part, joint, length }, root)),
    }));
    for (const { name, ms } of chains)
      note(`${name}: ${ms.join(", ")} ms for ${LENGTHS.join(", ")} parts`);
    return { name: "risk", commands: rows.length, ...bounds, ...speed, lengths: LENGTHS, chains };
  } finally {
    await rm(root, { recursive: true });
  }
}

async function load(name: string): Promise<readonly Row[]> {
  const path = join(import.meta.dirname, "../test/fixtures/corpora", `${name}.jsonl`);
  const text = await readFile(path, "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => Row.parse(JSON.parse(line)));
}

function judge(rows: readonly Row[], root: string) {
  const judged = rows.map((row) => ({ ...row, risk: assessCommand(row.cmd, { root }).risk }));
  const high = judged.filter(({ min }) => min === "HIGH");
  return {
    under: judged.filter(({ risk, min }) => ORDER[risk] < ORDER[min]).length,
    over: judged.filter(({ risk, max }) => ORDER[risk] > ORDER[max]).length,
    high_recall: high.filter(({ risk }) => risk === "HIGH").length / high.length,
  };
}

function measure(rows: readonly Row[], root: string) {
  const commands = rows.map(({ cmd }) => cmd).filter((cmd) => cmd.length <= 4096);
  const best = commands.map(() => Infinity);
  for (let turn = 0; turn < ROUNDS; turn++) {
    for (const [index, command] of commands.entries()) {
      const started = performance.now();
      assessCommand(command, { root });
      best[index] = Math.min(best[index] ?? Infinity, performance.now() - started);
    }
  }
  const sorted = best.toSorted((a, b) => a - b);
  const total = sorted.reduce((sum, ms) => sum + ms, 0);
  return {
    per_second: Math.round((commands.length / total) * 1000),
    p50_ms: rounded(sorted[Math.floor(sorted.length / 2)] ?? 0),
    p99_ms: rounded(sorted[Math.floor(sorted.length * 0.99)] ?? 0),
    slowest_ms: rounded(sorted.at(-1) ?? 0),
  };
}

interface Chain {
  readonly part: string;
  readonly joint: string;
  readonly length: number;
}

function measureChain({ part, joint, length }: Chain, root: string): number {
  const command = Array.from({ length }, () => part).join(joint);
  let best = Infinity;
  for (let turn = 0; turn < 3; turn++) {
    const started = performance.now();
    assessCommand(command, { root });
    best = Math.min(best, performance.now() - started);
  }
  return Math.round(best);
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

if (import.meta.main) {
  const result = await bench((line) => process.stderr.write(`${line}\n`));
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

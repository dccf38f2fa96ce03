import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { assessCommand } from "../../src/risk/shell.ts";
import { Risk } from "../../src/task.ts";

const root = mkdtempSync(join(tmpdir(), "swarmux-risk-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const ORDER = { LOW: 0, MEDIUM: 1, HIGH: 2 };
const Row = z.object({ cmd: z.string(), min: Risk, max: Risk, why: z.string() });

const CORPORA = [
  ["shell-public", 175],
  ["shell-own", 929],
  ["shell-held-out", 1340],
  ["shell-held-out-2", 970],
  ["shell-held-out-3", 3008],
  ["shell-held-out-4", 2270],
  ["shell-held-out-5", 1340],
  ["shell-held-out-6", 2194],
] as const;

function load(name: string) {
  const text = readFileSync(new URL(`../fixtures/corpora/${name}.jsonl`, import.meta.url), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => Row.parse(JSON.parse(line)))
    .map((row) => ({ ...row, risk: assessCommand(row.cmd, { root }).risk }));
}

test.each(CORPORA)("R5: no command of %s is taken for less than it is", (name, count) => {
  const rows = load(name);
  expect(rows).toHaveLength(count);
  expect(rows.filter(({ risk, min }) => ORDER[risk] < ORDER[min])).toEqual([]);
});

test.each(CORPORA)("R8: no command of %s is taken for more than it is", (name) => {
  expect(load(name).filter(({ risk, max }) => ORDER[risk] > ORDER[max])).toEqual([]);
});

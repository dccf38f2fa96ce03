/** The proof of a merge: commit, checks with their output, diffstat, and the patch in a file. */
import { join } from "node:path";
import { diffstat, writePatch } from "../git/changes.ts";
import type { SessionPaths } from "../session/folders.ts";
import type { CheckResult, Receipt } from "../task.ts";

export interface Merge {
  readonly task: string;
  /** A repository or checkout that has both commits. */
  readonly in: string;
  readonly from: string;
  readonly to: string;
  readonly results: readonly CheckResult[];
}

export async function writeReceipt(at: SessionPaths, merge: Merge): Promise<Receipt> {
  const { from, to } = merge;
  const checks = merge.results.map(({ command, exit, ms, output, log: path }) => {
    return { command, exit, ms, output, log: path };
  });
  const diff = join(at.receipts, `${merge.task}.patch`);
  const change = { repo: merge.in, base: from, head: to };
  await writePatch(change, diff);
  return { commit: to, checks, diffstat: await diffstat(change), diff };
}

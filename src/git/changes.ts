/** The difference between two commits, as people and receipts want it. `repo` is the person's repository or a checkout. */
import { chmod } from "node:fs/promises";
import { git } from "./git.ts";

export interface Change {
  readonly repo: string;
  readonly base: string;
  readonly head: string;
}

const DIFF = ["diff-tree", "-r", "-M", "--no-commit-id", "--no-ext-diff", "--no-textconv"];
const PREFIXES = ["--src-prefix=a/", "--dst-prefix=b/"];

/** The patch, or with `stat` a line for each file and their sum. Empty when nothing has changed. */
export async function diffText(
  change: Change & { readonly stat?: boolean; readonly color?: boolean },
): Promise<string> {
  const { repo, base, head, stat = false, color = false } = change;
  const colour = `--color=${color ? "always" : "never"}`;
  return git(repo, [...DIFF, ...PREFIXES, stat ? "--stat=100" : "-p", colour, base, head]);
}

/** A line for each file and their sum. */
export async function diffstat(change: Change): Promise<string> {
  return diffText({ ...change, stat: true });
}

/** Writes a patch that `git apply` takes, binary files included, readable by the person alone. */
export async function writePatch(change: Change, path: string): Promise<void> {
  const { repo, base, head } = change;
  await git(repo, [...DIFF, ...PREFIXES, "-p", "--binary", `--output=${path}`, base, head]);
  await chmod(path, 0o600);
}

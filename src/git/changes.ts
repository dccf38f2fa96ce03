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

/** A stretch of lines that a change adds. */
export interface AddedLines {
  readonly file: string;
  /** The number of the first one in the file as it is then. */
  readonly line: number;
  readonly text: string;
}

/** All lines that the change adds to text files. */
export async function addedLines({ repo, base, head }: Change): Promise<AddedLines[]> {
  const patch = await git(repo, [...DIFF, ...PREFIXES, "-p", "-U0", "--color=never", base, head]);
  const lines = patch.split("\n");
  const added: AddedLines[] = [];
  let file = "";
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (line.startsWith("+++ ")) file = line.replace(/^\+{3} "?(?:b\/)?|"?\t?$/g, "");
    const hunk = HUNK.exec(line);
    if (hunk === null) continue;
    const [, removed = "1", first = "1", count = "1"] = hunk;
    const start = at + 1 + Number(removed) + skipNote(lines, at + 1 + Number(removed));
    const own = lines.slice(start, start + Number(count)).map((one) => one.slice(1));
    // What stands in a hunk is never taken for a header.
    at = start + Number(count) - 1;
    if (own.length > 0) added.push({ file, line: Number(first), text: own.join("\n") });
  }
  return added;
}

const HUNK = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/** Behind the last line of a file stands a note where that line has no end. */
function skipNote(lines: readonly string[], at: number): number {
  return lines[at]?.startsWith("\\ ") === true ? 1 : 0;
}

/** Writes a patch that `git apply` takes, binary files included, readable by the person alone. */
export async function writePatch(change: Change, path: string): Promise<void> {
  const { repo, base, head } = change;
  await git(repo, [...DIFF, ...PREFIXES, "-p", "--binary", `--output=${path}`, base, head]);
  await chmod(path, 0o600);
}

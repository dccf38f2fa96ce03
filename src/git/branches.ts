/** The names of a session's branches in the person's repository, and what they point at. */
import { git } from "./git.ts";

export function integrationBranch(session: string): string {
  return `swarmux/${session}/integration`;
}

export function taskBranch(session: string, task: string): string {
  return `swarmux/${session}/${task}`;
}

/** The commit a branch points at, or null. */
export async function headOf(repo: string, branch: string): Promise<string | null> {
  const format = "%(objectname)";
  const head = await git(repo, ["for-each-ref", `--format=${format}`, `refs/heads/${branch}`]);
  return head === "" || head.includes("\n") ? null : head;
}

/** Changes branches all together or not at all, and leaves no reflog. Lines are those of `git update-ref --stdin`. */
export async function updateBranches(repo: string, lines: readonly string[]): Promise<void> {
  const input = ["start", ...lines, "commit", ""].join("\n");
  await git(repo, ["update-ref", "--stdin"], {
    input,
    config: { "core.logAllRefUpdates": "false" },
  });
}

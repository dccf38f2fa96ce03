/** Moves commits from one repository into another by a pack through a pipe: no transport, no remote, no hook is in it. */
import { askGit, pipeGit } from "./git.ts";

export interface Transfer {
  readonly from: string;
  readonly to: string;
  /** The commit to bring over, by its full name. */
  readonly want: string;
  /** Commits that `to` has already, by their full names or as `<commit>^`. */
  readonly have: readonly string[];
}

/** Writes what is between `have` and `want` into `to`. What is there already is skipped; no ref changes. */
export async function transferObjects({ from, to, want, have }: Transfer): Promise<void> {
  await pipeGit({
    from,
    fromArgs: ["pack-objects", "--revs", "--stdout", "-q"],
    input: [want, ...have.map((one) => `^${one}`), ""].join("\n"),
    to,
    toArgs: ["unpack-objects", "-q"],
  });
}

/** Whether the repository or checkout has that commit, by its full name. */
export async function hasCommit(folder: string, commit: string): Promise<boolean> {
  const query = ["cat-file", "-e", `${commit}^{commit}`];
  return (await askGit(folder, query, { exits: [1, 128] })).exit === 0;
}

/** The end of a session: the integration branch merged into the person's own, or thrown away. Only here is their tree touched. */
import { lstat, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SwarmError } from "../errors.ts";
import { headOf, integrationBranch, updateBranches } from "./branches.ts";
import { createCheckout } from "./checkouts.ts";
import { NOTHING } from "./dependencies.ts";
import { askGit, GitError, git } from "./git.ts";
import { transferObjects } from "./objects.ts";
import {
  asAuthor,
  checkIdle,
  dirtyPaths,
  inspectRepository,
  type RepositoryFacts,
  splitZero,
} from "./repository.ts";

export interface Accepted {
  readonly branch: string;
  readonly from: string;
  /** The same as `from` when everything was merged before. */
  readonly to: string;
  readonly fastForward: boolean;
  readonly files: readonly string[];
}

/**
 * Merges the integration branch into the branch that is checked out at `cwd`. The merge itself is made elsewhere, so
 * that a conflict never reaches the person's files: on every `SwarmError` nothing has changed.
 */
export async function acceptIntegration(at: {
  readonly cwd: string;
  readonly session: string;
}): Promise<Accepted> {
  const facts = await inspectRepository(at.cwd);
  const { root, head: from, branch } = facts;
  const source = integrationBranch(at.session);
  const theirs = await headOf(root, source);
  if (theirs === null) {
    throw new SwarmError(
      "failed",
      `There is no branch ${source}: it was discarded, or never made.`,
      {
        mend: "swarmux sessions",
      },
    );
  }
  if (branch === null) {
    throw new SwarmError(
      "failed",
      `No branch is checked out in ${root} (HEAD is detached), so there is nothing to merge into.`,
      {
        mend: "git switch <branch>",
      },
    );
  }
  if (await isAncestor(root, theirs, from)) {
    return { branch, from, to: from, fastForward: true, files: [] };
  }
  const fastForward = await isAncestor(root, from, theirs);
  const to = fastForward ? theirs : await mergeElsewhere(facts, branch, { source, theirs });
  const files = await changedFiles(root, from, to);
  await refuseOverwriting(root, { from, to, files });
  await moveTo(facts, to);
  return { branch, from, to, fastForward, files };
}

/** Whether all of the session's merged work is in the branch that is checked out at `repo`. */
export async function isAccepted(repo: string, session: string): Promise<boolean> {
  const head = await headOf(repo, integrationBranch(session));
  return head !== null && (await isAncestor(repo, head, "HEAD"));
}

export interface DeletedBranch {
  readonly name: string;
  /** The commit it pointed at: `git branch <name> <head>` brings it back. */
  readonly head: string;
}

/** Deletes the session's branches, and says what they were. Throws `SwarmError` when one is checked out. */
export async function discardIntegration(of: {
  readonly repo: string;
  readonly session: string;
}): Promise<DeletedBranch[]> {
  const format = "%(objectname) %(refname) %(worktreepath)";
  const query = ["for-each-ref", `--format=${format}`, `refs/heads/swarmux/${of.session}/`];
  const rows = (await git(of.repo, query)).split("\n").filter((row) => row !== "");
  const branches = rows.map((row) => {
    const [head = "", ref = "", ...worktree] = row.split(" ");
    return { head, name: ref.replace("refs/heads/", ""), worktree: worktree.join(" ") };
  });
  const used = branches.find(({ worktree }) => worktree !== "");
  if (used !== undefined) {
    throw new SwarmError("failed", `The branch ${used.name} is checked out in ${used.worktree}.`, {
      mend: `git -C '${used.worktree}' switch -`,
    });
  }
  if (branches.length > 0) {
    await updateBranches(
      of.repo,
      branches.map(({ name, head }) => `delete refs/heads/${name} ${head}`),
    );
  }
  return branches.map(({ name, head }) => ({ name, head }));
}

async function isAncestor(repo: string, older: string, newer: string): Promise<boolean> {
  const query = ["merge-base", "--is-ancestor", older, newer];
  return (await askGit(repo, query, { exits: [1] })).exit === 0;
}

async function changedFiles(repo: string, from: string, to: string): Promise<string[]> {
  const query = ["diff-tree", "-r", "-z", "--name-only", "--no-renames", from, to];
  return splitZero(await git(repo, query));
}

interface Merge {
  readonly source: string;
  readonly theirs: string;
}

async function mergeElsewhere(
  { root, head, identity }: RepositoryFacts,
  branch: string,
  { source, theirs }: Merge,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "swarmux-accept-"));
  const path = join(folder, "merge");
  try {
    await createCheckout({ repo: root, path, branch: null, base: head, identity, extras: NOTHING });
    const message = `Merge branch '${source}' into ${branch}`;
    const merge = ["merge", "--no-ff", "--no-edit", "--no-stat", "-q", "-m", message, theirs];
    const { exit, stderr } = await askGit(path, merge, {
      env: asAuthor(identity),
      exits: [1, 2, 128],
    });
    if (exit !== 0) throw await conflict(path, source, stderr);
    const to = await git(path, ["rev-parse", "HEAD"]);
    await transferObjects({ from: path, to: root, want: to, have: [head, theirs] });
    return to;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function conflict(path: string, source: string, stderr: string): Promise<SwarmError> {
  const unmerged = splitZero(await git(path, ["diff", "--name-only", "--diff-filter=U", "-z"]));
  const files = [...new Set(unmerged)].join(", ");
  const why = files === "" ? stderr.trim() : `both have changed ${files}`;
  return new SwarmError(
    "failed",
    `${source} can't be merged by itself: ${why}. Nothing was changed. Merge by hand and resolve the conflicts.`,
    { mend: `git merge ${source}` },
  );
}

interface Step {
  readonly from: string;
  readonly to: string;
  readonly files: readonly string[];
}

async function refuseOverwriting(root: string, { from, to, files }: Step): Promise<void> {
  const dirty = await dirtyPaths(root);
  const added = [
    "diff-tree",
    "-r",
    "-z",
    "--name-only",
    "--no-renames",
    "--diff-filter=A",
    from,
    to,
  ];
  const appear = splitZero(await git(root, added));
  const there = await Promise.all(appear.map((path) => lstat(join(root, path)).catch(() => null)));
  // A path that appears may be there already, and be ignored: git itself would write over it.
  const inTheWay = new Set(appear.filter((_, index) => there[index] !== null));
  for (const path of files) {
    if (dirty.some((one) => one === path || (one.endsWith("/") && path.startsWith(one)))) {
      inTheWay.add(path);
    }
  }
  if (inTheWay.size > 0) throw wouldOverwrite([...inTheWay].toSorted().join(", "));
}

function wouldOverwrite(what: string, cause?: unknown): SwarmError {
  return new SwarmError(
    "failed",
    `Your uncommitted work would be overwritten: ${what}. Nothing was changed. Commit it or put it aside, then accept again.`,
    { mend: "git stash -u && swarmux accept && git stash pop", cause },
  );
}

async function moveTo({ root, gitDir, identity }: RepositoryFacts, to: string): Promise<void> {
  await checkIdle(gitDir);
  const lock = join(gitDir, "index.lock");
  if ((await lstat(lock).catch(() => null)) !== null) {
    throw new SwarmError(
      "failed",
      `Another git command is at work in ${root}, or was killed: ${lock} exists.`,
      {
        mend: `rm '${lock}'   (once no git command runs)`,
      },
    );
  }
  try {
    await git(root, ["merge", "--ff-only", "--no-overwrite-ignore", "--no-stat", "-q", to], {
      env: asAuthor(identity),
    });
  } catch (cause) {
    if (!(cause instanceof GitError)) throw cause;
    const text = cause.stderr.trim();
    if (text.includes("would be overwritten")) throw wouldOverwrite(text, cause);
    throw new SwarmError("failed", `git could not move your branch: ${text}`, {
      mend: "git status",
      cause,
    });
  }
}

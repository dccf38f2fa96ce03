/** What is to be known about the person's repository before a session starts. Only reads. */
import { access } from "node:fs/promises";
import { join } from "node:path";
import { SwarmError } from "../errors.ts";
import { askGit, GitError, git } from "./git.ts";

export interface Identity {
  readonly name: string;
  readonly email: string;
}

export interface RepositoryFacts {
  /** Top folder of the working tree. */
  readonly root: string;
  readonly gitDir: string;
  /** The git folder that linked worktrees share; the same as `gitDir` in a plain repository. */
  readonly commonDir: string;
  /** Full name of the commit that `base` means. */
  readonly head: string;
  /** Null when HEAD is detached. */
  readonly branch: string | null;
  /** The first paths with uncommitted changes, untracked ones included. Nothing of it is in `head`. */
  readonly dirty: readonly string[];
  /** Folders of submodules in `head`; they stay empty in every checkout. */
  readonly submodules: readonly string[];
  readonly identity: Identity;
}

/** Who commits where the person has set no name. */
export const SWARMUX: Identity = { name: "swarmux", email: "swarmux@localhost" };

/** The environment that makes git commit in that name. */
export function asAuthor({ name, email }: Identity): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
}

const DIRTY_SHOWN = 20;

/** Looks at the repository that `cwd` is in. Throws `SwarmError` where no session can start on it. */
export async function inspectRepository(
  cwd: string,
  options: { readonly base?: string } = {},
): Promise<RepositoryFacts> {
  await checkVersion(cwd);
  const { root, gitDir, commonDir } = await locate(cwd);
  await checkIdle(gitDir);
  const [head, branch, dirty, identity] = await Promise.all([
    resolveBase(root, options.base),
    currentBranch(root),
    dirtyPaths(root),
    readIdentity(root),
  ]);
  const submodules = await listSubmodules(root, head);
  return {
    root,
    gitDir,
    commonDir,
    head,
    branch,
    dirty: dirty.slice(0, DIRTY_SHOWN),
    submodules,
    identity,
  };
}

/** The branch that is checked out, or null when HEAD is detached. */
async function currentBranch(root: string): Promise<string | null> {
  const answer = await askGit(root, ["symbolic-ref", "-q", "--short", "HEAD"], { exits: [1] });
  return answer.exit === 0 ? answer.stdout : null;
}

/** Paths with changes against HEAD or the index, untracked ones included, folders with a `/` at the end. */
export async function dirtyPaths(root: string): Promise<string[]> {
  const text = await git(root, [
    "status",
    "--porcelain=v1",
    "-z",
    "--no-renames",
    "--untracked-files=normal",
    "--ignore-submodules=all",
  ]);
  return splitZero(text).map((line) => line.slice(3));
}

export function splitZero(text: string): string[] {
  return text.split("\0").filter((part) => part !== "");
}

async function checkVersion(cwd: string): Promise<void> {
  const text = await git(cwd, ["--version"]);
  const [, major, minor] = /(\d+)\.(\d+)/.exec(text) ?? [];
  if (Number(major) * 1_000 + Number(minor) >= 2_031) return;
  throw new SwarmError("missing", `${text} is too old: swarmux needs git 2.31 or newer.`, {
    mend: "apt-get install git",
  });
}

async function locate(cwd: string) {
  const query = [
    "rev-parse",
    "--path-format=absolute",
    "--show-toplevel",
    "--absolute-git-dir",
    "--git-common-dir",
  ];
  try {
    const [root, gitDir, commonDir] = (await git(cwd, query)).split("\n");
    if (root === undefined || gitDir === undefined || commonDir === undefined) {
      throw new Error(`git rev-parse answered without the folders of ${cwd}.`);
    }
    return { root, gitDir, commonDir };
  } catch (error) {
    throw error instanceof GitError ? explain(cwd, error) : error;
  }
}

function explain(cwd: string, cause: GitError): SwarmError {
  const { stderr } = cause;
  if (stderr.includes("dubious ownership")) {
    return new SwarmError(
      "usage",
      `git does not trust ${cwd}: the repository belongs to another user.`,
      {
        mend: `git config --global --add safe.directory '${cwd}'`,
        cause,
      },
    );
  }
  if (/bare repository|must be run in a work tree/.test(stderr)) {
    return new SwarmError(
      "usage",
      `${cwd} is a bare repository or a git folder: there are no files to work on.`,
      {
        mend: "git worktree add ../work && cd ../work",
        cause,
      },
    );
  }
  if (stderr.includes("not a git repository")) {
    return new SwarmError("usage", `${cwd} is not in a git repository. swarmux works on commits.`, {
      mend: 'git init && git add -A && git commit -m "first commit"',
      cause,
    });
  }
  return new SwarmError("failed", `git can't read the repository in ${cwd}: ${stderr.trim()}`, {
    mend: "git status",
    cause,
  });
}

const UNDER_WAY: readonly (readonly [string, string])[] = [
  ["MERGE_HEAD", "merge"],
  ["rebase-merge", "rebase"],
  ["rebase-apply", "rebase"],
  ["CHERRY_PICK_HEAD", "cherry-pick"],
  ["REVERT_HEAD", "revert"],
];

/** Throws `SwarmError` when a merge or the like waits to be finished in this working tree. */
export async function checkIdle(gitDir: string): Promise<void> {
  for (const [file, what] of UNDER_WAY) {
    if (!(await exists(join(gitDir, file)))) continue;
    throw new SwarmError(
      "usage",
      `A ${what} is under way in this repository. Finish it or give it up first.`,
      {
        mend: `git ${what} --continue   or   git ${what} --abort`,
      },
    );
  }
}

async function resolveBase(root: string, base: string | undefined): Promise<string> {
  const query = [
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${base ?? "HEAD"}^{commit}`,
  ];
  const { exit, stdout } = await askGit(root, query, { exits: [1, 128] });
  if (exit === 0) return stdout;
  if (base === undefined) {
    throw new SwarmError(
      "usage",
      "This repository has no commit yet, and swarmux works on commits.",
      {
        mend: 'git add -A && git commit -m "first commit"',
      },
    );
  }
  throw new SwarmError("usage", `--base ${base} names no commit of this repository.`, {
    mend: "git log --oneline --all",
  });
}

async function listSubmodules(root: string, head: string): Promise<string[]> {
  const rows = splitZero(await git(root, ["ls-tree", "-r", "-z", head]));
  return rows
    .filter((row) => row.startsWith("160000 "))
    .map((row) => row.slice(row.indexOf("\t") + 1));
}

async function readIdentity(root: string): Promise<Identity> {
  const [name, email] = await Promise.all([readPerson(root, "name"), readPerson(root, "email")]);
  return name === "" || email === "" ? SWARMUX : { name, email };
}

async function readPerson(root: string, part: "name" | "email"): Promise<string> {
  const set = process.env[`GIT_AUTHOR_${part.toUpperCase()}`];
  if (set !== undefined && set !== "") return set;
  for (const section of ["author", "user"]) {
    const { stdout } = await askGit(root, ["config", `${section}.${part}`], { exits: [1] });
    if (stdout !== "") return stdout;
  }
  return "";
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

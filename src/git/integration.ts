/** The integration branch in the person's repository: it grows by one checked task at a time and is never rewritten. */
import { SwarmError } from "../errors.ts";
import { failpoint } from "../failpoint.ts";
import { headOf, integrationBranch, taskBranch, updateBranches } from "./branches.ts";
import { GitError, git } from "./git.ts";
import { transferObjects } from "./objects.ts";

export interface NewIntegration {
  readonly repo: string;
  readonly session: string;
  readonly base: string;
}

/** Makes the branch at `base` and returns its name. Throws `SwarmError` when there is one already. */
export async function createIntegration({ repo, session, base }: NewIntegration): Promise<string> {
  const branch = integrationBranch(session);
  try {
    await updateBranches(repo, [`create refs/heads/${branch} ${base}`]);
  } catch (cause) {
    if (!(cause instanceof GitError)) throw cause;
    const taken = (await headOf(repo, branch)) !== null;
    const why = taken ? "it exists already" : cause.stderr.trim();
    throw new SwarmError("failed", `The branch ${branch} can't be made: ${why}.`, {
      mend: taken ? `swarmux discard ${session}` : "git branch --list 'swarmux*'",
      cause,
    });
  }
  return branch;
}

/** The commit at the head of the integration branch, or null when there is no such branch. */
export async function integrationHead(repo: string, session: string): Promise<string | null> {
  return headOf(repo, integrationBranch(session));
}

export interface Advance {
  readonly repo: string;
  readonly session: string;
  /** The clean checkout that has `to`. */
  readonly clean: string;
  /** Where the branch must be; the same call again after success does nothing. */
  readonly from: string;
  readonly to: string;
  /** Keep a branch of that task at `to` as well. */
  readonly task?: string;
}

/** Brings a commit into the person's repository and moves the branch to it, if nobody else has moved it. */
export async function advanceIntegration(advance: Advance): Promise<void> {
  const { repo, session, clean, from, to, task } = advance;
  const branch = integrationBranch(session);
  const head = await headOf(repo, branch);
  if (head === to) return;
  if (head !== from) throw moved(branch, head);
  await transferObjects({ from: clean, to: repo, want: to, have: [from] });
  failpoint("git.half-move");
  const lines = [`update refs/heads/${branch} ${to} ${from}`];
  if (task !== undefined) lines.push(`update refs/heads/${taskBranch(session, task)} ${to}`);
  try {
    await updateBranches(repo, lines);
  } catch (cause) {
    const now = await headOf(repo, branch);
    if (cause instanceof GitError && now !== from) throw moved(branch, now, cause);
    throw cause;
  }
}

function moved(branch: string, head: string | null, cause?: unknown): SwarmError {
  const how = head === null ? "was deleted" : `was moved to ${head.slice(0, 12)}`;
  return new SwarmError("failed", `The branch ${branch} ${how} by someone else.`, {
    mend: `git log ${branch}`,
    cause,
  });
}

export interface Span {
  readonly repo: string;
  readonly session: string;
  readonly base: string;
}

export interface MergedTask {
  readonly task: string;
  readonly worker: string;
  readonly commit: string;
  readonly subject: string;
}

const FIELDS = ["%H", "%s", field("Swarmux-Task"), field("Swarmux-Worker")].join("%x1f");

function field(key: string): string {
  return `%(trailers:key=${key},valueonly,separator=%x2C)`;
}

/** The tasks on the integration branch since `base`, oldest first, as their commits' trailers name them. */
export async function readMergedTasks({ repo, session, base }: Span): Promise<MergedTask[]> {
  const head = await integrationHead(repo, session);
  if (head === null || head === base) return [];
  const range = [`--format=${FIELDS}%x00`, "--reverse", head, "--not", base];
  const text = await git(repo, ["log", "--no-ext-diff", "--no-textconv", "--no-patch", ...range]);
  return text.split("\0").flatMap((row) => {
    const [commit = "", subject = "", task = "", worker = ""] = row.trim().split("\u001f");
    return task === "" ? [] : [{ task, worker, commit, subject }];
  });
}

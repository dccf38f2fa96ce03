/** The integration branch of a session that goes on: it stands where the journal has it, or a person has to decide. */
import { join } from "node:path";
import { SwarmError } from "../errors.ts";
import { headOf, integrationBranch, updateBranches } from "./branches.ts";
import { hasCommit, transferObjects } from "./objects.ts";
import { removeLocks } from "./our-folder.ts";

export interface Standing {
  readonly repo: string;
  /** The git folder that linked worktrees share. */
  readonly commonDir: string;
  readonly session: string;
  /** Where the journal has the integration branch. */
  readonly head: string;
  /** A checkout that may have the commits of the branch. */
  readonly clean: string;
}

/**
 * Puts the integration branch where the journal has it, if it was deleted; says what was done. Throws `SwarmError` where
 * somebody else has moved it: what they committed is theirs.
 */
export async function mendIntegration(standing: Standing): Promise<string[]> {
  const { repo, commonDir, session, head, clean } = standing;
  const branch = integrationBranch(session);
  const locks = await removeLocks(join(commonDir, "refs", "heads", "swarmux", session));
  const done = locks.length === 0 ? [] : [`a lock that git had left on ${branch} was removed`];
  const found = await refuseMoved(standing);
  if (found !== null) return done;
  if (!(await hasCommit(repo, head))) await fetchHead({ repo, session, head, clean });
  await updateBranches(repo, [`create refs/heads/${branch} ${head}`]);
  return [...done, `${branch} was deleted, and stands at ${head.slice(0, 10)} again`];
}

/** The commit at its head, which is `head` or null. Throws `SwarmError` where it is another one. */
export async function refuseMoved({ repo, session, head }: Span): Promise<string | null> {
  const branch = integrationBranch(session);
  const found = await headOf(repo, branch);
  if (found === null || found === head) return found;
  const where = found.slice(0, 12);
  throw new SwarmError("failed", `The branch ${branch} was moved to ${where} by someone else.`, {
    mend: `git branch kept-${where} ${branch} && git branch -f ${branch} ${head.slice(0, 12)} && swarmux resume ${session}`,
  });
}

type Span = Pick<Standing, "repo" | "session" | "head">;

/** The commits of a branch that was deleted and whose objects were collected may still be in the clean checkout. */
async function fetchHead({ repo, session, head, clean }: Omit<Standing, "commonDir">) {
  try {
    await transferObjects({ from: clean, to: repo, want: head, have: [] });
  } catch (cause) {
    throw new SwarmError(
      "failed",
      `The branch of ${session} was deleted, and its commit ${head.slice(0, 12)} is not in the repository any more.`,
      { mend: `git fetch origin ${head}, then: swarmux resume ${session}`, cause },
    );
  }
}

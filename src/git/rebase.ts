/** A task's commit on top of what was merged meanwhile: in a clean checkout, or back in the worker's own. */
import { failpoint } from "../failpoint.ts";
import { clean, resetTree } from "./checkouts.ts";
import { askGit, git } from "./git.ts";
import { transferObjects } from "./objects.ts";
import { clearLocks, readNote, refreshAgentFolder, writeNote } from "./our-folder.ts";
import { splitZero } from "./repository.ts";

export interface Rebase {
  /** The clean checkout. It ends at the result, or at `onto` after a conflict, and spotless. */
  readonly clean: string;
  /** The worker's checkout, which has `commit`. */
  readonly from: string;
  readonly commit: string;
  readonly onto: string;
}

export type Rebased =
  | { readonly ok: true; readonly commit: string }
  | { readonly ok: false; readonly conflicts: readonly string[]; readonly text: string };

/** Brings one commit out of a worker's checkout onto `onto`; the same commit where that is its parent already. */
export async function rebaseTask({ clean: path, from, commit, onto }: Rebase): Promise<Rebased> {
  const note = { ...(await readNote(path)), branch: null };
  await transferObjects({ from, to: path, want: commit, have: [`${commit}^`] });
  const parent = await git(path, ["rev-parse", `${commit}^`]);
  const start = parent === onto ? commit : onto;
  await resetTree(path, { ...note, base: start });
  const conflict = start === commit ? null : await pick(path, commit, ["--keep-redundant-commits"]);
  if (conflict === null) await clean(path, note);
  else await resetTree(path, { ...note, base: onto });
  const head = await git(path, ["rev-parse", "HEAD"]);
  await refreshAgentFolder(path);
  await writeNote(path, { ...note, base: head });
  return conflict === null ? { ok: true, commit: head } : { ok: false, ...conflict };
}

/**
 * Moves a worker's checkout, whose work `commitWork` has committed, onto `onto`, so that the worker can go on there: its
 * work stands as changes in the files, with conflict markers in those that are returned. Ignored files stay. After an
 * interruption the same call again ends the work; where it came to its end before, it does nothing.
 */
export async function rebaseCheckout(path: string, onto: string): Promise<readonly string[]> {
  const note = await readNote(path);
  if (note.base === onto) return [];
  await clearLocks(path);
  const commit = await git(path, ["rev-parse", (await isKept(path)) ? KEPT : "HEAD"]);
  await git(path, ["update-ref", KEPT, commit]);
  const where = note.branch === null ? ["--detach"] : ["--no-track", "-B", note.branch];
  await git(path, ["checkout", "-q", "-f", ...where, onto]);
  failpoint("git.half-return");
  const conflict = commit === note.base ? null : await pick(path, commit, ["--no-commit"]);
  await refreshAgentFolder(path);
  await writeNote(path, { ...note, base: onto });
  await git(path, ["update-ref", "-d", KEPT]);
  return conflict?.conflicts ?? [];
}

/** Holds the worker's commit while its branch and files stand elsewhere. */
const KEPT = "refs/swarmux/work";

async function isKept(path: string): Promise<boolean> {
  return (await git(path, ["for-each-ref", KEPT])) !== "";
}

const SHOWN = 6_000;

async function pick(path: string, commit: string, options: readonly string[]) {
  const args = ["cherry-pick", ...options, commit];
  const { exit, stderr } = await askGit(path, args, { exits: [1, 128] });
  if (exit === 0) return null;
  const unmerged = await git(path, ["diff", "--name-only", "--diff-filter=U", "-z"]);
  const conflicts = [...new Set(splitZero(unmerged))];
  if (conflicts.length === 0) return { conflicts, text: stderr.trim() };
  const diff = await git(path, ["diff", "--no-ext-diff", "--no-textconv"]);
  const shown = diff.length > SHOWN ? `${diff.slice(0, SHOWN)}\n… (cut)` : diff;
  const text =
    `Your change and work that was merged meanwhile touch the same lines of ${conflicts.join(", ")}. ` +
    `"HEAD" or "ours" is what was merged; the other side is yours.\n\n${shown}`;
  return { conflicts, text };
}

/**
 * What a kill, a power cut or a stranger has done to a checkout is put right, never by deleting work: its files stay as
 * they are, and a git folder that can't be used is kept beside its successor, which reads its objects.
 */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { lstat, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CheckoutPlan, clean, makeOurFolder } from "./checkouts.ts";
import { DEPENDENCIES, findExtras } from "./dependencies.ts";
import { GitError, git } from "./git.ts";
import { hasCommit } from "./objects.ts";
import {
  clearLocks,
  findNote,
  MARK,
  ourFolder,
  readNote,
  refreshAgentFolder,
  writeNote,
} from "./our-folder.ts";

export interface WorkPlan extends CheckoutPlan {
  /** The commit of work that was reported from there. */
  readonly commit: string | null;
}

/**
 * What was done to a checkout. `files`: they were gone, and are those of its newest commit again. `folder`: our git folder
 * could not be used and was made anew around the files. `both`: one after the other.
 */
export type Mended = "nothing" | "files" | "folder" | "both";

/** Makes a checkout with work in it usable again. */
export async function mendCheckout(plan: WorkPlan): Promise<Mended> {
  const { path } = plan;
  await clearLocks(path);
  const hasFiles = await isFolder(path);
  await mkdir(path, { recursive: true });
  const isWhole = await hasWholeFolder(path);
  if (!isWhole) await rebuild(plan);
  // git reads a cut index without a word. The one of HEAD makes every file which differs a change.
  await rm(join(ourFolder(path), "index"), { force: true });
  await git(path, ["read-tree", "--reset", "HEAD"]);
  if (!hasFiles) {
    await git(path, ["reset", "-q", "--hard", "HEAD"]);
    await clean(path, await readNote(path));
  }
  if (!isWhole || !hasFiles) await refreshAgentFolder(path);
  if (isWhole) return hasFiles ? "nothing" : "files";
  return hasFiles ? "folder" : "both";
}

/** It has its note, and a HEAD with its tree. */
async function hasWholeFolder(path: string): Promise<boolean> {
  if ((await findNote(path)) === null || !existsSync(join(ourFolder(path), MARK))) return false;
  try {
    await git(path, ["rev-parse", "--verify", "--quiet", "HEAD^{tree}"]);
    return true;
  } catch (error) {
    if (error instanceof GitError) return false;
    throw error;
  }
}

async function rebuild(plan: WorkPlan): Promise<void> {
  const { repo, path, branch, base, identity, commit, extras: wish = DEPENDENCIES } = plan;
  const extras = await findExtras(repo, wish);
  const folder = ourFolder(path);
  const old = `${folder}.broken-${randomUUID()}`;
  const hadFolder = await isFolder(folder);
  if (hadFolder) await rename(folder, old);
  await makeOurFolder({ repo, path, identity, ...extras });
  if (hadFolder) {
    const file = join(folder, "objects", "info", "alternates");
    await writeFile(file, `${await readFile(file, "utf8")}${join(old, "objects")}\n`);
  }
  const head = commit !== null && (await hasCommit(path, commit)) ? commit : base;
  if (branch === null) await git(path, ["update-ref", "--no-deref", "HEAD", head]);
  else {
    await git(path, ["update-ref", `refs/heads/${branch}`, head]);
    await git(path, ["symbolic-ref", "HEAD", `refs/heads/${branch}`]);
  }
  await writeNote(path, { repo, branch, base, ...extras });
}

async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null))?.isDirectory() === true;
}

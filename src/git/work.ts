/** A worker's work as one commit: what the files are, whatever the agent did to branches, index and history. */
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { SwarmError, ToolError } from "../errors.ts";
import { askGit, git } from "./git.ts";
import { clearLocks, readNote, refreshAgentFolder } from "./our-folder.ts";
import { asAuthor, type Identity, splitZero } from "./repository.ts";

export interface Work {
  readonly path: string;
  readonly message: string;
  readonly identity: Identity;
  readonly trailers: Readonly<
    Record<"Swarmux-Session" | "Swarmux-Task" | "Swarmux-Worker", string>
  >;
}

export interface Commit {
  /** The base itself when nothing has changed. */
  readonly commit: string;
  readonly changed: boolean;
  /** Paths that differ from the base. */
  readonly files: readonly string[];
}

/**
 * Puts the checkout's branch at its base plus one commit that holds all files git doesn't ignore. The same files and
 * message again give the same commit. Throws `ToolError`, fit for the worker, over a git repository inside the checkout.
 */
export async function commitWork({ path, message, identity, trailers }: Work): Promise<Commit> {
  const { base } = await readNote(path);
  await checkFolder(path);
  await clearLocks(path);
  await refuseNested(path);
  const hidden = (await filledSubmodules(path)).map((at) => `:(exclude,literal)${at}`);
  await git(path, ["add", "-A", "--", ".", ...hidden]);
  const tree = await git(path, ["write-tree"]);
  if (tree === (await git(path, ["rev-parse", `${base}^{tree}`]))) {
    await git(path, ["update-ref", "HEAD", base]);
    return { commit: base, changed: false, files: [] };
  }
  const text = compose(message, trailers);
  const before = await git(path, ["rev-parse", "HEAD"]);
  const same = (await describe(path, before)) === `${tree}\n${base}\n${text}`;
  const commit = same ? before : await write(path, { tree, base, text, identity });
  if (!same) await git(path, ["update-ref", "HEAD", commit]);
  await refreshAgentFolder(path);
  const names = ["diff-tree", "-r", "-z", "--name-only", "--no-renames", base, commit];
  return { commit, changed: true, files: splitZero(await git(path, names)) };
}

async function checkFolder(path: string): Promise<void> {
  const there = await lstat(path).catch(() => null);
  if (there?.isDirectory()) return;
  throw new SwarmError("failed", `The checkout ${path} has no files any more.`, {
    mend: "swarmux resume",
  });
}

async function refuseNested(path: string): Promise<void> {
  const untracked = await git(path, ["ls-files", "-o", "--exclude-standard", "-z"]);
  const nested = splitZero(untracked).filter((name) => name.endsWith("/"));
  if (nested.length === 0) return;
  const names = nested.join(", ");
  throw new ToolError(
    `${names} is a git repository of its own inside your checkout, so its files can't be committed. ` +
      "Remove its .git folder if the files belong to your task, or remove the whole folder. Then report again.",
  );
}

/** git would look into a submodule that has been filled, with that one's own configuration. */
async function filledSubmodules(path: string): Promise<string[]> {
  const rows = splitZero(await git(path, ["ls-files", "-s", "-z"]));
  const modules = rows
    .filter((row) => row.startsWith("160000 "))
    .map((row) => row.slice(row.indexOf("\t") + 1));
  const filled = await Promise.all(
    modules.map((at) => lstat(join(path, at, ".git")).catch(() => null)),
  );
  return modules.filter((_, index) => filled[index] !== null);
}

function compose(message: string, trailers: Work["trailers"]): string {
  const body = message.trim() === "" ? "Work on a task" : message.trim();
  const lines = Object.entries(trailers).map(
    ([name, value]) => `${name}: ${value.replaceAll(/\s+/g, " ").trim()}`,
  );
  return `${body}\n\n${lines.join("\n")}`;
}

async function describe(path: string, commit: string): Promise<string> {
  const { stdout } = await askGit(path, ["cat-file", "commit", commit]);
  const [head = "", ...rest] = stdout.split("\n\n");
  const fields = head.split("\n");
  const values = (name: string) =>
    fields.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  return `${values("tree").join()}\n${values("parent").join()}\n${rest.join("\n\n")}`;
}

interface Draft {
  readonly tree: string;
  readonly base: string;
  readonly text: string;
  readonly identity: Identity;
}

async function write(path: string, { tree, base, text, identity }: Draft): Promise<string> {
  return git(path, ["commit-tree", tree, "-p", base, "-F", "-"], {
    input: `${text}\n`,
    env: asAuthor(identity),
  });
}

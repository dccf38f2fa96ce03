/** What the tests of this room share: real repositories in temporary folders, and a fingerprint of all that is the person's. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import {
  lstat,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished, vi } from "vitest";
import type { Commit } from "../../src/git/work.ts";
import { commitWork } from "../../src/git/work.ts";

export const ADA = { name: "Ada", email: "ada@example.org" };

/** A folder that is removed after the test; its blanks and letters go into every path below it. */
export async function tempFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "swarmux git ü-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Plain git, as a person or an agent runs it: nothing is hardened. */
export function sh(cwd: string, ...args: string[]): string {
  const as = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
  return execFileSync("git", [...as, ...args], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trimEnd();
}

export async function put(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
}

/** The text of a file, or null. */
export async function text(root: string, name: string): Promise<string | null> {
  return readFile(join(root, name), "utf8").catch(() => null);
}

/** Adds and commits everything, and returns the commit's name. */
export function commitAll(root: string, message: string): string {
  sh(root, "add", "-A");
  sh(root, "commit", "-q", "--allow-empty", "-m", message);
  return sh(root, "rev-parse", "HEAD");
}

export interface Workshop {
  readonly folder: string;
  readonly repo: string;
  readonly base: string;
  /** A path for a checkout. */
  readonly at: (name: string) => string;
}

/** A person's repository with one commit on `main`, in a home folder without configuration. */
export async function createWorkshop(
  files: Readonly<Record<string, string>> = { "a.txt": "one\ntwo\nthree\n", "b.txt": "b\n" },
): Promise<Workshop> {
  const folder = await tempFolder();
  vi.stubEnv("HOME", folder);
  vi.stubEnv("XDG_CONFIG_HOME", join(folder, "config"));
  onTestFinished(() => void vi.unstubAllEnvs());
  const repo = join(folder, "the repo");
  mkdirSync(repo);
  mkdirSync(join(folder, "checkouts"));
  sh(repo, "init", "-q", "-b", "main");
  await put(repo, files);
  const base = commitAll(repo, "first");
  return { folder, repo, base, at: (name) => join(folder, "checkouts", name) };
}

/** Commits what stands in a checkout as the work of task `task`. */
export async function commitTask(path: string, task: string, message = task): Promise<Commit> {
  return commitWork({
    path,
    message,
    identity: ADA,
    trailers: { "Swarmux-Session": "s", "Swarmux-Task": task, "Swarmux-Worker": "bo" },
  });
}

/** Every path below `root` but objects and `swarmux/` branches, with its kind, mode and content. */
export async function fingerprint(root: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const visit = async (path: string): Promise<void> => {
    const at = join(root, path);
    const stats = await lstat(at);
    if (stats.isDirectory()) {
      if (path === ".git/objects" || path === ".git/refs/heads/swarmux") return;
      found[`${path}/`] = String(stats.mode);
      for (const name of await readdir(at)) await visit(path === "" ? name : `${path}/${name}`);
      return;
    }
    const content = stats.isSymbolicLink() ? await readlink(at) : await readFile(at);
    found[path] = `${stats.mode} ${createHash("sha256").update(content).digest("hex")}`;
  };
  await visit("");
  return found;
}

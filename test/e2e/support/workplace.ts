/** A person's repository, home and state in one temporary folder, which is checked and removed after the test. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { PATIENCE_MS } from "../../support/patience.ts";
import { expectNothingLeft } from "./leftovers.ts";

export const PROJECT = join(import.meta.dirname, "../../..");

export interface Workplace {
  readonly folder: string;
  readonly repo: string;
  readonly base: string;
  /** All that a started program gets of an environment. */
  readonly env: Readonly<Record<string, string>>;
}

export type Files = Readonly<Record<string, string | Buffer>>;

/** A repository with `files` in one commit on `main`. */
export async function createWorkplace(files: Files = { "a.txt": "one\n" }): Promise<Workplace> {
  const folder = await createFolder();
  const repo = join(folder, "repo");
  const env = environmentOf(folder);
  await mkdir(repo);
  const place = { folder, repo, env };
  git(place, "init", "-q", "-b", "main");
  await put(repo, files);
  git(place, "add", "--all", "--force");
  git(place, "commit", "-q", "--allow-empty", "-m", "first");
  return { ...place, base: git(place, "rev-parse", "HEAD") };
}

/** A folder of a test, with a home and a folder for temporary files in it. */
export async function createFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "e2e-")));
  onTestFinished(async () => {
    try {
      await expectNothingLeft(folder, PATIENCE_MS);
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
  await mkdir(join(folder, "home"));
  await mkdir(join(folder, "tmp"));
  return folder;
}

export function environmentOf(folder: string): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    LANG: "C.UTF-8",
    HOME: join(folder, "home"),
    TMPDIR: join(folder, "tmp"),
    SWARMUX_STATE_DIR: join(folder, "state"),
    NODE_COMPILE_CACHE: join(PROJECT, "node_modules/.cache/swarmux-e2e"),
  };
}

export async function put(root: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
}

/** Plain git in the person's repository, as the person runs it. */
export function git(place: Pick<Workplace, "repo" | "env">, ...args: string[]): string {
  const as = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
  return execFileSync("git", [...as, ...args], {
    cwd: place.repo,
    env: place.env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trimEnd();
}

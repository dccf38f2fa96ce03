import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { askGit, GitError, git, pipeGit } from "../../src/git/git.ts";
import { ourFolder } from "../../src/git/our-folder.ts";
import { createWorkshop, put, sh, tempFolder } from "./support.ts";

test("returns what git prints without the last newline", async () => {
  const { repo, base } = await createWorkshop();
  expect(await git(repo, ["rev-parse", "HEAD"])).toBe(base);
});

test("a failure carries the command, the exit code and what git said", async () => {
  const { repo } = await createWorkshop();
  const error = await git(repo, ["rev-parse", "--verify", "nowhere"]).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(GitError);
  expect(error).toMatchObject({
    args: ["rev-parse", "--verify", "nowhere"],
    exit: 128,
    stderr: expect.stringContaining("Needed a single revision"),
  });
});

test("an exit code that was asked for is an answer", async () => {
  const { repo } = await createWorkshop();
  const answer = await askGit(repo, ["config", "no.such"], { exits: [1] });
  expect(answer).toEqual({ stdout: "", stderr: "", exit: 1 });
});

test("kills a command that outlives its time limit", async () => {
  const { repo } = await createWorkshop();
  execFileSync("/bin/sh", ["-c", "mkfifo 'never written'"], { cwd: repo });
  const slow = git(repo, ["config", "-f", "never written", "a.b"], { timeout: 100 });
  await expect(slow).rejects.toMatchObject({ name: "GitError", exit: null });
});

test("says how to install git where there is none", async () => {
  const { repo, folder } = await createWorkshop();
  vi.stubEnv("PATH", join(folder, "empty"));
  await expect(git(repo, ["status"])).rejects.toMatchObject({
    kind: "missing",
    mend: "apt-get install git",
  });
});

test("takes nothing from GIT_ variables of the caller", async () => {
  const { repo, folder } = await createWorkshop();
  const other = join(folder, "other");
  sh(folder, "init", "-q", other);
  vi.stubEnv("GIT_DIR", join(other, ".git"));
  expect(await git(repo, ["rev-parse", "--show-toplevel"])).toBe(repo);
});

test("a stranger's folder with the name of ours is not taken for it", async () => {
  const { repo } = await createWorkshop();
  mkdirSync(ourFolder(repo));
  await put(ourFolder(repo), { config: "[core]\n\tbare = true\n" });
  expect(await git(repo, ["rev-parse", "--show-toplevel"])).toBe(repo);
});

test("a pipe names the command that failed, on either end", async () => {
  const { repo } = await createWorkshop();
  const nowhere = await tempFolder();
  const fromArgs = ["pack-objects", "--revs", "--stdout", "-q"];
  const toArgs = ["unpack-objects", "-q"];
  const pipe = { from: repo, fromArgs, to: repo, toArgs, input: "HEAD\n" };
  await expect(pipeGit(pipe)).resolves.toBeUndefined();
  await expect(pipeGit({ ...pipe, input: "nowhere\n" })).rejects.toMatchObject({ args: fromArgs });
  await expect(pipeGit({ ...pipe, to: nowhere })).rejects.toMatchObject({ args: toArgs });
});

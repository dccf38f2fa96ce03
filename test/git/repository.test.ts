import { chmodSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { inspectRepository, SWARMUX } from "../../src/git/repository.ts";
import { commitAll, createWorkshop, fingerprint, put, sh, tempFolder } from "./support.ts";

test("tells all about a plain repository from a folder inside it, and changes nothing", async () => {
  const { repo, base } = await createWorkshop({ "src/a.txt": "a\n" });
  await put(repo, { "src/a.txt": "changed\n", "new file.txt": "new\n" });
  const before = await fingerprint(repo);
  expect(await inspectRepository(join(repo, "src"))).toEqual({
    root: repo,
    gitDir: join(repo, ".git"),
    commonDir: join(repo, ".git"),
    head: base,
    branch: "main",
    dirty: ["src/a.txt", "new file.txt"],
    submodules: [],
    identity: SWARMUX,
  });
  expect(await fingerprint(repo)).toEqual(before);
});

test("the identity is the person's where they have set one", async () => {
  const { repo } = await createWorkshop();
  sh(repo, "config", "user.name", "Grace");
  sh(repo, "config", "user.email", "grace@example.org");
  const { identity } = await inspectRepository(repo);
  expect(identity).toEqual({ name: "Grace", email: "grace@example.org" });
  vi.stubEnv("GIT_AUTHOR_NAME", "Hopper");
  expect((await inspectRepository(repo)).identity.name).toBe("Hopper");
});

test("a detached HEAD has no branch, and a base may be any commit", async () => {
  const { repo, base } = await createWorkshop();
  const second = commitAll(repo, "second");
  sh(repo, "tag", "-a", "v1", "-m", "v1", base);
  sh(repo, "checkout", "-q", "--detach");
  expect(await inspectRepository(repo)).toMatchObject({ branch: null, head: second });
  expect(await inspectRepository(repo, { base: "v1" })).toMatchObject({ head: base });
});

test("a shallow clone and a linked worktree are fine", async () => {
  const { repo, folder } = await createWorkshop();
  const second = commitAll(repo, "second");
  const shallow = join(folder, "shallow");
  sh(folder, "clone", "-q", "--depth=1", `file://${repo}`, shallow);
  expect(await inspectRepository(shallow)).toMatchObject({ root: shallow, head: second });
  const linked = join(folder, "linked");
  sh(repo, "worktree", "add", "-q", "-b", "side", linked);
  expect(await inspectRepository(linked)).toMatchObject({
    root: linked,
    commonDir: join(repo, ".git"),
    branch: "side",
  });
});

test("names the submodules", async () => {
  const { repo, base } = await createWorkshop();
  sh(repo, "update-index", "--add", "--cacheinfo", `160000,${base},libs/sub`);
  sh(repo, "commit", "-q", "-m", "submodule");
  expect((await inspectRepository(repo)).submodules).toEqual(["libs/sub"]);
});

test("a folder without a repository is an error with the commands that make one", async () => {
  await expect(inspectRepository(await tempFolder())).rejects.toMatchObject({
    kind: "usage",
    message: expect.stringContaining("not in a git repository"),
    mend: 'git init && git add -A && git commit -m "first commit"',
  });
});

test("a repository without a commit is an error", async () => {
  const repo = await tempFolder();
  sh(repo, "init", "-q");
  await expect(inspectRepository(repo)).rejects.toMatchObject({
    message: expect.stringContaining("no commit yet"),
  });
});

test("a bare repository is an error", async () => {
  const repo = await tempFolder();
  sh(repo, "init", "-q", "--bare");
  await expect(inspectRepository(repo)).rejects.toMatchObject({
    message: expect.stringContaining("bare repository"),
  });
});

test.each(["nowhere", "--output=x", "HEAD:a.txt"])(
  "--base %s that is no commit is bad usage",
  async (base) => {
    const { repo } = await createWorkshop();
    await expect(inspectRepository(repo, { base })).rejects.toMatchObject({
      kind: "usage",
      message: expect.stringContaining(base),
    });
  },
);

test("git older than 2.31 is something missing", async () => {
  const { repo, folder } = await createWorkshop();
  await put(folder, { "bin/git": "#!/bin/sh\necho git version 2.30.9\n" });
  chmodSync(join(folder, "bin/git"), 0o755);
  vi.stubEnv("PATH", `${join(folder, "bin")}:${process.env.PATH}`);
  await expect(inspectRepository(repo)).rejects.toMatchObject({
    kind: "missing",
    message: expect.stringContaining("2.30.9"),
    mend: "apt-get install git",
  });
});

test.each([
  ["merge", ["merge", "-q", "side"]],
  ["rebase", ["rebase", "-q", "side"]],
  ["cherry-pick", ["cherry-pick", "side"]],
])("a %s under way is an error", async (what, args) => {
  const { repo } = await createWorkshop();
  sh(repo, "switch", "-q", "-c", "side");
  await put(repo, { "a.txt": "side\n" });
  commitAll(repo, "side");
  sh(repo, "switch", "-q", "main");
  await put(repo, { "a.txt": "main\n" });
  commitAll(repo, "main");
  expect(() => sh(repo, ...args)).toThrow("Command failed");
  await expect(inspectRepository(repo)).rejects.toMatchObject({
    message: expect.stringContaining(`A ${what} is under way`),
    mend: expect.stringContaining(`git ${what} --abort`),
  });
});

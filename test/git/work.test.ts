import { lstatSync, mkdirSync, symlinkSync } from "node:fs";
import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createCheckout } from "../../src/git/checkouts.ts";
import { ourFolder } from "../../src/git/our-folder.ts";
import {
  ADA,
  commitAll,
  commitTask,
  createWorkshop,
  fingerprint,
  put,
  sh,
  text,
} from "./support.ts";

async function workerAtWork(files?: Readonly<Record<string, string>>) {
  const shop = await createWorkshop(files);
  const path = shop.at("bo");
  const { repo, base } = shop;
  await createCheckout({ repo, path, branch: "swarmux/s/t1", base, identity: ADA });
  return { ...shop, path };
}

test("everything that git does not ignore becomes one commit with trailers on the base", async () => {
  const { repo, base, path } = await workerAtWork({
    ".gitignore": "*.log\n",
    "a.txt": "a\n",
    "b.txt": "b\n",
  });
  const before = await fingerprint(repo);
  await put(path, { "a.txt": "changed\n", "new/ü.txt": "new\n", "x.log": "log\n" });
  await rm(join(path, "b.txt"));
  const { commit, changed, files } = await commitTask(path, "t1", "Do it\n\nIn words.");
  expect({ changed, files }).toEqual({ changed: true, files: ["a.txt", "b.txt", "new/ü.txt"] });
  expect(sh(path, "rev-parse", "swarmux/s/t1", `${commit}^`)).toBe(`${commit}\n${base}`);
  expect(sh(path, "log", "-1", "--format=%an <%ae>|%cn|%B", commit)).toBe(
    "Ada <ada@example.org>|Ada|Do it\n\nIn words.\n\nSwarmux-Session: s\nSwarmux-Task: t1\nSwarmux-Worker: bo",
  );
  expect(sh(path, "status", "--porcelain")).toBe("");
  expect(await text(path, "x.log")).toBe("log\n");
  expect(await fingerprint(repo)).toEqual(before);
});

test("nothing changed gives the base", async () => {
  const { base, path } = await workerAtWork();
  expect(await commitTask(path, "t1")).toEqual({ commit: base, changed: false, files: [] });
});

test("the same work again gives the same commit, more work replaces it", async () => {
  const { base, path } = await workerAtWork();
  await put(path, { "a.txt": "once\n" });
  const once = await commitTask(path, "t1");
  expect(await commitTask(path, "t1")).toEqual(once);
  await put(path, { "c.txt": "more\n" });
  const twice = await commitTask(path, "t1");
  expect(twice.files).toEqual(["a.txt", "c.txt"]);
  expect(sh(path, "rev-parse", `${twice.commit}^`)).toBe(base);
  await put(path, { "a.txt": "one\ntwo\nthree\n" });
  await rm(join(path, "c.txt"));
  expect(await commitTask(path, "t1")).toEqual({ commit: base, changed: false, files: [] });
});

test("the worker's own commits, branches and index do not matter, its files do", async () => {
  const { base, path } = await workerAtWork();
  await put(path, { "a.txt": "first\n" });
  commitAll(path, "first of its own");
  sh(path, "switch", "-q", "--orphan", "elsewhere");
  await put(path, { "a.txt": "last\n", "b.txt": "b\n" });
  sh(path, "add", "a.txt");
  const { commit, files } = await commitTask(path, "t1");
  expect(files).toEqual(["a.txt"]);
  expect(sh(path, "rev-list", "--count", `${base}..${commit}`)).toBe("1");
  expect(sh(path, "show", `${commit}:a.txt`)).toBe("last");
  expect(sh(path, "symbolic-ref", "--short", "HEAD")).toBe("swarmux/s/t1");
});

test("survives an unfinished merge, locks and a broken .git", async () => {
  const { path } = await workerAtWork();
  sh(path, "switch", "-q", "-c", "side");
  await put(path, { "a.txt": "side\n" });
  commitAll(path, "side");
  sh(path, "switch", "-q", "swarmux/s/t1");
  await put(path, { "a.txt": "mine\n" });
  commitAll(path, "mine");
  expect(() => sh(path, "merge", "side")).toThrow("Command failed");
  await put(path, { "a.txt": "resolved\n", ".git/config": "[broken", ".git/index.lock": "" });
  await writeFile(join(ourFolder(path), "index.lock"), "");
  const { commit } = await commitTask(path, "t1");
  expect(sh(path, "show", `${commit}:a.txt`)).toBe("resolved");
  expect(sh(path, "status", "--porcelain", "--branch")).toBe("## swarmux/s/t1");
});

test.each([
  ["deleted", async () => {}],
  ["a file", async (path: string) => writeFile(path, "gitdir: /nowhere\n")],
  ["a link to elsewhere", async (path: string) => symlinkSync(join(path, "../../outside"), path)],
])("a .git that is %s is put right, and nothing is written through it", async (_, spoil) => {
  const { folder, path } = await workerAtWork();
  mkdirSync(join(folder, "outside"));
  await put(path, { "a.txt": "mine\n" });
  await rm(join(path, ".git"), { recursive: true });
  await spoil(join(path, ".git"));
  const before = await fingerprint(join(folder, "outside"));
  const { commit, files } = await commitTask(path, "t1");
  expect(files).toEqual(["a.txt"]);
  expect(lstatSync(join(path, ".git")).isDirectory()).toBe(true);
  expect(sh(path, "rev-parse", "HEAD")).toBe(commit);
  expect(await fingerprint(join(folder, "outside"))).toEqual(before);
});

test("links that the agent puts into its .git are not followed", async () => {
  const { folder, path } = await workerAtWork();
  await put(folder, { profile: "mine\n" });
  await rm(join(path, ".git/logs"), { recursive: true });
  await put(path, { ".git/logs/x": "", "a.txt": "mine\n" });
  symlinkSync(join(folder, "profile"), join(path, ".git/logs/HEAD"));
  await commitTask(path, "t1");
  expect(await text(folder, "profile")).toBe("mine\n");
});

test("a repository inside the checkout is refused in words for the worker", async () => {
  const { path } = await workerAtWork();
  sh(path, "init", "-q", "tools/inner");
  sh(path, "init", "-q", "full");
  await put(path, { "full/x": "x\n" });
  commitAll(join(path, "full"), "inner");
  await expect(commitTask(path, "t1")).rejects.toMatchObject({
    name: "ToolError",
    message: expect.stringMatching(/^full\/, tools\/inner\/ .*Remove its \.git folder/),
  });
  await rm(join(path, "full/.git"), { recursive: true });
  await rm(join(path, "tools"), { recursive: true });
  expect(await commitTask(path, "t1")).toMatchObject({ files: ["full/x"] });
});

test("modes and links are kept", async () => {
  const { path } = await workerAtWork();
  await chmod(join(path, "a.txt"), 0o755);
  symlinkSync("a.txt", join(path, "link"));
  const { commit } = await commitTask(path, "t1");
  expect(sh(path, "ls-tree", "--format=%(objectmode) %(path)", commit)).toBe(
    "100755 a.txt\n100644 b.txt\n120000 link",
  );
});

test("a checkout that is gone is a clear error", async () => {
  const { path, at } = await workerAtWork();
  await rm(path, { recursive: true });
  await expect(commitTask(path, "t1")).rejects.toMatchObject({
    name: "SwarmError",
    message: expect.stringContaining("no files"),
  });
  await expect(commitTask(at("nobody"), "t1")).rejects.toMatchObject({
    name: "SwarmError",
    message: expect.stringContaining("no checkout"),
  });
});

test("a file that a killed tool has half written is in no commit", async () => {
  const { path } = await workerAtWork();
  await put(path, { "new.txt": "new\n", "src/.swarmux-half-written": "half" });
  const { files } = await commitTask(path, "t1", "Do it");
  expect(files).toEqual(["new.txt"]);
});

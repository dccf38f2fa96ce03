import { mkdirSync, readlinkSync, symlinkSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import {
  createCheckout,
  hasCheckout,
  removeCheckout,
  sweepCheckouts,
  switchCheckout,
} from "../../src/git/checkouts.ts";
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

const BRANCH = "swarmux/s/t1";

test("holds the files of the base on a branch of its own, with the person's remotes and identity", async () => {
  const { repo, base, at } = await createWorkshop();
  sh(repo, "remote", "add", "origin", "https://ada:token@example.org/x.git");
  sh(repo, "remote", "add", "up.stream", "git@example.org:y.git");
  commitAll(repo, "not in the base");
  const before = await fingerprint(repo);
  const path = at("bo");
  expect(await createCheckout({ repo, path, branch: BRANCH, base, identity: ADA })).toEqual({
    path,
    links: [],
    copies: [],
  });
  expect(await text(path, "a.txt")).toBe("one\ntwo\nthree\n");
  expect(sh(path, "rev-parse", "HEAD")).toBe(base);
  expect(sh(path, "symbolic-ref", "--short", "HEAD")).toBe(BRANCH);
  expect(sh(path, "status", "--porcelain")).toBe("");
  expect(sh(path, "remote", "get-url", "origin")).toBe("https://example.org/x.git");
  expect(sh(path, "remote", "get-url", "up.stream")).toBe("git@example.org:y.git");
  expect(sh(path, "config", "--local", "user.email")).toBe("ada@example.org");
  expect(await fingerprint(repo)).toEqual(before);
});

test("what an agent does with git in its checkout stays there", async () => {
  const { repo, base, at } = await createWorkshop();
  const path = at("bo");
  await createCheckout({ repo, path, branch: BRANCH, base, identity: ADA });
  const before = await fingerprint(repo);
  await put(path, { "a.txt": "mine\n" });
  commitAll(path, "mine");
  sh(path, "branch", "-f", "main", "HEAD");
  expect(await fingerprint(repo)).toEqual(before);
});

test("a shallow repository, and a repository that borrows objects, share theirs", async () => {
  const { repo, folder, at } = await createWorkshop();
  const base = commitAll(repo, "second");
  for (const [name, args] of [
    ["shallow", ["--depth=1", `file://${repo}`]],
    ["shared", ["--shared", repo]],
  ] as const) {
    const person = join(folder, name);
    sh(folder, "clone", "-q", ...args, person);
    const path = at(name);
    await createCheckout({ repo: person, path, branch: BRANCH, base, identity: ADA });
    await put(path, { "c.txt": "c\n" });
    expect(await commitTask(path, "t1")).toMatchObject({ files: ["c.txt"] });
    expect(sh(path, "log", "--format=%s")).toContain("second");
    expect(sh(path, "count-objects", "-v")).toContain("in-pack: 0");
  }
});

test("ignored dependency folders are linked in and stay out of git", async () => {
  const { repo, at } = await createWorkshop({
    ".gitignore": "node_modules/\n.venv/\ntarget/\n",
    "packages/a b/x.js": "x\n",
    "vendor/kept.go": "kept\n",
  });
  const base = sh(repo, "rev-parse", "HEAD");
  await put(repo, {
    "node_modules/dep/index.js": "dep\n",
    "packages/a b/node_modules/dep/index.js": "dep\n",
    ".venv/pyvenv.cfg": "home\n",
    "venv/seen-by-git.txt": "not ignored\n",
    "target/out": "built\n",
    "gone/node_modules/dep/index.js": "no such folder in the base\n",
  });
  const path = at("bo");
  const { links } = await createCheckout({ repo, path, branch: BRANCH, base, identity: ADA });
  expect(links.toSorted()).toEqual([
    ".venv",
    "gone/node_modules",
    "node_modules",
    "packages/a b/node_modules",
  ]);
  expect(readlinkSync(join(path, ".venv"))).toBe(join(repo, ".venv"));
  expect(readlinkSync(join(path, "packages/a b/node_modules/dep"))).toBe(
    join(repo, "packages/a b/node_modules/dep"),
  );
  expect((await readdir(path)).toSorted()).toEqual(
    [".git", ".gitignore", ".venv", "node_modules", "packages", "vendor"].toSorted(),
  );
  expect(sh(path, "status", "--porcelain")).toBe("");
  expect(await commitTask(path, "t1")).toEqual({ commit: base, changed: false, files: [] });
});

test("a workspace's packages are those of the checkout, and caches are its own", async () => {
  const { repo, base, at } = await createWorkshop({
    ".gitignore": "node_modules\n",
    "packages/one/index.js": "one\n",
  });
  await put(repo, {
    "node_modules/@org/dep/index.js": "dep\n",
    "node_modules/@else/dep/index.js": "dep\n",
    "node_modules/.cache/x": "cached\n",
  });
  symlinkSync("../packages/one", join(repo, "node_modules/one"));
  symlinkSync("../../packages/one", join(repo, "node_modules/@org/one"));
  const path = at("bo");
  await createCheckout({ repo, path, branch: BRANCH, base, identity: ADA });
  const modules = join(path, "node_modules");
  expect((await readdir(modules)).toSorted()).toEqual(["@else", "@org", "one"]);
  expect(readlinkSync(join(modules, "@else"))).toBe(join(repo, "node_modules/@else"));
  await put(path, { "packages/one/index.js": "changed\n", "node_modules/.cache/x": "mine\n" });
  expect(await text(modules, "one/index.js")).toBe("changed\n");
  expect(await text(modules, "@org/one/index.js")).toBe("changed\n");
  expect(await text(modules, "@org/dep/index.js")).toBe("dep\n");
  expect(await text(repo, "node_modules/.cache/x")).toBe("cached\n");
});

test("no link is written through a link that the commit holds", async () => {
  const { repo, folder, at } = await createWorkshop({ ".gitignore": "node_modules\n" });
  const outside = join(folder, "outside");
  mkdirSync(outside);
  symlinkSync(outside, join(repo, "pkg"));
  const base = commitAll(repo, "a link");
  await rm(join(repo, "pkg"));
  await put(repo, { "pkg/node_modules/dep/index.js": "dep\n" });
  await createCheckout({ repo, path: at("bo"), branch: BRANCH, base, identity: ADA });
  expect(await readdir(outside)).toEqual([]);
});

test("named folders are linked and named files copied, where git ignores them", async () => {
  const { repo, at, base } = await createWorkshop({
    ".gitignore": "node_modules\nbuild\n*.local\nconf/\n",
    "a.txt": "a\n",
  });
  await put(repo, {
    "node_modules/dep/index.js": "not asked for\n",
    "build/out": "built\n",
    "web/settings.local": "mine\n",
    "conf/a/b": "deep\n",
    "seen.txt": "git sees it\n",
  });
  symlinkSync("/etc/passwd", join(repo, "stolen.local"));
  const path = at("bo");
  const extras = {
    link: ["build", "missing"],
    copy: ["web/settings.local", "conf", "seen.txt", "a.txt", "stolen.local"],
  };

  const made = await createCheckout({ repo, path, branch: BRANCH, base, identity: ADA, extras });

  expect(made).toMatchObject({
    links: ["build"],
    copies: ["web/settings.local", "conf", "stolen.local"],
  });
  expect(readlinkSync(join(path, "build"))).toBe(join(repo, "build"));
  expect(await readFile(join(path, "web/settings.local"), "utf8")).toBe("mine\n");
  expect((await readdir(path)).toSorted()).toEqual(
    [".git", ".gitignore", "a.txt", "build", "conf", "web"].toSorted(),
  );
  await put(path, { "web/settings.local": "the worker's\n", "conf/a/b": "its own\n" });
  expect(await commitTask(path, "t1")).toEqual({ commit: base, changed: false, files: [] });
  await switchCheckout({ path, branch: "swarmux/s/t2", base });
  expect(await readFile(join(path, "conf/a/b"), "utf8")).toBe("deep\n");
  expect(await readFile(join(repo, "conf/a/b"), "utf8")).toBe("deep\n");
});

test("nothing is copied through a link that the commit holds", async () => {
  const { repo, folder, at } = await createWorkshop({ ".gitignore": "*.local\n" });
  const outside = join(folder, "outside");
  mkdirSync(outside);
  symlinkSync(outside, join(repo, "pkg"));
  const base = commitAll(repo, "a link");
  await rm(join(repo, "pkg"));
  await put(repo, { "pkg/sub/a.local": "a\n" });
  const extras = { link: [], copy: ["pkg/sub/a.local"] };
  await createCheckout({ repo, path: at("bo"), branch: BRANCH, base, identity: ADA, extras });
  expect(await readdir(outside)).toEqual([]);
});

test("a switch gives the next task a spotless checkout with its links", async () => {
  const { repo, at, base } = await createWorkshop({
    ".gitignore": "node_modules\n*.log\n",
    "a.txt": "a\n",
  });
  await put(repo, { "node_modules/dep/index.js": "dep\n" });
  const path = at("bo");
  await createCheckout({ repo, path, branch: BRANCH, base, identity: ADA });
  const next = commitAll(repo, "next");
  await put(path, { "a.txt": "left over\n", "x.log": "log\n", "new/y": "y\n" });
  await rm(join(path, "node_modules"), { recursive: true });
  await put(path, { "node_modules/own/index.js": "own\n" });
  sh(path, "init", "-q", "new/repo");
  await rm(join(path, ".git"), { recursive: true });
  await switchCheckout({ path, branch: "swarmux/s/t2", base: next });
  expect((await readdir(path)).toSorted()).toEqual([".git", ".gitignore", "a.txt", "node_modules"]);
  expect(await readdir(join(path, "node_modules"))).toEqual(["dep"]);
  expect(await text(repo, "node_modules/dep/index.js")).toBe("dep\n");
  expect(sh(path, "status", "--porcelain", "--branch")).toBe("## swarmux/s/t2");
  expect(sh(path, "rev-parse", "HEAD")).toBe(next);
});

test("a base that the repository does not have is an error", async () => {
  const { repo, base, at } = await createWorkshop();
  const path = at("bo");
  await createCheckout({ repo, path, branch: BRANCH, base, identity: ADA });
  const nowhere = base.replace(/^..../, base.startsWith("0000") ? "1111" : "0000");
  await expect(switchCheckout({ path, branch: BRANCH, base: nowhere })).rejects.toMatchObject({
    name: "SwarmError",
    message: expect.stringContaining(nowhere),
  });
});

test("an unfinished checkout is made anew, a finished one is an error", async () => {
  const { repo, base, at } = await createWorkshop();
  const path = at("bo");
  const plan = { repo, path, branch: BRANCH, base, identity: ADA };
  await put(path, { "half.txt": "half\n" });
  mkdirSync(ourFolder(path));
  expect(await hasCheckout(path)).toBe(false);
  await createCheckout(plan);
  expect(await hasCheckout(path)).toBe(true);
  expect(await text(path, "half.txt")).toBeNull();
  await expect(createCheckout(plan)).rejects.toMatchObject({ name: "SwarmError" });
});

test("removal leaves nothing, and the person's dependencies alone", async () => {
  const { repo, folder, base, at } = await createWorkshop({ ".gitignore": "node_modules\n" });
  await put(repo, { "node_modules/dep/index.js": "dep\n" });
  await createCheckout({ repo, path: at("bo"), branch: BRANCH, base, identity: ADA });
  await removeCheckout(at("bo"));
  await removeCheckout(at("bo"));
  expect(await readdir(join(folder, "checkouts"))).toEqual([]);
  expect(await text(repo, "node_modules/dep/index.js")).toBe("dep\n");
});

test("a sweep removes what was being made or thrown away, and no checkout", async () => {
  const { repo, base, at } = await createWorkshop();
  const path = at("bo");
  await createCheckout({ repo, path, branch: null, base, identity: ADA });
  const before = await readdir(dirname(path));
  await put(dirname(path), { ".trash-1/a": "a", ".bo.git.next/config": "half" });
  await sweepCheckouts(dirname(path));
  expect(await readdir(dirname(path))).toEqual(before);
  await sweepCheckouts(at("never-made"));
});

/** A repository that runs a program wherever git lets it: the marker file is never made by anything that this room does. */
import { existsSync, symlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diffstat, diffText, writePatch } from "../../src/git/changes.ts";
import { createCheckout, removeCheckout, switchCheckout } from "../../src/git/checkouts.ts";
import { acceptIntegration, discardIntegration } from "../../src/git/deliver.ts";
import {
  advanceIntegration,
  createIntegration,
  readMergedTasks,
} from "../../src/git/integration.ts";
import { rebaseCheckout, rebaseTask } from "../../src/git/rebase.ts";
import { inspectRepository } from "../../src/git/repository.ts";
import { ATTRIBUTES, poison } from "./poison.ts";
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

async function hostileWorkshop() {
  const shop = await createWorkshop({
    ".gitattributes": `${ATTRIBUTES}\n`,
    ".gitmodules": '[submodule "sub"]\n\tpath = sub\n\turl = ./x\n\tupdate = none\n',
    "a.txt": "one\ntwo\nthree\nfour\nfive\n",
    "b.txt": "b\n",
    "third.txt": "third\n",
    "in/x.txt": "x\n",
  });
  const { repo, folder } = shop;
  const marker = join(folder, "ran");
  const payload = `touch '${marker}'`;
  // A submodule that has been filled and a folder whose .git points elsewhere, both as hostile as the rest.
  const sub = join(repo, "sub");
  sh(repo, "init", "-q", "sub");
  await put(sub, { ".gitattributes": `${ATTRIBUTES}\n`, "y.txt": "y\n" });
  commitAll(sub, "inner");
  const elsewhere = join(folder, "elsewhere.git");
  sh(folder, "clone", "-q", "--bare", sub, elsewhere);
  await put(repo, { "in/.git": `gitdir: ${elsewhere}\n` });
  const base = commitAll(repo, "all of it");
  await put(sub, { "y.txt": "changed\n" });
  await poison(join(repo, ".git"), payload);
  await poison(join(sub, ".git"), payload);
  await poison(elsewhere, payload);
  expect(existsSync(marker)).toBe(false);
  return { ...shop, base, marker, payload };
}

test.each([
  ["status", ["status"]],
  ["a diff", ["diff", "HEAD~1"]],
  ["an added file", ["add", "a.txt"]],
  ["a clone's checkout", ["checkout", "-f", "HEAD~1"]],
])("the fixture is as hostile as it says: plain git runs the payload for %s", async (_, args) => {
  const { repo, marker } = await hostileWorkshop();
  await put(repo, { "a.txt": "changed\n" });
  try {
    sh(repo, ...args);
  } catch {
    // The payload has run by then; whether git is content with its answer does not matter.
  }
  expect(existsSync(marker)).toBe(true);
});

test("a whole session on a hostile repository runs nothing of it, and merges what it should", async () => {
  const { repo, base, marker, payload, at, folder } = await hostileWorkshop();
  const before = await fingerprint(repo);
  const facts = await inspectRepository(join(repo, "in/.."));
  expect(facts).toMatchObject({ root: repo, head: base, branch: "main", submodules: ["sub"] });
  await createIntegration({ repo, session: "s", base });

  const [bo, cy, clean] = [at("bo"), at("cy"), at("clean")];
  await createCheckout({ repo, path: bo, branch: "swarmux/s/t1", base, identity: ADA });
  await createCheckout({ repo, path: cy, branch: "swarmux/s/t2", base, identity: ADA });
  await createCheckout({ branch: null, repo, path: clean, base, identity: ADA });
  for (const path of [bo, cy, clean]) await poison(join(path, ".git"), payload);

  await put(bo, { "a.txt": "ONE\ntwo\nthree\nfour\nfive\n", "third.txt": "bo\n" });
  await put(cy, { "a.txt": "one\ntwo\nthree\nfour\nFIVE\n", "b.txt": "cy\n" });
  // The agent fills the submodule with a repository that is hostile as well.
  sh(folder, "-c", "init.templateDir=", "init", "-q", join(cy, "sub"));
  await poison(join(cy, "sub/.git"), payload);
  const one = await commitTask(bo, "t1");
  const two = await commitTask(cy, "t2");
  expect([one.files, two.files]).toEqual([
    ["a.txt", "third.txt"],
    ["a.txt", "b.txt"],
  ]);
  await rebaseTask({ clean, from: bo, commit: one.commit, onto: base });
  await advanceIntegration({ repo, session: "s", clean, from: base, to: one.commit });
  await poison(join(clean, ".git"), payload);
  const second = await rebaseTask({ clean, from: cy, commit: two.commit, onto: one.commit });
  const head = second.ok ? second.commit : "";
  expect(await text(clean, "a.txt")).toBe("ONE\ntwo\nthree\nfour\nFIVE\n");
  await advanceIntegration({ repo, session: "s", clean, from: one.commit, to: head, task: "t2" });

  await poison(join(bo, ".git"), payload);
  await switchCheckout({ path: bo, branch: "swarmux/s/t3", base });
  await put(bo, { "a.txt": "bo again\n" });
  const three = await commitTask(bo, "t3");
  const conflict = await rebaseTask({ clean, from: bo, commit: three.commit, onto: head });
  expect(conflict).toMatchObject({ ok: false, conflicts: ["a.txt"] });
  expect(await rebaseCheckout(bo, head)).toEqual(["a.txt"]);

  const change = { repo, base, head };
  expect(await diffText(change)).toContain("+FIVE");
  expect(await diffstat(change)).toContain("3 files changed");
  await writePatch(change, join(folder, "patch"));
  expect((await readMergedTasks({ repo, session: "s", base })).map(({ task }) => task)).toEqual([
    "t1",
    "t2",
  ]);
  expect(await fingerprint(repo)).toEqual(before);
  expect(existsSync(marker)).toBe(false);

  expect(await acceptIntegration({ cwd: repo, session: "s" })).toMatchObject({ to: head });
  expect(await text(repo, "b.txt")).toBe("cy\n");
  await discardIntegration({ repo, session: "s" });
  await removeCheckout(cy);
  expect(existsSync(marker)).toBe(false);
});

test("accepting into a branch that has moved merges without the hostile drivers", async () => {
  const { repo, base, marker, at } = await hostileWorkshop();
  await createIntegration({ repo, session: "s", base });
  const [bo, clean] = [at("bo"), at("clean")];
  for (const path of [bo, clean]) {
    await createCheckout({ repo, path, branch: "swarmux/s/t1", base, identity: ADA });
  }
  await put(bo, { "a.txt": "ONE\ntwo\nthree\nfour\nfive\n" });
  const { commit } = await commitTask(bo, "t1");
  await rebaseTask({ clean, from: bo, commit, onto: base });
  await advanceIntegration({ repo, session: "s", clean, from: base, to: commit });
  // Plain git would run the payload here, so the branch moves on by accepting another session's work.
  await switchCheckout({ path: clean, branch: "swarmux/x/meanwhile", base });
  await put(clean, { "a.txt": "one\ntwo\nthree\nfour\nFIVE\n" });
  const meanwhile = await commitTask(clean, "person");
  await createIntegration({ repo, session: "x", base });
  await advanceIntegration({ repo, session: "x", clean, from: base, to: meanwhile.commit });
  await acceptIntegration({ cwd: repo, session: "x" });
  expect(await acceptIntegration({ cwd: repo, session: "s" })).toMatchObject({
    fastForward: false,
    files: ["a.txt"],
  });
  expect(await text(repo, "a.txt")).toBe("ONE\ntwo\nthree\nfour\nFIVE\n");
  expect(existsSync(marker)).toBe(false);
});

test("a link from the checkout to the person's files is not written through", async () => {
  const { repo, base, at } = await hostileWorkshop();
  const path = at("bo");
  await createCheckout({ repo, path, branch: "swarmux/s/t1", base, identity: ADA });
  await rm(join(path, "in"), { recursive: true });
  symlinkSync(join(repo, "in"), join(path, "in"));
  const before = await fingerprint(repo);
  await switchCheckout({ path, branch: "swarmux/s/t2", base });
  expect(await text(path, "in/x.txt")).toBe("x\n");
  expect(await fingerprint(repo)).toEqual(before);
});

test("drivers of the person's own configuration are not run either, and files merge as text", async () => {
  const { repo, folder, at } = await createWorkshop({
    ".gitattributes": "* filter=own merge=own diff=own\n",
    "a.txt": "one\ntwo\nthree\nfour\nfive\n",
  });
  const base = sh(repo, "rev-parse", "HEAD");
  const marker = join(folder, "ran");
  const run = `"touch '${marker}'; cat"`;
  await put(folder, {
    ".gitconfig": `[filter "own"]\n\tclean = ${run}\n\tsmudge = ${run}\n[merge "own"]\n\tdriver = ${run}\n[diff "own"]\n\ttextconv = ${run}\n`,
  });
  const [bo, cy, clean] = [at("bo"), at("cy"), at("clean")];
  for (const path of [bo, cy]) {
    await createCheckout({ repo, path, branch: "swarmux/s/t", base, identity: ADA });
  }
  await createCheckout({ branch: null, repo, path: clean, base, identity: ADA });
  await put(bo, { "a.txt": "ONE\ntwo\nthree\nfour\nfive\n" });
  await put(cy, { "a.txt": "one\ntwo\nthree\nfour\nFIVE\n" });
  const one = await commitTask(bo, "t1");
  const two = await commitTask(cy, "t2");
  await rebaseTask({ clean, from: bo, commit: one.commit, onto: base });
  expect(await rebaseTask({ clean, from: cy, commit: two.commit, onto: one.commit })).toMatchObject(
    { ok: true },
  );
  expect(await text(clean, "a.txt")).toBe("ONE\ntwo\nthree\nfour\nFIVE\n");
  await put(bo, { "a.txt": "bo\ntwo\nthree\nfour\nfive\n" });
  const three = await commitTask(bo, "t1");
  expect(
    await rebaseTask({ clean, from: bo, commit: three.commit, onto: one.commit }),
  ).toMatchObject({ ok: false, conflicts: ["a.txt"] });
  expect(existsSync(marker)).toBe(false);
});

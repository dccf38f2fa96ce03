import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { createCheckout } from "../../src/git/checkouts.ts";
import { git } from "../../src/git/git.ts";
import { rebaseCheckout, rebaseTask } from "../../src/git/rebase.ts";
import { ADA, commitTask, createWorkshop, fingerprint, put, sh, text } from "./support.ts";

/** Two workers from the same base, and a clean checkout. */
async function createTeam() {
  const shop = await createWorkshop({
    ".gitignore": "node_modules\n*.log\n",
    "a.txt": "one\ntwo\nthree\n",
    "b.txt": "b\n",
  });
  const { repo, base, at } = shop;
  await put(repo, { "node_modules/dep/index.js": "dep\n" });
  for (const name of ["bo", "cy"]) {
    const branch = `swarmux/s/${name}`;
    await createCheckout({ repo, path: at(name), branch, base, identity: ADA });
  }
  await createCheckout({ branch: null, repo, path: at("clean"), base, identity: ADA });
  return { ...shop, bo: at("bo"), cy: at("cy"), clean: at("clean") };
}

test("on its own parent a task keeps its commit", async () => {
  const { repo, base, bo, clean } = await createTeam();
  const before = await fingerprint(repo);
  await put(bo, { "a.txt": "mine\n" });
  const { commit } = await commitTask(bo, "t1");
  expect(await rebaseTask({ clean, from: bo, commit, onto: base })).toEqual({ ok: true, commit });
  expect(await text(clean, "a.txt")).toBe("mine\n");
  expect(sh(clean, "rev-parse", "HEAD")).toBe(commit);
  expect(await fingerprint(repo)).toEqual(before);
});

test("over another task it becomes a new commit with the same words, in a spotless checkout", async () => {
  const { base, bo, cy, clean } = await createTeam();
  await put(bo, { "a.txt": "one\ntwo\nTHREE\n" });
  await put(cy, { "a.txt": "ONE\ntwo\nthree\n", "c.txt": "c\n" });
  const first = await commitTask(bo, "t1");
  const second = await commitTask(cy, "t2", "Second");
  await rebaseTask({ clean, from: bo, commit: first.commit, onto: base });
  await put(clean, { "a.txt": "left by a check\n", "x.log": "log\n", "dist/x": "x\n" });
  const onto = first.commit;
  const result = await rebaseTask({ clean, from: cy, commit: second.commit, onto });
  const commit = sh(clean, "rev-parse", "HEAD");
  expect(result).toEqual({ ok: true, commit });
  expect(sh(clean, "rev-parse", "HEAD^")).toBe(onto);
  expect(
    sh(clean, "log", "-1", "--format=%s|%an|%(trailers:key=Swarmux-Task,valueonly,separator=)"),
  ).toBe("Second|Ada|t2");
  expect(await text(clean, "a.txt")).toBe("ONE\ntwo\nTHREE\n");
  expect((await readdir(clean)).toSorted()).toEqual(
    [".git", ".gitignore", "a.txt", "b.txt", "c.txt", "node_modules"].toSorted(),
  );
});

test("what was merged already is still recorded as a commit", async () => {
  const { base, bo, cy, clean } = await createTeam();
  await put(bo, { "b.txt": "same\n" });
  await put(cy, { "b.txt": "same\n" });
  const first = await commitTask(bo, "t1");
  const second = await commitTask(cy, "t2");
  await rebaseTask({ clean, from: bo, commit: first.commit, onto: base });
  const onto = first.commit;
  expect(await rebaseTask({ clean, from: cy, commit: second.commit, onto })).toMatchObject({
    ok: true,
  });
  expect(sh(clean, "diff", "--stat", onto, "HEAD")).toBe("");
  expect(sh(clean, "log", "-1", "--format=%s")).toBe("t2");
});

test("a conflict names the files, shows the lines and leaves the clean checkout at the head", async () => {
  const { base, bo, cy, clean } = await createTeam();
  await put(bo, { "a.txt": "one\nBO\nthree\n" });
  await put(cy, { "a.txt": "one\nCY\nthree\n", "c.txt": "c\n" });
  const onto = (await commitTask(bo, "t1")).commit;
  const { commit } = await commitTask(cy, "t2");
  await rebaseTask({ clean, from: bo, commit: onto, onto: base });
  const result = await rebaseTask({ clean, from: cy, commit, onto });
  expect(result).toEqual({
    ok: false,
    conflicts: ["a.txt"],
    text: expect.stringMatching(/a\.txt[^]*BO[^]*CY/),
  });
  expect(sh(clean, "rev-parse", "HEAD")).toBe(onto);
  expect(sh(clean, "status", "--porcelain")).toBe("");
  expect(await text(clean, "a.txt")).toBe("one\nBO\nthree\n");
});

test("a worker's checkout goes on from the new head, with markers where it conflicts", async () => {
  const { repo, base, bo, cy, clean } = await createTeam();
  await put(bo, { "a.txt": "one\nBO\nthree\n", "d.txt": "d\n" });
  await put(cy, { "a.txt": "one\nCY\nthree\n", "c.txt": "c\n", "x.log": "log\n" });
  const onto = (await commitTask(bo, "t1")).commit;
  await commitTask(cy, "t2");
  await rebaseTask({ clean, from: bo, commit: onto, onto: base });
  sh(repo, "fetch", "-q", "--no-write-fetch-head", clean, onto);
  expect(await rebaseCheckout(cy, onto)).toEqual(["a.txt"]);
  expect(await text(cy, "a.txt")).toMatch(/<<<<<<<[^]*BO[^]*=======[^]*CY[^]*>>>>>>>/);
  expect(await text(cy, "d.txt")).toBe("d\n");
  expect(await text(cy, "x.log")).toBe("log\n");
  await put(cy, { "a.txt": "one\nBO and CY\nthree\n" });
  expect(await rebaseCheckout(cy, onto)).toEqual([]);
  const again = await commitTask(cy, "t2");
  expect(again.files).toEqual(["a.txt", "c.txt"]);
  expect(await rebaseTask({ clean, from: cy, commit: again.commit, onto })).toEqual({
    ok: true,
    commit: again.commit,
  });
});

test("a worker's checkout that was left on the way is brought to the end", async () => {
  const { repo, bo, cy, clean, base } = await createTeam();
  await put(bo, { "b.txt": "bo\n" });
  await put(cy, { "c.txt": "c\n" });
  const onto = (await commitTask(bo, "t1")).commit;
  const { commit } = await commitTask(cy, "t2");
  await rebaseTask({ clean, from: bo, commit: onto, onto: base });
  sh(repo, "fetch", "-q", "--no-write-fetch-head", clean, onto);
  // As it stands when the process is killed after its second step.
  await git(cy, ["update-ref", "refs/swarmux/work", commit]);
  await git(cy, ["checkout", "-q", "-f", "-B", "swarmux/s/cy", onto]);
  expect(await rebaseCheckout(cy, onto)).toEqual([]);
  expect(await text(cy, "c.txt")).toBe("c\n");
  expect(await text(cy, "b.txt")).toBe("bo\n");
  expect((await commitTask(cy, "t2")).files).toEqual(["c.txt"]);
});

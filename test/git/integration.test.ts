import { join } from "node:path";
import { expect, test } from "vitest";
import { createCheckout } from "../../src/git/checkouts.ts";
import {
  advanceIntegration,
  createIntegration,
  integrationHead,
  readMergedTasks,
} from "../../src/git/integration.ts";
import { rebaseTask } from "../../src/git/rebase.ts";
import { ADA, commitAll, commitTask, createWorkshop, fingerprint, put, sh } from "./support.ts";

async function createSession() {
  const shop = await createWorkshop();
  const { repo, base, at } = shop;
  await createIntegration({ repo, session: "s", base });
  const path = at("bo");
  await createCheckout({ repo, path, branch: "swarmux/s/t1", base, identity: ADA });
  await createCheckout({ branch: null, repo, path: at("clean"), base, identity: ADA });
  return { ...shop, path, clean: at("clean") };
}

test("the branch is made at the base, once", async () => {
  const { repo, base } = await createWorkshop();
  const before = await fingerprint(repo);
  const second = commitAll(repo, "second");
  sh(repo, "reset", "-q", "--hard", base);
  const start = { repo, session: "s", base: second };
  expect(await integrationHead(repo, "s")).toBeNull();
  expect(await createIntegration(start)).toBe("swarmux/s/integration");
  expect(await integrationHead(repo, "s")).toBe(second);
  await expect(createIntegration({ ...start, base })).rejects.toMatchObject({
    name: "SwarmError",
    message: expect.stringContaining("exists already"),
    mend: "swarmux discard s",
  });
  expect(await integrationHead(repo, "s")).toBe(second);
  expect(Object.keys(await fingerprint(repo)).filter((path) => path.includes("swarmux"))).toEqual(
    [],
  );
  expect(before[".git/config"]).toBe((await fingerprint(repo))[".git/config"]);
});

test("a branch called swarmux stands in the way, and the error says so", async () => {
  const { repo, base } = await createWorkshop();
  sh(repo, "branch", "swarmux");
  await expect(createIntegration({ repo, session: "s", base })).rejects.toMatchObject({
    name: "SwarmError",
    message: expect.stringContaining("refs/heads/swarmux"),
  });
});

test("tasks are merged one after another, and the person's side stays as it is byte for byte", async () => {
  const { repo, base, path, clean, at } = await createSession();
  await createCheckout({ repo, path: at("cy"), branch: "swarmux/s/t2", base, identity: ADA });
  const before = await fingerprint(repo);
  await put(path, { "a.txt": "bo\n" });
  await put(at("cy"), { "b.txt": "cy\n" });
  const one = await commitTask(path, "t1", "First task");
  const two = await commitTask(at("cy"), "t2", "Second task");
  await rebaseTask({ clean, from: path, commit: one.commit, onto: base });
  const advance = { repo, session: "s", clean, from: base, to: one.commit, task: "t1" };
  await advanceIntegration(advance);
  await advanceIntegration(advance);
  const second = await rebaseTask({ clean, from: at("cy"), commit: two.commit, onto: one.commit });
  const to = second.ok ? second.commit : "";
  await advanceIntegration({ repo, session: "s", clean, from: one.commit, to });
  expect(await integrationHead(repo, "s")).toBe(to);
  expect(sh(repo, "rev-parse", "swarmux/s/t1")).toBe(one.commit);
  expect(sh(repo, "show", "swarmux/s/integration:a.txt", "swarmux/s/integration:b.txt")).toBe(
    "bo\ncy",
  );
  expect(await readMergedTasks({ repo, session: "s", base })).toEqual([
    { task: "t1", worker: "bo", commit: one.commit, subject: "First task" },
    { task: "t2", worker: "bo", commit: to, subject: "Second task" },
  ]);
  expect(await fingerprint(repo)).toEqual(before);
  sh(repo, "fsck", "--strict");
});

test("an advance from where the branch no longer is changes nothing", async () => {
  const { repo, base, path, clean } = await createSession();
  await put(path, { "a.txt": "bo\n" });
  const { commit } = await commitTask(path, "t1");
  await rebaseTask({ clean, from: path, commit, onto: base });
  const other = commitAll(repo, "by someone else");
  sh(repo, "branch", "-f", "swarmux/s/integration", other);
  const advance = { repo, session: "s", clean, from: base, to: commit, task: "t1" };
  await expect(advanceIntegration(advance)).rejects.toMatchObject({
    name: "SwarmError",
    message: expect.stringContaining(`moved to ${other.slice(0, 12)}`),
  });
  expect(await integrationHead(repo, "s")).toBe(other);
  expect(sh(repo, "branch", "--list", "swarmux/s/t1")).toBe("");
});

test("after the person prunes, the checkouts still have all they need", async () => {
  const { repo, base, path, clean } = await createSession();
  await put(path, { "a.txt": "bo\n" });
  const { commit } = await commitTask(path, "t1");
  await rebaseTask({ clean, from: path, commit, onto: base });
  await advanceIntegration({ repo, session: "s", clean, from: base, to: commit });
  sh(repo, "switch", "-q", "--orphan", "new");
  sh(repo, "commit", "-q", "--allow-empty", "-m", "new");
  sh(repo, "branch", "-D", "main");
  sh(repo, "reflog", "expire", "--expire=now", "--all");
  sh(repo, "gc", "-q", "--prune=now");
  for (const at of [path, clean, join(repo)]) sh(at, "fsck", "--connectivity-only");
  expect(sh(path, "show", `${base}:a.txt`)).toBe("one\ntwo\nthree");
});

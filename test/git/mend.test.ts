/** Half-made and broken git state, as kills, power cuts and strangers leave it: put right without any work being lost. */
import { existsSync } from "node:fs";
import { mkdir, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SwarmError } from "../../src/errors.ts";
import { createCheckout, switchCheckout } from "../../src/git/checkouts.ts";
import { GitError, git } from "../../src/git/git.ts";
import { createIntegration, integrationHead } from "../../src/git/integration.ts";
import { type Mended, mendCheckout } from "../../src/git/mend.ts";
import { mendIntegration } from "../../src/git/mend-branch.ts";
import { ourFolder } from "../../src/git/our-folder.ts";
import { rebaseTask } from "../../src/git/rebase.ts";
import { ADA, commitAll, commitTask, createWorkshop, put, sh, text } from "./support.ts";

const BRANCH = "swarmux/s/t1";

/** A worker's checkout with uncommitted work, and what is known of it from the journal. */
async function startWork() {
  const { repo, base, at } = await createWorkshop();
  const plan = { repo, path: at("ada"), branch: BRANCH, base, identity: ADA, commit: null };
  await createCheckout(plan);
  await put(plan.path, { "a.txt": "mine\n", "new/b.txt": "new\n" });
  return { plan, at };
}

type Breakage = (folder: string, path: string) => Promise<unknown>;

const BROKEN: readonly (readonly [string, Breakage, Mended])[] = [
  ["nothing is wrong", async () => {}, "nothing"],
  ["git left its locks", leaveLocks, "nothing"],
  ["our folder is gone", (folder) => rm(folder, { recursive: true }), "folder"],
  ["our folder is half made", halfMake, "folder"],
  ["the note is empty", (folder) => truncate(join(folder, "swarmux.json")), "folder"],
  ["HEAD is empty", (folder) => truncate(join(folder, "HEAD")), "folder"],
  ["the index is cut", (folder) => truncate(join(folder, "index"), 40), "nothing"],
  ["the agent's .git is gone", (_, path) => rm(join(path, ".git"), { recursive: true }), "nothing"],
];

test.each(BROKEN)(
  "uncommitted work is kept and can be committed where %s",
  async (_name, ...told) => {
    const [breakIt, mended] = told;
    const { plan } = await startWork();
    await breakIt(ourFolder(plan.path), plan.path);

    expect(await mendCheckout(plan)).toBe(mended);

    expect(await text(plan.path, "a.txt")).toBe("mine\n");
    const { commit, files } = await commitTask(plan.path, "t1");
    expect(files).toEqual(["a.txt", "new/b.txt"]);
    expect(await git(plan.path, ["rev-parse", `${commit}^`])).toBe(plan.base);
    expect(sh(plan.path, "symbolic-ref", "--short", "HEAD")).toBe(BRANCH);
  },
);

test("files that are gone come back as they were committed, and without our folder as they were at the base", async () => {
  const { plan } = await startWork();
  const { commit } = await commitTask(plan.path, "t1");
  await rm(plan.path, { recursive: true });
  expect(await mendCheckout({ ...plan, commit })).toBe("files");
  expect(await text(plan.path, "new/b.txt")).toBe("new\n");

  await rm(plan.path, { recursive: true });
  await rm(ourFolder(plan.path), { recursive: true });
  expect(await mendCheckout(plan)).toBe("both");
  expect(await text(plan.path, "a.txt")).toBe("one\ntwo\nthree\n");
  expect(sh(plan.path, "status", "--porcelain")).toBe("");
});

test("a commit that waits for its merge outlives a broken folder", async () => {
  const { plan, at } = await startWork();
  const { commit } = await commitTask(plan.path, "t1");
  await truncate(join(ourFolder(plan.path), "HEAD"));
  await rm(plan.path, { recursive: true });

  expect(await mendCheckout({ ...plan, commit })).toBe("both");

  expect(await text(plan.path, "a.txt")).toBe("mine\n");
  const { repo, base } = plan;
  const path = at("clean");
  await createCheckout({ repo, path, branch: null, base, identity: ADA });
  expect(await rebaseTask({ clean: path, from: plan.path, commit, onto: base })).toEqual({
    ok: true,
    commit,
  });
});

test("a clean checkout in the middle of a rebase, a pick and a merge serves again", async () => {
  const { plan, at } = await startWork();
  const { repo, base } = plan;
  const path = at("clean");
  await createCheckout({ repo, path, branch: null, base, identity: ADA });
  const { commit } = await commitTask(plan.path, "t1");
  await put(repo, { "a.txt": "theirs\n" });
  const onto = commitAll(repo, "theirs");
  await rebaseTask({ clean: path, from: plan.path, commit, onto });
  for (const begin of [
    ["rebase", onto],
    ["cherry-pick", commit],
    ["merge", commit],
  ]) {
    await git(path, ["checkout", "-q", "--detach", begin[0] === "rebase" ? commit : onto]);
    await expect(git(path, begin)).rejects.toThrow(GitError);
    await leaveLocks(ourFolder(path));

    await switchCheckout({ path, branch: null, base });

    expect(await git(path, ["status", "--porcelain"])).toBe("");
    expect(await rebaseTask({ clean: path, from: plan.path, commit, onto: base })).toEqual({
      ok: true,
      commit,
    });
  }
});

test("a checkout that was cut while it was made is made again", async () => {
  const { repo, base, at } = await createWorkshop();
  const path = at("ada");
  const plan = { repo, path, branch: BRANCH, base, identity: ADA };
  await createCheckout(plan);
  await halfMake(ourFolder(path));
  await mkdir(at(".new-123456"));

  await createCheckout(plan);

  expect(sh(path, "status", "--porcelain")).toBe("");
  expect(sh(path, "rev-parse", "HEAD")).toBe(base);
});

test("an integration branch that was deleted stands where the journal has it", async () => {
  const { standing } = await startSession();
  await git(standing.repo, ["update-ref", "-d", "refs/heads/swarmux/s/integration"]);

  const mended = await mendIntegration(standing);

  expect(mended).toEqual([expect.stringContaining("was deleted, and stands at")]);
  expect(await integrationHead(standing.repo, "s")).toBe(standing.head);
  expect(await mendIntegration(standing)).toEqual([]);
});

test("its commits come out of the clean checkout where the repository has collected them", async () => {
  const { standing, work } = await startSession();
  await git(standing.repo, ["update-ref", "-d", "refs/heads/swarmux/s/integration"]);

  await mendIntegration({ ...standing, head: work });

  expect(await integrationHead(standing.repo, "s")).toBe(work);
  sh(standing.repo, "update-ref", "-d", "refs/heads/swarmux/s/integration");
  const gone = "1".repeat(40);
  await expect(mendIntegration({ ...standing, head: gone })).rejects.toThrow(
    /not in the repository/,
  );
});

test("a branch that somebody else moved is refused, with commands that keep their commits", async () => {
  const { standing } = await startSession();
  const { repo } = standing;
  sh(repo, "switch", "-q", "swarmux/s/integration");
  const theirs = commitAll(repo, "theirs");
  sh(repo, "switch", "-q", "main");

  const refused: unknown = await mendIntegration(standing).catch((error: unknown) => error);

  if (!(refused instanceof SwarmError)) throw new Error("it was not refused");
  expect(refused.message).toContain("by someone else");
  expect(await integrationHead(repo, "s")).toBe(theirs);
  const { mend = "" } = refused;
  for (const command of mend.split(" && ").slice(0, 2)) sh(repo, ...command.split(" ").slice(1));
  expect(await mendIntegration(standing)).toEqual([]);
  expect(sh(repo, "rev-parse", `kept-${theirs.slice(0, 12)}`)).toBe(theirs);
});

test("a lock of a killed git on the session's branches is removed, and others are not", async () => {
  const { standing } = await startSession();
  const heads = join(standing.commonDir, "refs/heads");
  await writeFile(join(heads, "swarmux/s/integration.lock"), "");
  await writeFile(join(heads, "main.lock"), "");

  expect(await mendIntegration(standing)).toEqual([expect.stringContaining("lock")]);

  expect(await readdir(join(heads, "swarmux/s"))).toEqual(["integration"]);
  expect(existsSync(join(heads, "main.lock"))).toBe(true);
});

/** A repository with an integration branch, and a clean checkout that has a commit more. */
async function startSession() {
  const { repo, base: head, at } = await createWorkshop();
  await createIntegration({ repo, session: "s", base: head });
  const clean = at("clean");
  await createCheckout({ repo, path: clean, branch: null, base: head, identity: ADA });
  await put(clean, { "c.txt": "c\n" });
  const { commit: work } = await commitTask(clean, "t1");
  const standing = { repo, commonDir: join(repo, ".git"), session: "s", head, clean };
  return { standing, work };
}

async function leaveLocks(folder: string): Promise<void> {
  for (const name of ["index.lock", "HEAD.lock", "config.lock", "packed-refs.lock"]) {
    await writeFile(join(folder, name), "");
  }
  await mkdir(join(folder, "refs/heads/swarmux/s"), { recursive: true });
  await writeFile(join(folder, "refs/heads/swarmux/s/t1.lock"), "");
}

/** As a kill leaves it between `git init` and the note. */
async function halfMake(folder: string): Promise<void> {
  for (const name of ["swarmux.json", "index", "config", "objects/info/alternates"]) {
    await rm(join(folder, name), { force: true });
  }
}

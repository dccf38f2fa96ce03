import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { acceptIntegration, discardIntegration, isAccepted } from "../../src/git/deliver.ts";
import { commitAll, createWorkshop, fingerprint, put, sh, text } from "./support.ts";

/** A session whose integration branch has one commit that changes `a.txt` and adds `new.txt`. */
async function finishedSession() {
  const shop = await createWorkshop({
    ".gitignore": "*.log\n",
    "a.txt": "one\ntwo\nthree\n",
    "b.txt": "b\n",
  });
  const { repo, base } = shop;
  sh(repo, "switch", "-q", "-c", "swarmux/s/integration");
  await put(repo, { "a.txt": "one\ntwo\nTHREE\n", "new.txt": "new\n" });
  const head = commitAll(repo, "the work");
  sh(repo, "switch", "-q", "main");
  return { repo, base, head, at: { cwd: repo, session: "s" } };
}

test("moves the branch forward where it has not moved, uncommitted work elsewhere included", async () => {
  const { repo, base, head, at } = await finishedSession();
  await put(repo, { "b.txt": "uncommitted\n", "mine.txt": "untracked\n" });
  expect(await isAccepted(repo, "s")).toBe(false);
  expect(await acceptIntegration(at)).toEqual({
    branch: "main",
    from: base,
    to: head,
    fastForward: true,
    files: ["a.txt", "new.txt"],
  });
  expect(await isAccepted(repo, "s")).toBe(true);
  expect(sh(repo, "rev-parse", "main")).toBe(head);
  expect(sh(repo, "status", "--porcelain")).toBe(" M b.txt\n?? mine.txt");
  expect(await text(repo, "new.txt")).toBe("new\n");
});

test("makes a merge commit in the person's name where the branch has moved", async () => {
  const { repo, head, at } = await finishedSession();
  sh(repo, "config", "user.name", "Grace");
  sh(repo, "config", "user.email", "grace@example.org");
  await put(repo, { "a.txt": "ONE\ntwo\nthree\n" });
  const from = commitAll(repo, "meanwhile");
  const temporary = await readdir(tmpdir());
  const accepted = await acceptIntegration(at);
  expect(accepted).toMatchObject({ from, fastForward: false, files: ["a.txt", "new.txt"] });
  expect(sh(repo, "log", "-1", "--format=%H|%P|%an <%ae>|%s")).toBe(
    `${accepted.to}|${from} ${head}|Grace <grace@example.org>|Merge branch 'swarmux/s/integration' into main`,
  );
  expect(await text(repo, "a.txt")).toBe("ONE\ntwo\nTHREE\n");
  expect(sh(repo, "status", "--porcelain")).toBe("");
  const left = (await readdir(tmpdir())).filter((name) => !temporary.includes(name));
  expect(left.filter((name) => name.startsWith("swarmux-accept-"))).toEqual([]);
});

test("says when everything was merged before", async () => {
  const { repo, head, at } = await finishedSession();
  await acceptIntegration(at);
  const before = await fingerprint(repo);
  expect(await acceptIntegration(at)).toEqual({
    branch: "main",
    from: head,
    to: head,
    fastForward: true,
    files: [],
  });
  expect(await fingerprint(repo)).toEqual(before);
});

test.each([
  ["a changed file", "a.txt", { "a.txt": "mine\n" }],
  ["an untracked file", "new.txt", { "new.txt": "mine\n" }],
  ["a folder where a file comes", "new.txt", { "new.txt/x": "mine\n" }],
])("%s in the way is named and nothing is changed", async (_, name, files) => {
  const { repo, at } = await finishedSession();
  await put(repo, files);
  const before = await fingerprint(repo);
  await expect(acceptIntegration(at)).rejects.toMatchObject({
    name: "SwarmError",
    message: expect.stringContaining(`overwritten: ${name}`),
  });
  expect(await fingerprint(repo)).toEqual(before);
});

test("an ignored file is not written over", async () => {
  const { repo, at } = await finishedSession();
  sh(repo, "switch", "-q", "swarmux/s/integration");
  await put(repo, { "x.log": "theirs\n" });
  sh(repo, "add", "-f", "x.log");
  sh(repo, "commit", "-q", "-m", "a log");
  sh(repo, "switch", "-q", "main");
  await put(repo, { "x.log": "mine\n" });
  await expect(acceptIntegration(at)).rejects.toMatchObject({
    message: expect.stringContaining("overwritten: x.log"),
  });
  expect(await text(repo, "x.log")).toBe("mine\n");
});

test("a conflict is named and never reaches the person's files", async () => {
  const { repo, at } = await finishedSession();
  await put(repo, { "a.txt": "one\ntwo\nmine\n" });
  commitAll(repo, "meanwhile");
  const before = await fingerprint(repo);
  await expect(acceptIntegration(at)).rejects.toMatchObject({
    name: "SwarmError",
    message: expect.stringContaining("both have changed a.txt"),
    mend: "git merge swarmux/s/integration",
  });
  expect(await fingerprint(repo)).toEqual(before);
});

test("a detached HEAD, a merge under way and a session without branch are errors", async () => {
  const { repo, at } = await finishedSession();
  await expect(acceptIntegration({ ...at, session: "other" })).rejects.toMatchObject({
    message: expect.stringContaining("no branch swarmux/other/integration"),
  });
  sh(repo, "checkout", "-q", "--detach");
  await expect(acceptIntegration(at)).rejects.toMatchObject({
    message: expect.stringContaining("HEAD is detached"),
    mend: "git switch <branch>",
  });
  sh(repo, "switch", "-q", "main");
  await put(repo, { ".git/MERGE_HEAD": `${sh(repo, "rev-parse", "HEAD")}\n` });
  await expect(acceptIntegration(at)).rejects.toMatchObject({
    message: expect.stringContaining("A merge is under way"),
  });
});

test("a lock of another git process is an error and nothing is changed", async () => {
  const { repo, at } = await finishedSession();
  await put(repo, { ".git/index.lock": "" });
  const before = await fingerprint(repo);
  await expect(acceptIntegration(at)).rejects.toMatchObject({
    name: "SwarmError",
    message: expect.stringContaining("index.lock"),
  });
  expect(await fingerprint(repo)).toEqual(before);
  await rm(join(repo, ".git/index.lock"));
  await expect(acceptIntegration(at)).resolves.toMatchObject({ branch: "main" });
});

test("discarding deletes the session's branches, and says how to bring them back", async () => {
  const { repo, base, head } = await finishedSession();
  sh(repo, "branch", "swarmux/s/t1", base);
  sh(repo, "branch", "swarmux/s2/integration", base);
  expect(await discardIntegration({ repo, session: "s" })).toEqual([
    { name: "swarmux/s/integration", head },
    { name: "swarmux/s/t1", head: base },
  ]);
  expect(sh(repo, "branch", "--list", "--format=%(refname:short)")).toBe(
    "main\nswarmux/s2/integration",
  );
  expect(await discardIntegration({ repo, session: "s" })).toEqual([]);
});

test("a branch that is checked out is not discarded", async () => {
  const { repo } = await finishedSession();
  sh(repo, "switch", "-q", "swarmux/s/integration");
  await expect(discardIntegration({ repo, session: "s" })).rejects.toMatchObject({
    name: "SwarmError",
    message: expect.stringContaining(`checked out in ${repo}`),
  });
});

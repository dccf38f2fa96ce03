import { statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addedLines, diffstat, diffText, writePatch } from "../../src/git/changes.ts";
import { commitAll, createWorkshop, put, sh } from "./support.ts";

test("a patch, its summary and its colours", async () => {
  const { repo, base } = await createWorkshop();
  sh(repo, "config", "diff.noprefix", "true");
  await put(repo, { "a.txt": "one\nTWO\nthree\n" });
  const change = { repo, base, head: commitAll(repo, "second") };
  expect(await diffText(change)).toMatch(
    /^diff --git a\/a\.txt b\/a\.txt\n[^]*\n-two\n\+TWO\n three$/,
  );
  expect(await diffText({ ...change, color: true })).toContain("\u001b[32m+");
  expect(await diffstat(change)).toBe(
    " a.txt | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)",
  );
  expect(await diffText({ ...change, head: base })).toBe("");
});

test("a written patch holds binary files and other encodings, and only its owner reads it", async () => {
  const { repo, base, folder } = await createWorkshop();
  await writeFile(join(repo, "image"), Buffer.from([0, 255, 254, 0, 7]));
  await writeFile(join(repo, "latin.txt"), Buffer.from("caf\u00e9\n", "latin1"));
  const head = commitAll(repo, "second");
  const patch = join(folder, "the patch");
  await writePatch({ repo, base, head }, patch);
  expect(statSync(patch).mode & 0o777).toBe(0o600);
  sh(repo, "reset", "-q", "--hard", base);
  sh(repo, "apply", "--index", patch);
  expect(sh(repo, "write-tree")).toBe(sh(repo, "rev-parse", `${head}^{tree}`));
});

test("the lines that a change adds, with file and number, whatever they look like", async () => {
  const { repo } = await createWorkshop();
  await put(repo, { "a.txt": "1\n2\n3\n4\n5", "old.txt": "x\n".repeat(20), "gone.txt": "gone\n" });
  const base = commitAll(repo, "before");
  await put(repo, {
    "a.txt": "1\ntwo\n2b\n3\n4\nfive",
    "new dir/b c.txt": "+++ b/none.txt\n@@ -1,1 +1,9 @@\n-- x\ndiff --git a/x b/x\n",
    "ünï.txt": "ü\n",
  });
  sh(repo, "mv", "old.txt", "moved.txt");
  await writeFile(join(repo, "moved.txt"), `${"x\n".repeat(20)}y\n`);
  await writeFile(join(repo, "image"), Buffer.from([0, 1, 2, 10]));
  sh(repo, "rm", "-q", "gone.txt");
  const added = await addedLines({ repo, base, head: commitAll(repo, "after") });
  expect(added.filter(({ file }) => !file.includes("n"))).toEqual([
    { file: "a.txt", line: 2, text: "two\n2b" },
    { file: "a.txt", line: 6, text: "five" },
    { file: "moved.txt", line: 21, text: "y" },
  ]);
  expect(added.filter(({ file }) => file.startsWith("new"))).toEqual([
    {
      file: "new dir/b c.txt",
      line: 1,
      text: "+++ b/none.txt\n@@ -1,1 +1,9 @@\n-- x\ndiff --git a/x b/x",
    },
  ]);
  expect(added).toHaveLength(5);
});

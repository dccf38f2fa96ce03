import { statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diffstat, diffText, writePatch } from "../../src/git/changes.ts";
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

import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readTool } from "../../src/tools/read.ts";
import { createWorkspace } from "./workspace.ts";

test("shows numbered lines and counts as having read the file", async () => {
  const work = createWorkspace();
  work.write({ "src/a.ts": "one\r\ntwo\r\n" });
  expect(await work.call(readTool, { file_path: "src/a.ts" })).toBe("    1\tone\n    2\ttwo");
  expect(work.context.reads.hashOf(join(work.root, "src/a.ts"))).toMatch(/^[0-9a-f]{64}$/);
  expect(work.context.reads.recentSources(5)).toEqual(["file:src/a.ts"]);
});

test("gives 2,000 lines and says how to go on", async () => {
  const work = createWorkspace();
  work.write({ "long.txt": Array.from({ length: 5120 }, (_, i) => `line ${i + 1}\n`).join("") });
  const first = (await work.call(readTool, { file_path: "long.txt" })).split("\n");
  expect(first).toHaveLength(2001);
  expect(first.at(-1)).toBe("[Lines 1-2000 of 5120. Go on with offset=2001.]");
  const last = (await work.call(readTool, { file_path: "long.txt", offset: 4001 })).split("\n");
  expect([last[0], last.at(-1)]).toEqual([" 4001\tline 4001", " 5120\tline 5120"]);
  expect(await work.call(readTool, { file_path: "long.txt", offset: 3, limit: 1 })).toBe(
    "    3\tline 3\n[Lines 3-3 of 5120. Go on with offset=4.]",
  );
});

test("cuts long lines in what it shows, and a page of them at a bound", async () => {
  const work = createWorkspace();
  work.write({
    "min.js": `${"x".repeat(2500)}\nend`,
    "wide.js": `${"y".repeat(2000)}\n`.repeat(500),
  });
  expect(await work.call(readTool, { file_path: "min.js" })).toBe(
    `    1\t${"x".repeat(2000)} [500 more characters]\n    2\tend`,
  );
  const page = await work.call(readTool, { file_path: "wide.js" });
  expect(page.length).toBeLessThan(210_000);
  expect(page).toMatch(/\[Lines 1-(\d+) of 500\. Go on with offset=\d+\.\]$/);
});

test.each([
  ["empty.txt", {}, "empty.txt is empty."],
  ["a/b.txt", {}, "    1\tb"],
])("reads %s", async (file_path, more, expected) => {
  const work = createWorkspace();
  work.write({ "empty.txt": "", "a/b.txt": "b\n" });
  expect(await work.call(readTool, { file_path, ...more })).toBe(expected);
});

test("says what to do when a file can't be read", async () => {
  const work = createWorkspace();
  work.write({ "src/user.ts": "x", "bin.dat": "a\0b", "src/other.md": "y" });
  const failures = await Promise.all(
    [
      { file_path: "src/user.js" },
      { file_path: "nope/user.ts" },
      { file_path: "src" },
      { file_path: "bin.dat" },
      { file_path: "src/user.ts", offset: 9 },
      { file_path: "src/user.ts", offset: 1.5 },
      { file_path: "../checkout-evil/x" },
      { file_path: "/etc/passwd" },
      { file_path: ".git/config" },
      { file_path: "src/../.GIT/config" },
    ].map((input) => work.failure(readTool, input)),
  );
  expect(failures).toEqual([
    "No file at src/user.js. Did you mean src/user.ts?",
    "No file at nope/user.ts. There is no folder nope. Use Glob to find it.",
    "src is a folder. Use Glob to see what is in it.",
    "bin.dat is a binary file of 3 bytes and can't be read as text.",
    "src/user.ts has 1 lines, so there is no line 9. Use a smaller offset.",
    "offset must be a whole number from 1 on.",
    "../checkout-evil/x is outside the checkout. Use a path inside it, relative to its root.",
    "/etc/passwd is outside the checkout. Use a path inside it, relative to its root.",
    ".git/config belongs to git itself. Use git commands in Bash to look at history.",
    "src/../.GIT/config belongs to git itself. Use git commands in Bash to look at history.",
  ]);
});

test("does not follow links out of the checkout, and names what a link inside leads to", async () => {
  const work = createWorkspace();
  writeFileSync(join(work.outside, "secret.txt"), "s");
  work.write({ "src/a.ts": "x" });
  symlinkSync(work.outside, join(work.root, "out"));
  symlinkSync(join(work.outside, "secret.txt"), join(work.root, "file"));
  symlinkSync("src", join(work.root, "in"));
  symlinkSync("nowhere", join(work.root, "broken"));
  expect(await work.failure(readTool, { file_path: "out/secret.txt" })).toContain("outside");
  expect(await work.failure(readTool, { file_path: "file" })).toContain("outside");
  expect(await work.failure(readTool, { file_path: "in/../out/secret.txt" })).toContain("outside");
  expect(await work.failure(readTool, { file_path: "broken" })).toContain("broken link");
  expect(await work.call(readTool, { file_path: "in/a.ts" })).toBe("    1\tx");
  expect(work.context.reads.recentSources(1)).toEqual(["file:src/a.ts"]);
});

test("reads below the folder of outputs, which is no source", async () => {
  const work = createWorkspace();
  mkdirSync(work.context.outputs);
  const path = join(work.context.outputs, "o.txt");
  writeFileSync(path, "whole");
  expect(await work.call(readTool, { file_path: path })).toBe("    1\twhole");
  expect(await work.assess(readTool, { file_path: path })).toEqual({ risk: "LOW", reasons: [] });
  expect(work.context.reads.recentSources(1)).toEqual([]);
});

test("is HIGH for secrets, LOW for the rest", async () => {
  const work = createWorkspace();
  work.write({ ".env": "K=1", "src/a.ts": "x" });
  symlinkSync(".env", join(work.root, "plain.txt"));
  expect((await work.assess(readTool, { file_path: "src/a.ts" })).risk).toBe("LOW");
  expect((await work.assess(readTool, { file_path: ".env" })).risk).toBe("HIGH");
  expect((await work.assess(readTool, { file_path: "plain.txt" })).risk).toBe("HIGH");
});

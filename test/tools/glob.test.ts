import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { globTool } from "../../src/tools/glob.ts";
import { compileGlob } from "../../src/tools/glob-pattern.ts";
import { createWorkspace } from "./workspace.ts";

test.each([
  ["*.ts", "a.ts", true],
  ["*.ts", "x/y/a.ts", true],
  ["*.ts", ".x/.a.ts", true],
  ["src/*.ts", "src/a.ts", true],
  ["src/*.ts", "src/x/a.ts", false],
  ["src/**/*.ts", "src/a.ts", true],
  ["src/**/*.ts", "src/x/y/a.ts", true],
  ["src/**", "src/x/y", true],
  ["src/**", "srcx", false],
  ["**/x/*.{ts,tsx}", "a/x/b.tsx", true],
  ["**/x/*.{ts,tsx}", "a/x/b.js", false],
  ["a?c", "abc", true],
  ["a?c", "a/c", false],
  ["[a-c].ts", "b.ts", true],
  ["[!a-c].ts", "b.ts", false],
  ["a.ts", "axts", false],
  ["a+(b).ts", "a+(b).ts", true],
  ["./src/a.ts", "src/a.ts", true],
])("the pattern %s on %s: %s", (pattern, path, expected) => {
  expect(compileGlob(pattern)(path)).toBe(expected);
});

test("lists files sorted: hidden and tracked ones too, ignored ones and git's own not", async () => {
  const work = createWorkspace();
  work.write({
    ".gitignore": "dist\n*.gen.ts\n",
    "src/b.ts": "",
    "src/a.ts": "",
    ".hidden/h.ts": "",
    "dist/x.ts": "",
    "src/tracked.gen.ts": "",
    "src/other.gen.ts": "",
  });
  symlinkSync("/etc/hosts", join(work.root, "link.ts"));
  work.git("add", "-f", "src/tracked.gen.ts");
  expect((await work.call(globTool, { pattern: "**/*.ts" })).split("\n")).toEqual([
    ".hidden/h.ts",
    "src/a.ts",
    "src/b.ts",
    "src/tracked.gen.ts",
  ]);
  expect(await work.call(globTool, { pattern: "*.ts", path: "src" })).toBe(
    "src/a.ts\nsrc/b.ts\nsrc/tracked.gen.ts",
  );
  expect(await work.call(globTool, { pattern: "config" })).toBe("No files match.");
});

test("shows 1,000 paths and says how to narrow", async () => {
  const work = createWorkspace();
  work.write(Object.fromEntries(Array.from({ length: 1003 }, (_, i) => [`f/${i}.txt`, ""])));
  const lines = (await work.call(globTool, { pattern: "*.txt" })).split("\n");
  expect(lines).toHaveLength(1001);
  expect(lines.at(-1)).toBe(
    "[The first 1000 of 1003 files. Narrow the pattern, or name a folder in path.]",
  );
});

test("refuses folders that are not there and patterns that climb", async () => {
  const work = createWorkspace();
  expect(await work.failure(globTool, { pattern: "*", path: "nope" })).toContain(
    "No folder at nope",
  );
  expect(await work.failure(globTool, { pattern: "../*" })).toContain("is no pattern for files");
  expect(await work.failure(globTool, { pattern: "{a,b" })).toContain("not closed");
  expect(await work.failure(globTool, { pattern: "*", path: ".." })).toContain("outside");
});

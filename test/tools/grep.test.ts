import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEnclosure } from "../../src/risk/enclosure.ts";
import { grepTool } from "../../src/tools/grep.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

function repository(): Workspace {
  const work = createWorkspace();
  work.write({
    ".gitignore": "dist\n*.gen.ts\nbuild.ts\n",
    "src/a.ts": "one\nfoo(1)\nthree\nfour\nFoo again\n",
    "src/b.ts": "foo(2)\n",
    "docs/x.md": "foo\n",
    ".hidden/h.ts": "foo\n",
    "dist/d.ts": "foo\n",
    "build.ts": "foo\n",
    "src/t.gen.ts": "foo tracked\n",
    ".env": "foo=secret\n",
  });
  work.git("add", "-f", "src/t.gen.ts");
  return work;
}

test("names the files that hold a match, sorted, as git sees them", async () => {
  const work = repository();
  expect(await work.call(grepTool, { pattern: "foo" })).toBe(
    ".hidden/h.ts\ndocs/x.md\nsrc/a.ts\nsrc/b.ts\nsrc/t.gen.ts",
  );
  expect(await work.call(grepTool, { pattern: "foo", glob: "*.ts" })).toBe(
    ".hidden/h.ts\nsrc/a.ts\nsrc/b.ts\nsrc/t.gen.ts",
  );
  expect(await work.call(grepTool, { pattern: "foo", path: "src", glob: "[ab].ts" })).toBe(
    "src/a.ts\nsrc/b.ts",
  );
});

test("shows lines with numbers and the lines around them", async () => {
  const work = repository();
  const content = { pattern: "foo", path: "src/a.ts", output_mode: "content" };
  expect(await work.call(grepTool, content)).toBe("src/a.ts:2:foo(1)");
  expect(await work.call(grepTool, { ...content, "-i": true, "-n": false })).toBe(
    "src/a.ts:foo(1)\nsrc/a.ts:Foo again",
  );
  expect(await work.call(grepTool, { ...content, "-B": 1, "-A": 1 })).toBe(
    "src/a.ts-1-one\nsrc/a.ts:2:foo(1)\nsrc/a.ts-3-three",
  );
  expect(await work.call(grepTool, { ...content, "-C": 0 })).toBe("src/a.ts:2:foo(1)");
  expect(work.context.reads.recentSources(1)).toEqual(["file:src/a.ts"]);
});

test("counts, and matches across lines", async () => {
  const work = repository();
  const counted = { pattern: "foo", "-i": true, output_mode: "count", path: "src" };
  expect(await work.call(grepTool, counted)).toBe("src/a.ts:2\nsrc/b.ts:1\nsrc/t.gen.ts:1");
  expect(await work.call(grepTool, { pattern: "one.foo", multiline: true })).toBe("src/a.ts");
  expect(await work.call(grepTool, { pattern: "one.foo" })).toBe("No matches.");
});

test("stops at head_limit and says so; 0 is all", async () => {
  const work = createWorkspace();
  work.write(
    Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`f/${1000 + i}.txt`, "foo"])),
  );
  const lines = (await work.call(grepTool, { pattern: "foo" })).split("\n");
  expect(lines).toHaveLength(251);
  expect(lines.at(-1)).toBe(
    "[The first 250 of 300 entries. Narrow the search, or raise head_limit (0 for all).]",
  );
  expect((await work.call(grepTool, { pattern: "foo", head_limit: 0 })).split("\n")).toHaveLength(
    300,
  );
  expect((await work.call(grepTool, { pattern: "foo", head_limit: 2 })).split("\n")).toHaveLength(
    3,
  );
});

test("cuts long lines", async () => {
  const work = createWorkspace();
  work.write({ "min.js": `foo${"x".repeat(5000)}\n` });
  const line = await work.call(grepTool, { pattern: "foo", output_mode: "content" });
  expect(line.length).toBeLessThan(600);
  expect(line).toMatch(/^min\.js:1:foox+.*omitted/);
});

test("gives ripgrep's own words for a pattern that is none", async () => {
  const work = repository();
  expect(await work.failure(grepTool, { pattern: "a(" })).toContain("unclosed group");
  expect(await work.failure(grepTool, { pattern: "" })).toContain("empty");
  expect(await work.failure(grepTool, { pattern: "x", path: "src/c.ts" })).toContain(
    "No file or folder at src/c.ts. Did you mean src/a.ts, src/b.ts?",
  );
  expect(await work.failure(grepTool, { pattern: "x", "-A": -1 })).toBe(
    "-A must be a whole number from 0 on.",
  );
});

test("takes a pattern that looks like an option as a pattern", async () => {
  const work = createWorkspace();
  work.write({ "a.txt": "--pre=sh\n" });
  expect(await work.call(grepTool, { pattern: "--pre=sh", output_mode: "content" })).toBe(
    "a.txt:1:--pre=sh",
  );
});

test("does not follow links, nor a configuration file of ripgrep", async () => {
  const work = createWorkspace();
  writeFileSync(join(work.outside, "secret.txt"), "foo\n");
  symlinkSync(work.outside, join(work.root, "out"));
  work.write({ "a.txt": "foo\n", rc: "--invert-match\n", ".gitignore": "tracked\n" });
  symlinkSync(join(work.outside, "secret.txt"), join(work.root, "tracked"));
  work.git("add", "-f", "tracked");
  const context = {
    ...work.context,
    enclosure: openEnclosure("none", { RIPGREP_CONFIG_PATH: join(work.root, "rc") }),
  };
  const preparation = grepTool.prepare({ pattern: "foo" });
  if (!preparation.ok) throw new Error(preparation.complaint);
  expect(await preparation.call.run(context)).toBe("a.txt");
});

test("searches a secret only when it is named, which is HIGH", async () => {
  const work = repository();
  expect(await work.call(grepTool, { pattern: "secret", head_limit: 0 })).toBe("No matches.");
  expect(await work.call(grepTool, { pattern: "secret", glob: ".env*" })).toBe("No matches.");
  expect((await work.assess(grepTool, { pattern: "secret", path: ".env" })).risk).toBe("HIGH");
  expect((await work.assess(grepTool, { pattern: "secret" })).risk).toBe("LOW");
  expect(await work.call(grepTool, { pattern: "secret", path: ".env" })).toBe(".env");
});

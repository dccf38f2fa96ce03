import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { editTool } from "../../src/tools/edit.ts";
import { readTool } from "../../src/tools/read.ts";
import { writeTool } from "../../src/tools/write.ts";
import { createWorkspace } from "./workspace.ts";

test("creates a file with its folders, and knows it from then on", async () => {
  const work = createWorkspace();
  expect(await work.call(writeTool, { file_path: "a/b/c.ts", content: "x\ny\n" })).toBe(
    "Created a/b/c.ts: 2 lines.",
  );
  expect(await work.call(writeTool, { file_path: "a/b/c.ts", content: "z" })).toBe(
    "Replaced a/b/c.ts: 1 line.",
  );
  expect(readFileSync(join(work.root, "a/b/c.ts"), "utf8")).toBe("z");
  expect(readdirSync(join(work.root, "a/b"))).toEqual(["c.ts"]);
});

test("keeps the mode of a file that it replaces", async () => {
  const work = createWorkspace();
  work.write({ "run.sh": "old" });
  chmodSync(join(work.root, "run.sh"), 0o755);
  await work.call(readTool, { file_path: "run.sh" });
  await work.call(writeTool, { file_path: "run.sh", content: "new" });
  expect(statSync(join(work.root, "run.sh")).mode & 0o777).toBe(0o755);
});

test("refuses an existing file that was not read, or changed since", async () => {
  const work = createWorkspace();
  work.write({ "a.ts": "one" });
  expect(await work.failure(writeTool, { file_path: "a.ts", content: "two" })).toBe(
    "a.ts exists and was not read. Read it first, then change it.",
  );
  await work.call(readTool, { file_path: "a.ts" });
  work.write({ "a.ts": "someone else" });
  const changed = "a.ts has changed on disk since it was read. Read it again first.";
  expect(await work.failure(writeTool, { file_path: "a.ts", content: "two" })).toBe(changed);
  expect(
    await work.failure(editTool, { file_path: "a.ts", old_string: "one", new_string: "two" }),
  ).toBe(changed);
  expect(readFileSync(join(work.root, "a.ts"), "utf8")).toBe("someone else");
});

test("refuses folders, paths outside, git's own files and broken links", async () => {
  const work = createWorkspace();
  work.write({ "src/a.ts": "x" });
  symlinkSync(work.outside, join(work.root, "out"));
  symlinkSync("nowhere", join(work.root, "broken"));
  const failures = await Promise.all(
    [
      "src",
      "new/",
      ".",
      "out/x",
      "../checkout-evil/x",
      ".git/hooks/pre-commit",
      "sub/.Git/x",
      "broken",
    ].map((file_path) => work.failure(writeTool, { file_path, content: "x" })),
  );
  expect(failures.map((text) => /folder|outside|git itself|broken link/.exec(text)?.[0])).toEqual([
    "folder",
    "folder",
    "folder",
    "outside",
    "outside",
    "git itself",
    "git itself",
    "broken link",
  ]);
  expect(readdirSync(work.outside)).toEqual([]);
  expect(existsSync(join(work.root, "nowhere"))).toBe(false);
});

test("writes through a link inside the checkout to the file that it names", async () => {
  const work = createWorkspace();
  work.write({ "real.ts": "x" });
  symlinkSync("real.ts", join(work.root, "link.ts"));
  await work.call(readTool, { file_path: "link.ts" });
  expect(await work.call(writeTool, { file_path: "link.ts", content: "y" })).toBe(
    "Replaced real.ts: 1 line.",
  );
  expect(readFileSync(join(work.root, "real.ts"), "utf8")).toBe("y");
});

test("is MEDIUM, and HIGH for protected paths and secrets", async () => {
  const work = createWorkspace();
  const risks = await Promise.all(
    [
      "src/a.ts",
      ".gitignore",
      ".vscode/settings.json",
      "sub/.MCP.json",
      ".bashrc",
      ".env",
      "k.pem",
    ].map(async (file_path) => (await work.assess(writeTool, { file_path, content: "" })).risk),
  );
  expect(risks).toEqual(["MEDIUM", "MEDIUM", "HIGH", "HIGH", "HIGH", "HIGH", "HIGH"]);
});

test("takes the place of what a process that was killed in mid-write has left", async () => {
  const work = createWorkspace();
  work.write({ "src/.swarmux-half-written": "half" });
  await work.call(writeTool, { file_path: "src/a.ts", content: "whole\n" });
  expect(readdirSync(join(work.root, "src"))).toEqual(["a.ts"]);
});

/** Dependency folders that a checkout has as links: read, searched, and never written. */
import { mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { editTool } from "../../src/tools/edit.ts";
import { globTool } from "../../src/tools/glob.ts";
import { grepTool } from "../../src/tools/grep.ts";
import { readTool } from "../../src/tools/read.ts";
import type { Tool } from "../../src/tools/tool.ts";
import { writeTool } from "../../src/tools/write.ts";
import { createWorkspace } from "./workspace.ts";

/** The person's repository stands beside the checkout, whose node_modules leads there. */
function linkedWorkspace() {
  const work = createWorkspace();
  const repo = join(work.outside, "repo");
  for (const [path, text] of Object.entries({
    "node_modules/left/index.js": "export const left = 1; // FIND\n",
    "node_modules/left/dist/a.js": "// FIND\n",
    "node_modules/left/.env": "FIND=1\n",
    "node_modules/.bin/left": "#!/bin/sh\n",
    "secret.txt": "FIND\n",
  })) {
    mkdirSync(dirname(join(repo, path)), { recursive: true });
    writeFileSync(join(repo, path), text);
  }
  symlinkSync("../../secret.txt", join(repo, "node_modules/left/out.txt"));
  symlinkSync(join(repo, "node_modules"), join(work.root, "node_modules"));
  work.write({ ".gitignore": "node_modules\ndist\n", "src/a.ts": "// FIND\n" });
  const links = [{ at: "node_modules", real: realpathSync(join(repo, "node_modules")) }];
  const context = { ...work.context, links };
  const call = async (tool: Tool, input: Record<string, unknown>) => {
    const prepared = tool.prepare(input);
    if (!prepared.ok) throw new Error(prepared.complaint);
    return prepared.call.run(context);
  };
  const assess = (tool: Tool, input: Record<string, unknown>) => {
    const prepared = tool.prepare(input);
    if (!prepared.ok) throw new Error(prepared.complaint);
    return { risk: prepared.call.assess(context).risk, ...prepared.call.target(context) };
  };
  return { ...work, repo, call, assess };
}

test("reads below a linked folder, by relative and absolute path", async () => {
  const { root, call, assess } = linkedWorkspace();
  const file_path = "node_modules/left/index.js";
  const wanted = "    1\texport const left = 1; // FIND";
  expect(await call(readTool, { file_path })).toBe(wanted);
  expect(await call(readTool, { file_path: join(root, file_path) })).toBe(wanted);
  expect(assess(readTool, { file_path })).toEqual({
    risk: "LOW",
    file: { path: file_path, written: file_path, access: "read" },
  });
  expect(assess(readTool, { file_path: "node_modules/left/.env" }).risk).toBe("HIGH");
  await expect(call(readTool, { file_path: "node_modules/none.js" })).rejects.toThrow(
    "No file at node_modules/none.js.",
  );
});

test("searches a linked folder that is named, whatever the repository ignores, and no other way", async () => {
  const { call } = linkedWorkspace();
  expect(await call(grepTool, { pattern: "FIND" })).toBe("src/a.ts");
  for (const glob of [undefined, "**/*.js"]) {
    const input = {
      pattern: "FIND",
      path: "node_modules",
      ...(glob === undefined ? {} : { glob }),
    };
    expect(await call(grepTool, input)).toBe(
      "node_modules/left/dist/a.js\nnode_modules/left/index.js",
    );
  }
  const content = { pattern: "FIND", path: "node_modules/left/index.js", output_mode: "content" };
  expect(await call(grepTool, content)).toBe(
    "node_modules/left/index.js:1:export const left = 1; // FIND",
  );
  expect(await call(globTool, { pattern: "*.js" })).toBe("No files match.");
  expect(await call(globTool, { pattern: "**/*.js", path: "node_modules/left" })).toBe(
    "node_modules/left/dist/a.js\nnode_modules/left/index.js",
  );
});

test("R17: nothing below a linked folder is written, and no link leads on from there", async () => {
  const { root, call, repo } = linkedWorkspace();
  const file_path = "node_modules/left/index.js";
  await call(readTool, { file_path });
  await expect(call(writeTool, { file_path, content: "x" })).rejects.toThrow(
    "outside the checkout",
  );
  await expect(
    call(editTool, { file_path, old_string: "left", new_string: "right" }),
  ).rejects.toThrow("outside the checkout");
  for (const path of ["node_modules/left/out.txt", "node_modules/../../repo/secret.txt"]) {
    await expect(call(readTool, { file_path: path })).rejects.toThrow(/leads out|outside/);
  }
  await expect(call(readTool, { file_path: join(repo, "secret.txt") })).rejects.toThrow("outside");
  // A link that an agent has put in its place is not followed.
  rmSync(join(root, "node_modules"));
  symlinkSync("/etc", join(root, "node_modules"));
  expect(await call(readTool, { file_path })).toContain("left = 1");
  await expect(call(readTool, { file_path: "node_modules/passwd" })).rejects.toThrow("No file at");
  expect(await call(grepTool, { pattern: "root", path: "node_modules" })).toBe("No matches.");
});

import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findImports, findViolations } from "./support/architecture.ts";

const root = join(import.meta.dirname, "..");

async function readSources(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const path of glob("src/**/*.ts", { cwd: root })) {
    files.set(path, await readFile(join(root, path), "utf8"));
  }
  return files;
}

test("every import in src keeps to the tables of rooms and homes", async () => {
  const files = await readSources();
  expect(findViolations(files)).toEqual([]);
  const seen = findImports("src/session/events.ts", files.get("src/session/events.ts") ?? "");
  expect(seen).toContainEqual({ specifier: "../task.ts", typeOnly: false });
});

test.each([
  [
    "src/ipc/hub.ts",
    `import { journal } from "../session/journal.ts"`,
    "ipc/ may not import session/",
  ],
  [
    "src/worker/life.ts",
    `import type { Team } from "../coordinator/team.ts"`,
    "worker/ may not import coordinator/",
  ],
  [
    "src/coordinator/lead.ts",
    `export * from "../worker/life.ts"`,
    "coordinator/ may not import worker/",
  ],
  [
    "src/agent/loop.ts",
    `import { read } from "../tools/read.ts"`,
    "agent/ may import only types from tools/",
  ],
  [
    "src/agent/loop.ts",
    `import { type Tool, LOW } from "../tools/tool.ts"`,
    "agent/ may import only types from tools/",
  ],
  [
    "src/agent/loop.ts",
    `import {} from "../tools/tool.ts"`,
    "agent/ may import only types from tools/",
  ],
  ["src/tools/edit.ts", `type Hub = import("../ipc/hub.ts").Hub`, "tools/ may not import ipc/"],
  [
    "src/panes/tmux.ts",
    `const git = await import("../git/merge.ts")`,
    "panes/ may not import git/",
  ],
  [
    "src/cli/run.ts",
    `import { life } from "../worker/life.ts"`,
    "cli/ may import only src/worker/main.ts from worker/",
  ],
  [
    "src/config.ts",
    `import { paths } from "./session/paths.ts"`,
    "a leaf imports nothing but other leaves",
  ],
  [
    "src/attic/old.ts",
    `import { Hub } from "../ipc/hub.ts"`,
    "attic/ is not in the table of rooms",
  ],
  [
    "src/agent/prefix.ts",
    `import text from "../../prompts/worker.md"`,
    "source imports nothing outside src/",
  ],
  [
    "src/coordinator/hub.ts",
    `import { Router } from "zeromq"`,
    "zeromq is imported only in src/ipc/",
  ],
  [
    "src/agent/loop.ts",
    `import type { Message } from "@anthropic-ai/sdk/resources"`,
    "@anthropic-ai/sdk is imported only in src/agent/anthropic.ts",
  ],
  ["src/tools/bash.ts", `import("node-pty")`, "node-pty is imported only in src/tools/terminal.ts"],
  [
    "src/tools/bash.ts",
    `import { execa } from "execa"`,
    "execa is imported only in src/panes/, src/git/",
  ],
  ["src/tools/bash.ts", `import { parse } from "unbash"`, "unbash is imported only in src/risk/"],
  [
    "src/risk/paths.ts",
    `import { rgPath } from "@vscode/ripgrep"`,
    "@vscode/ripgrep is imported only in src/tools/",
  ],
  [
    "src/memory/search.ts",
    `import { DatabaseSync } from "node:sqlite"`,
    "node:sqlite is imported only in src/session/",
  ],
  [
    "src/worker/main.ts",
    `import { Command } from "commander"`,
    "commander is imported only in src/cli/",
  ],
])("refuses in %s: %s", (path, text, complaint) => {
  const found = findViolations(new Map([[path, text]]));
  expect(found).toEqual([expect.stringContaining(`${path} imports `)]);
  expect(found[0]).toContain(complaint);
});

test.each([
  ["src/agent/loop.ts", `import type { Tool } from "../tools/tool.ts"`],
  ["src/agent/loop.ts", `import { type Tool } from "../tools/tool.ts"`],
  ["src/cli/worker.ts", `await import("../worker/main.ts")`],
  ["src/tools/run.ts", `import { classify } from "../risk/classify.ts"`],
  ["src/log.ts", `import { EXIT } from "./errors.ts"`],
  [
    "src/coordinator/screen/board.ts",
    `import { Task } from "../../task.ts"; import { t } from "../team.ts"`,
  ],
  [
    "src/ipc/hub.ts",
    `// import { x } from "../session/x.ts"\nconst text = 'import x from "commander"'`,
  ],
])("allows in %s: %s", (path, text) => {
  expect(findViolations(new Map([[path, text]]))).toEqual([]);
});

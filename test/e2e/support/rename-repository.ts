/** A code base of some sixty files in which one name stands in every way that a rename has to get right. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { createWorkplace, git, type Workplace } from "./workplace.ts";

export const OLD = "fetchOld";
export const NEW = "fetchNew";
/** Loads every module and calls it: passes before the rename, after it, and between its pieces. */
export const CHECK = "node check.cjs";

export function createRenameRepository(): Promise<Workplace> {
  return createWorkplace({
    ...esModules(),
    ...commonJs(),
    "check.cjs": LOADER,
    "package.json": '{ "name": "sixty", "private": true }\n',
    ".gitignore": "generated/\n",
    ".settings/names.json": `{ "call": "${OLD}" }\n`,
    "generated/list.txt": `${OLD} is tracked though it is ignored\n`,
    "docs/windows.md": `# ${OLD}\r\n\r\nCall ${OLD}() with care.\r\n`,
    "docs/plain.md": "Nothing of it stands here.\n",
    "docs/longer.md": `${OLD}s, my${OLD} and re_${OLD} stay; ${OLD} and "${OLD}" do not.\n`,
    "assets/logo.bin": Buffer.from(`\0\x01${OLD}\0${OLD} \xff`, "latin1"),
    "vendor/min.js": minified(),
  });
}

/** The tree that `sed` makes of every text file that holds the name as a word. */
export function treeBySed(place: Workplace): string {
  const copy = join(place.folder, "by-sed");
  git(place, "clone", "-q", place.repo, copy);
  const script = `git grep -lIwz ${OLD} | xargs -0 sed -i 's/\\b${OLD}\\b/${NEW}/g' && git add -u && git write-tree`;
  return execFileSync("sh", ["-c", script], { cwd: copy, env: place.env, encoding: "utf8" }).trim();
}

/** Every path of a repository with its kind, mode and content, but for objects and what belongs to swarmux. */
export async function fingerprint(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true });
  const paths = entries.filter(
    (path) => !/^\.git\/(objects|refs\/heads\/swarmux)(\/|$)/.test(path),
  );
  const lines = await Promise.all(
    paths.map(async (path) => [path, await describe(join(root, path))]),
  );
  return Object.fromEntries(lines);
}

async function describe(path: string): Promise<string> {
  const stats = await lstat(path);
  if (stats.isDirectory()) return `folder ${stats.mode}`;
  const content = stats.isSymbolicLink() ? await readlink(path) : await readFile(path);
  return `${stats.mode} ${createHash("sha256").update(content).digest("hex")}`;
}

/** One module that exports the name, four that import it, and thirty that use it for themselves. */
function esModules(): Record<string, string> {
  const files: Record<string, string> = {
    "src/api.mjs": `/** ${OLD} answers. */\nexport function ${OLD}(value) {\n  return [value];\n}\nexport default ${OLD};\n`,
  };
  for (const at of range(4)) {
    files[`src/uses/use-${at}.mjs`] =
      `import { ${OLD} } from "../api.mjs";\n\nexport default () => ${OLD}(${at});\n`;
  }
  for (const at of range(30)) {
    files[`src/parts/part-${at}.mjs`] =
      `// ${OLD} is local here, ${OLD}s is not it\nexport default function part(value = ${at}) {\n  const ${OLD} = (n) => [n];\n  return ${OLD}(value);\n}\n`;
  }
  return files;
}

function commonJs(): Record<string, string> {
  return Object.fromEntries(
    range(15).map((at) => [
      `lib/old-${at}.cjs`,
      `"use strict";\nconst ${OLD} = (n, ${OLD}s = 1) => [n + ${OLD}s];\nmodule.exports = () => ${OLD}(${at});\n`,
    ]),
  );
}

/** One line of some 60,000 characters. */
function minified(): string {
  const calls = range(2_000).map((at) => `a${at}=${OLD}(${at}),${OLD}s`);
  return `var ${calls.join(",")};\n`;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

const LOADER = `const { readdirSync } = require("node:fs");
const { join } = require("node:path");
const assert = require("node:assert");

async function main() {
  for (const folder of ["src", "src/uses", "src/parts", "lib"]) {
    for (const name of readdirSync(join(__dirname, folder))) {
      if (!/js$/.test(name)) continue;
      const module = await import(join(__dirname, folder, name));
      assert.strictEqual(module.default(1).length, 1, name);
    }
  }
}

main();
`;

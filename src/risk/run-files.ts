/** Which files of a checkout a command runs or reads: what a person's yes to it is bound to, beside the command itself. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import { z } from "zod";
import { assessCommand } from "./shell.ts";

/** Scripts of package.json that name others are followed this far. */
const DEEPEST = 4;
const MAX_MANIFEST = 1024 * 1024;

const Manifest = z.object({
  main: z.string().optional().catch(undefined),
  bin: z
    .union([z.string(), z.record(z.string(), z.string())])
    .optional()
    .catch(undefined),
  scripts: z.record(z.string(), z.string()).optional().catch(undefined),
  workspaces: z
    .union([
      z.array(z.string()),
      z.object({ packages: z.array(z.string()) }).transform(({ packages }) => packages),
    ])
    .optional()
    .catch(undefined),
});

/** Paths as the analysis names them: relative to the checkout, or absolute; sorted, each once, whether there or not. */
export function runFiles(command: string, root: string): readonly string[] {
  const found = new Set<string>();
  collect({ command, folder: root, depth: 0 }, { root, found });
  // What the analysis does not look into counts as it stands: `curl -d @a.txt`, or a text that can't be parsed.
  for (const word of command.split(/[\s'"`;&|<>()=@]+/)) {
    if (word !== "" && !word.startsWith("-")) found.add(word);
  }
  return [...found].toSorted();
}

interface Step {
  readonly command: string;
  readonly folder: string;
  readonly depth: number;
}

interface Search {
  readonly root: string;
  readonly found: Set<string>;
}

function collect({ command, folder, depth }: Step, search: Search): void {
  const { root, found } = search;
  const { parts } = assessCommand(command, { root, folder });
  const words = new Set(parts.flatMap((part) => part.words));
  for (const { path, access } of parts.flatMap((part) => part.uses)) {
    if (access === "write" || found.has(path)) continue;
    found.add(path);
    const manifest = path.endsWith("package.json") ? readManifest(join(root, path)) : undefined;
    const isWorkspaces = path.endsWith("pnpm-workspace.yaml");
    const at = isAbsolute(path) ? dirname(path) : dirname(join(root, path));
    if (isWorkspaces) addWorkspaces(patternsOf(join(root, path)), at, search);
    if (manifest === undefined) continue;
    const { main, bin = {}, workspaces = [], scripts = {} } = manifest;
    for (const file of [main, ...(typeof bin === "string" ? [bin] : Object.values(bin))]) {
      if (file === undefined) continue;
      for (const name of [file, `${file}.js`, join(file, "index.js")])
        found.add(relative(root, join(at, name)));
    }
    addWorkspaces(workspaces, at, search);
    if (depth === DEEPEST) continue;
    for (const [name, body] of Object.entries(scripts)) {
      if (isMeant(name, words)) collect({ command: body, folder: at, depth: depth + 1 }, search);
    }
  }
}

/** A script counts as run where a word of the command names it, with what npm runs before and after it. */
function isMeant(name: string, words: ReadonlySet<string | null>): boolean {
  const bare = name.replace(/^(pre|post)/, "");
  return (
    words.has(name) ||
    words.has(bare) ||
    words.has(null) ||
    /^(pre|post)?(install|prepare|publish|version|pack|publishOnly)$/.test(name) ||
    (bare === "test" && words.has("t"))
  );
}

/** Each workspace has a package.json of its own: `packages/*` and `web`, as far as it is plain. */
function addWorkspaces(patterns: readonly string[], at: string, { root, found }: Search): void {
  for (const pattern of patterns) {
    const base = pattern.replace(/\/?\*+(\/.*)?$/, "");
    const folders = pattern.includes("*") ? foldersIn(join(at, base)) : [join(at, pattern)];
    for (const folder of folders) found.add(relative(root, join(folder, "package.json")));
  }
}

function foldersIn(path: string): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(path, name));
  } catch {
    return [];
  }
}

function patternsOf(path: string): readonly string[] {
  const text = readText(path) ?? "";
  return [...text.matchAll(/^\s*-\s*['"]?([^'"#\n]+?)['"]?\s*$/gm)].flatMap(
    ([, pattern]) => pattern ?? [],
  );
}

function readManifest(path: string): z.infer<typeof Manifest> | undefined {
  try {
    return Manifest.parse(JSON.parse(readText(path) ?? ""));
  } catch {
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    const text = readFileSync(path, "utf8");
    return text.length > MAX_MANIFEST ? undefined : text;
  } catch {
    return undefined;
  }
}

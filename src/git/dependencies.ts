/** Ignored dependency folders of the person's checkout, linked into ours, so that a checkout builds without an install. */
import { lstat, mkdir, readdir, readlink, realpath, rm, stat, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { askGit } from "./git.ts";

const AT_THE_ROOT = ["node_modules", ".venv", "venv", "vendor"];
const BELOW = "node_modules";
/** What tools write into `node_modules`: each checkout has its own. */
const CACHES = new Set([".cache", ".vite", ".vite-temp", ".vitest", ".tmp"]);

/** Paths below `root` of the dependency folders that git ignores, `node_modules` of packages two levels deep included. */
export async function findDependencies(root: string): Promise<string[]> {
  const folders = await listFolders(root);
  const deeper = await Promise.all(
    folders.map(async (one) => (await listFolders(join(root, one))).map((two) => `${one}/${two}`)),
  );
  const candidates = [
    ...AT_THE_ROOT,
    ...[...folders, ...deeper.flat()].map((at) => `${at}/${BELOW}`),
  ];
  const found = await Promise.all(
    candidates.map(async (path) => ((await isFolder(join(root, path))) ? [path] : [])),
  );
  const input = found.flat().join("\0");
  if (input === "") return [];
  const { stdout } = await askGit(root, ["check-ignore", "-z", "--stdin"], { input, exits: [1] });
  return stdout.split("\0").filter((path) => path !== "");
}

/**
 * Links each path of `paths` to the person's folder; what stands in its place and is not in git gives way. A `node_modules`
 * is a folder of its own with a link an entry: tools write their caches there, and the packages of a workspace, which are
 * links in it, are those of the checkout.
 */
export async function linkDependencies(
  checkout: string,
  root: string,
  paths: readonly string[],
): Promise<void> {
  const top = await realpath(checkout);
  for (const path of paths) {
    const at = join(top, path);
    // The commit may hold a link where the person has a folder: nothing is written through it.
    if ((await realpath(dirname(at)).catch(() => "")) !== dirname(at)) continue;
    const there = await lstat(at).catch(() => null);
    if (there?.isDirectory()) continue;
    if (there !== null) await rm(at, { force: true });
    if (basename(path) === BELOW) await linkEntries(join(root, path), at);
    else await symlink(join(root, path), at);
  }
}

async function linkEntries(from: string, to: string): Promise<void> {
  await mkdir(to);
  const entries = await readdir(from, { withFileTypes: true }).catch(() => []);
  await Promise.all(
    entries.map(async (entry) => {
      const [source, at] = [join(from, entry.name), join(to, entry.name)];
      if (CACHES.has(entry.name)) return;
      if (entry.isSymbolicLink()) await symlink(await readlink(source), at);
      else if (entry.name.startsWith("@") && (await holdsLinks(source)))
        await linkEntries(source, at);
      else await symlink(source, at);
    }),
  );
}

async function holdsLinks(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.some((entry) => entry.isSymbolicLink());
}

/** Lines for `info/exclude`. Without a `/` at the end: that pattern would not match a link. */
export function excludeLines(paths: readonly string[]): string {
  return paths.map((path) => `/${path.replaceAll(/[\\*?[\]!# ]/g, "\\$&")}\n`).join("");
}

async function listFolders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .filter((name) => !AT_THE_ROOT.includes(name));
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}

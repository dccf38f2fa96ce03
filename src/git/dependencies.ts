/**
 * What a checkout gets besides the files of its commit: ignored folders of the person's as links, so that it builds without
 * an install, and ignored files as copies.
 */
import { cp, lstat, mkdir, readdir, readlink, realpath, rm, stat, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { askGit } from "./git.ts";

/** Paths below the top folder, as the person has named them. `link: null` finds the usual dependency folders. */
export interface ExtrasWish {
  readonly link: readonly string[] | null;
  readonly copy: readonly string[];
}

export const DEPENDENCIES: ExtrasWish = { link: null, copy: [] };
export const NOTHING: ExtrasWish = { link: [], copy: [] };

/** Paths that are there and that git ignores. */
export interface Extras {
  readonly links: readonly string[];
  readonly copies: readonly string[];
}

const AT_THE_ROOT = ["node_modules", ".venv", "venv", "vendor"];
const BELOW = "node_modules";
/** What tools write into `node_modules`: each checkout has its own. */
const CACHES = new Set([".cache", ".vite", ".vite-temp", ".vitest", ".tmp"]);

/** What git does not ignore stands in the commit or is nobody's business, so it is left out. */
export async function findExtras(root: string, { link, copy }: ExtrasWish): Promise<Extras> {
  const [links, copies] = await Promise.all([
    link === null ? findDependencies(root) : ignoredOf(root, link),
    ignoredOf(root, copy),
  ]);
  return { links, copies };
}

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
  return ignoredOf(root, found.flat());
}

async function ignoredOf(root: string, paths: readonly string[]): Promise<string[]> {
  const there = await Promise.all(
    paths.map(async (path) => ((await lstat(join(root, path)).catch(() => null)) ? [path] : [])),
  );
  const input = there.flat().join("\0");
  if (input === "") return [];
  const { stdout } = await askGit(root, ["check-ignore", "-z", "--stdin"], { input, exits: [1] });
  return stdout.split("\0").filter((path) => path !== "");
}

/**
 * What stands in the place of a link and is not in git gives way; a copy never does, it is made where nothing is. A
 * `node_modules` is a folder of its own with a link an entry: tools write their caches there, and the packages of a
 * workspace, which are links in it, are those of the checkout.
 */
export async function placeExtras(
  checkout: string,
  root: string,
  { links, copies }: Extras,
): Promise<void> {
  const top = await realpath(checkout);
  for (const path of links) {
    const at = join(top, path);
    if (!(await isPlain(dirname(at)))) continue;
    const there = await lstat(at).catch(() => null);
    if (there?.isDirectory()) continue;
    if (there !== null) await rm(at, { force: true });
    if (basename(path) === BELOW) await linkEntries(join(root, path), at);
    else await symlink(join(root, path), at);
  }
  for (const path of copies) {
    const at = join(top, path);
    const from = join(root, path);
    const isThere = (await lstat(at).catch(() => null)) !== null;
    if (isThere || !(await isReal(from))) continue;
    if (!(await isPlain(await nearestFolder(dirname(at))))) continue;
    await mkdir(dirname(at), { recursive: true });
    await cp(from, at, { recursive: true, verbatimSymlinks: true });
  }
}

/** The commit may hold a link where the person has a folder: nothing is written through it. */
async function isPlain(folder: string): Promise<boolean> {
  return (await realpath(folder).catch(() => "")) === folder;
}

/** The folder itself, or the first above it that is there. */
async function nearestFolder(folder: string): Promise<string> {
  const isThere = (await lstat(folder).catch(() => null)) !== null;
  return isThere ? folder : nearestFolder(dirname(folder));
}

/** A link is not copied: what it leads to may be anything of the person's. */
async function isReal(path: string): Promise<boolean> {
  return (await realpath(path).catch(() => "")) === path;
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

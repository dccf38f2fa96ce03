/** What a checkout borrows from the person's repository: all of it that a sandbox has to leave readable. */
import { readFile, realpath } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { ourFolder, readNote } from "./our-folder.ts";

export interface Borrowed {
  /** Top folder of the person's repository. */
  readonly repo: string;
  /** Dependency folders that the checkout has as links, relative to it and to `repo`. */
  readonly links: readonly string[];
  /** Folders of git objects: the repository's, and those that it borrows itself. */
  readonly objects: readonly string[];
}

/** Read from our own git folder, which no agent can write to. Throws `SwarmError` where there is no finished checkout. */
export async function findBorrowed(checkout: string): Promise<Borrowed> {
  const { repo, links } = await readNote(checkout);
  const objects = new Set<string>();
  const waiting = await alternatesOf(join(ourFolder(checkout), "objects"));
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (objects.has(folder)) continue;
    objects.add(folder);
    waiting.push(...(await alternatesOf(folder)));
  }
  return { repo: await realpath(repo).catch(() => repo), links, objects: [...objects] };
}

/** Where the linked folders really are; those that are gone are left out. */
export async function linkedFolders({ repo, links }: Borrowed): Promise<LinkedFolder[]> {
  const found = await Promise.all(
    links.map(async (at) => ({ at, real: await realpath(join(repo, at)).catch(() => "") })),
  );
  return found.filter(({ real }) => real !== "");
}

export interface LinkedFolder {
  /** Relative to the checkout. */
  readonly at: string;
  readonly real: string;
}

async function alternatesOf(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, "info", "alternates"), "utf8").catch(() => "");
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => (isAbsolute(line) ? line : resolve(folder, line)));
}

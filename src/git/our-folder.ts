/**
 * The two git folders of a checkout. Ours, beside it, is the truth: its index, branch and configuration are written by
 * us alone. The agent's `.git` inside is a copy that is replaced as a whole; nothing is ever written into it or read from
 * it, because the agent's commands can put links, hooks and configuration there.
 */
import { randomUUID } from "node:crypto";
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { z } from "zod";
import { SwarmError } from "../errors.ts";

const Note = z.object({
  /** Top folder of the person's repository. */
  repo: z.string(),
  /** Null: detached. */
  branch: z.string().nullable(),
  /** The commit that the task's branch starts from. */
  base: z.string(),
  /** Dependency folders that are linked in, relative to the checkout. */
  links: z.array(z.string()).readonly(),
  /** Ignored files that are copied in, relative to the checkout. */
  copies: z.array(z.string()).readonly().default([]),
});
export type Note = Readonly<z.infer<typeof Note>>;

const NOTE = "swarmux.json";

/** A file in our git folder, so that a stranger's folder of the same name is never taken for it. */
export const MARK = "swarmux-checkout";

/** Our own git folder of the checkout at `path`: beside it, out of reach of the agent's commands. */
export function ourFolder(path: string): string {
  const full = resolve(path);
  return join(dirname(full), `.${basename(full)}.git`);
}

/** Written last when a checkout is made: without it the checkout is unfinished. */
export async function writeNote(path: string, note: Note): Promise<void> {
  const file = join(ourFolder(path), NOTE);
  await writeFile(`${file}.next`, JSON.stringify(note));
  await rename(`${file}.next`, file);
}

/** Throws `SwarmError` where there is no finished checkout. */
export async function readNote(path: string): Promise<Note> {
  const note = await findNote(path);
  if (note !== null) return note;
  throw new SwarmError(
    "failed",
    `There is no checkout at ${path}: it was removed, or never finished.`,
    {
      mend: "swarmux resume",
    },
  );
}

/** A note that a power cut has spoiled is none. */
export async function findNote(path: string): Promise<Note | null> {
  const text = await readFile(join(ourFolder(path), NOTE), "utf8").catch(() => "");
  try {
    return Note.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** A git process that was killed leaves its locks; nobody but us locks our folder, one call after the other. */
export async function clearLocks(path: string): Promise<void> {
  const folder = ourFolder(path);
  const top = await readdir(folder).catch(() => []);
  await Promise.all([
    ...top.filter(isLock).map((name) => rm(join(folder, name), { force: true })),
    removeLocks(join(folder, "refs")),
  ]);
}

/** Removes the locks of killed git processes from a folder of refs that is ours alone; resolves with their paths. */
export async function removeLocks(refs: string): Promise<string[]> {
  const names = await readdir(refs, { recursive: true }).catch(() => []);
  const locks = names.filter(isLock).map((name) => join(refs, name));
  await Promise.all(locks.map((path) => rm(path, { force: true })));
  return locks;
}

function isLock(name: string): boolean {
  return name.endsWith(".lock");
}

/**
 * Replaces the agent's `.git` by a copy of ours, whatever the agent has made of it. All that could make git run something is
 * there, so that a sandbox has something to put a lock on: without a `commondir` one could be written that leads elsewhere.
 */
export async function refreshAgentFolder(path: string): Promise<void> {
  const ours = ourFolder(path);
  const next = `${ours}.next`;
  await rm(next, { recursive: true, force: true });
  await cp(ours, next, {
    recursive: true,
    preserveTimestamps: true,
    filter: (source) => ![NOTE, MARK].includes(relative(ours, source)),
  });
  await Promise.all([
    mkdir(join(next, "hooks"), { recursive: true }),
    mkdir(join(next, "info"), { recursive: true }),
    writeFile(join(next, "commondir"), ".\n"),
  ]);
  const old = await setAside(join(path, ".git"), dirname(resolve(path)));
  await rename(next, join(path, ".git"));
  await discard(old);
}

/** Begins the names of what was set aside. */
export const TRASH = ".trash-";

/** Moves a file or folder out of the way, under a name that nobody looks for. Null where there is none. */
export async function setAside(path: string, into: string): Promise<string | null> {
  const aside = join(into, `${TRASH}${randomUUID()}`);
  try {
    await rename(path, aside);
    return aside;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

export async function discard(aside: string | null): Promise<void> {
  if (aside !== null) await rm(aside, { recursive: true, force: true, maxRetries: 3 });
}

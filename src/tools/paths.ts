/** The only way from a path that the model wrote to a file: inside the checkout, links resolved, never git's own files. */
import { constants, realpathSync } from "node:fs";
import { type FileHandle, mkdir, open, readlink } from "node:fs/promises";
import { join, normalize, relative } from "node:path";
import { ToolError } from "../errors.ts";
import { isWithin, resolveInside } from "../risk/inside.ts";
import type { CallTarget } from "../risk/match-rules.ts";

/** A file or folder of the checkout, whether it exists or not. `relative` is what the model is told; "." is the root. */
export interface CheckoutPath {
  readonly absolute: string;
  readonly relative: string;
}

/** Throws `ToolError` where the path leads out of the checkout or into git's own files. */
export function resolveInCheckout(root: string, path: string): CheckoutPath {
  if (path === "" || path.includes("\0")) throw new ToolError("The path is empty or holds a NUL.");
  const place = resolveInside(root, root, path);
  if (place.at === "nowhere") throw new ToolError(`Can't use ${path}: ${place.why}.`);
  if (place.at === "outside") {
    throw new ToolError(
      `${path} is outside the checkout. Use a path inside it, relative to its root.`,
    );
  }
  if ([path, place.relative].some(namesGit)) {
    throw new ToolError(
      `${path} belongs to git itself. Use git commands in Bash to look at history.`,
    );
  }
  return { absolute: place.absolute, relative: place.relative };
}

/** A folder of the person's that the checkout has as a link: for reading, whatever stands in the link's place by now. */
export interface LinkedFolder {
  /** Relative to the checkout. */
  readonly at: string;
  /** Its real path. */
  readonly real: string;
}

/** Where something may be read. */
export interface Readable {
  readonly root: string;
  readonly outputs: string;
  readonly links?: readonly LinkedFolder[];
}

/** `base` is the real folder that the file lies in: the checkout, a linked one, or that of long outputs. */
export interface ReadablePath extends CheckoutPath {
  readonly base: string;
  readonly isOutput: boolean;
  readonly link?: LinkedFolder;
}

/** Like `resolveInCheckout`, and allowed below linked dependency folders and the folder of long outputs too. */
export function resolveForReading(place: Readable, path: string): ReadablePath {
  const { root, outputs } = place;
  if (path.startsWith("/")) {
    const folder = existing(outputs);
    const found = folder === undefined ? undefined : resolveInside(folder, folder, path);
    if (folder !== undefined && found?.at === "inside") {
      return { absolute: found.absolute, relative: path, base: folder, isOutput: true };
    }
  }
  const linked = resolveLinked(place, path);
  return linked ?? { ...resolveInCheckout(root, path), base: root, isOutput: false };
}

/** Undefined for what lies in the checkout itself. */
function resolveLinked({ root, links = [] }: Readable, path: string): ReadablePath | undefined {
  if (path.includes("\0")) return undefined;
  const written = writtenPath(root, path);
  const link = links.find(({ at }) => written === at || written.startsWith(`${at}/`));
  if (link === undefined || resolveInside(root, root, written).at === "inside") return undefined;
  const below = written.slice(link.at.length + 1) || ".";
  const place = resolveInside(link.real, link.real, below);
  if (place.at === "nowhere") throw new ToolError(`Can't use ${path}: ${place.why}.`);
  if (place.at === "outside") {
    throw new ToolError(
      `${path} is a link that leads out of ${link.at}. If it is a package of this repository, read it in the checkout itself.`,
    );
  }
  const shown = place.relative === "." ? link.at : `${link.at}/${place.relative}`;
  return { absolute: place.absolute, relative: shown, base: link.real, isOutput: false, link };
}

function writtenPath(root: string, path: string): string {
  return normalize(path.startsWith("/") ? relative(root, path) : path).replace(/\/$/, "");
}

/** A file that is written, as rules see it: where it really is, and the name that was written, should a link lie between. */
export function fileTarget(root: string, path: string): NonNullable<CallTarget["file"]> {
  const written = writtenPath(root, path);
  return { path: resolveInCheckout(root, path).relative, written, access: "write" };
}

/** The same of one that is read; nothing for long outputs, which no rule is about. */
export function readTarget(place: Readable, path: string): CallTarget {
  const { relative: found, isOutput } = resolveForReading(place, path);
  if (isOutput) return {};
  return { file: { path: found, written: writtenPath(place.root, path), access: "read" } };
}

/**
 * Opens a file without following a link at its end, without blocking on a pipe, and makes sure that what was opened lies within
 * `root`: a folder that was swapped for a link after the check is noticed here. Close the handle.
 */
export async function openWithin(root: string, path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    await assertSame(root, path, file);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * Runs `work` with a path of `folder` that keeps meaning this very folder, even if somebody swaps it for a link meanwhile.
 */
export async function withFolder<Result>(
  { root, folder }: { root: string; folder: string },
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const handle = await open(
    folder,
    constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW,
  );
  try {
    const pinned = await assertSame(root, folder, handle);
    return await work(pinned ?? folder);
  } finally {
    await handle.close();
  }
}

/** Makes what is missing of `folder`, each folder in the very one above it, whatever somebody swaps for a link meanwhile. */
export async function makeFolder(root: string, folder: string): Promise<void> {
  let above = root;
  for (const name of relative(root, folder).split("/")) {
    if (name === "") return;
    await withFolder({ root, folder: above }, async (pinned) => {
      await mkdir(join(pinned, name)).catch((error: unknown) => {
        const isThere = error instanceof Error && "code" in error && error.code === "EEXIST";
        if (!isThere) throw error;
      });
    });
    above = join(above, name);
  }
}

/**
 * What was opened has to be what was checked: every folder on the way that was swapped for a link meanwhile shows in the real path of
 * the descriptor. Returns a path through it, where the system has such paths.
 */
async function assertSame(
  root: string,
  checked: string,
  handle: FileHandle,
): Promise<string | undefined> {
  const pinned = join("/proc/self/fd", String(handle.fd));
  let real: string;
  try {
    // The kernel's own word for it: a real path would be looked up by names, which may be others by now.
    real = await readlink(pinned);
  } catch {
    return undefined;
  }
  if (!isWithin(root, real)) throw new ToolError("The path leads out of the checkout.");
  if (real !== checked)
    throw new ToolError("The path changed while it was being opened. Try again.");
  return pinned;
}

function namesGit(path: string): boolean {
  return path.split("/").some((part) => part.normalize("NFKC").toLowerCase() === ".git");
}

function existing(folder: string): string | undefined {
  try {
    return realpathSync(folder);
  } catch {
    return undefined;
  }
}

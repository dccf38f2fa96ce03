/** Text files of the checkout as the tools see them: read whole with their hash, replaced whole by rename. */
import { createHash } from "node:crypto";
import { chmod, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ToolError } from "../errors.ts";
import { failpoint } from "../failpoint.ts";
import { type CheckoutPath, makeFolder, openWithin, withFolder } from "./paths.ts";
import type { ToolContext } from "./tool.ts";

/** The name of a file that is not in its place yet. Checkouts exclude it from what is committed. */
const HALF_WRITTEN = ".swarmux-half-written";
const MAX_BYTES = 64 * 1024 * 1024;

export interface TextFile {
  readonly bytes: Buffer;
  /** sha256 of the bytes, in hex. */
  readonly hash: string;
  /** Permission bits. */
  readonly mode: number;
}

/** Undefined where there is no such file. Throws `ToolError` for folders, devices and files that are too large. */
export async function loadFile(root: string, path: CheckoutPath): Promise<TextFile | undefined> {
  let file;
  try {
    file = await openWithin(root, path.absolute);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    if (error instanceof ToolError) throw error;
    throw new ToolError(`Can't open ${path.relative}: ${reasonOf(error)}.`, { cause: error });
  }
  try {
    const facts = await file.stat();
    if (facts.isDirectory()) {
      throw new ToolError(`${path.relative} is a folder. Use Glob to see what is in it.`);
    }
    if (!facts.isFile()) throw new ToolError(`${path.relative} is not a regular file.`);
    if (facts.size > MAX_BYTES) {
      throw new ToolError(
        `${path.relative} has ${facts.size} bytes, too many to read at once. Use Grep to find the part you need.`,
      );
    }
    const bytes = await file.readFile();
    return { bytes, hash: hashOf(bytes), mode: facts.mode & 0o7777 };
  } finally {
    await file.close();
  }
}

/** The text of a file; `undefined` where it is not UTF-8 or holds NULs. A byte order mark stays part of it. */
export function decodeText(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The file that is about to be changed. Throws `ToolError` where the agent has not seen it as it is now. */
export function assertSeen(
  path: CheckoutPath,
  { file, context }: { file: TextFile; context: ToolContext },
): void {
  const seen = context.reads.hashOf(path.absolute);
  if (seen === undefined) {
    throw new ToolError(`${path.relative} exists and was not read. Read it first, then change it.`);
  }
  if (seen !== file.hash) {
    throw new ToolError(
      `${path.relative} has changed on disk since it was read. Read it again first.`,
    );
  }
}

/** Replaces or creates the file by rename in its own folder; parents are made. The agent knows the new text. */
export async function replaceFile(
  path: CheckoutPath,
  { text, mode, context }: { text: string; mode: number | undefined; context: ToolContext },
): Promise<void> {
  const bytes = Buffer.from(text, "utf8");
  const folder = dirname(path.absolute);
  try {
    await makeFolder(context.root, folder);
    await withFolder({ root: context.root, folder }, async (pinned) => {
      const temporary = join(pinned, HALF_WRITTEN);
      try {
        // A process before this one may have been killed in the middle.
        await rm(temporary, { force: true });
        await writeFile(temporary, bytes, { flag: "wx" });
        if (mode !== undefined) await chmod(temporary, mode);
        failpoint("tool.half-write");
        await rename(temporary, join(pinned, basename(path.absolute)));
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    });
  } catch (error) {
    if (error instanceof ToolError) throw error;
    throw new ToolError(`Can't write ${path.relative}: ${reasonOf(error)}.`, { cause: error });
  }
  context.reads.noteRead(path.absolute, hashOf(bytes));
}

/** True for a folder; false for anything else, or nothing. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}

function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/, \w+ '.*$/, "") : String(error);
}

/**
 * Following a journal while its writer goes on: the lines that are there, then each new one. Only what stands behind
 * the last good line is read again, so an unfinished line costs nothing but itself.
 */
import { type FSWatcher, watch } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { codeOf } from "./failure.ts";
import { damagedJournal, type JournalLine, type Place, START, scanLines } from "./journal-line.ts";

const POLL = 250;

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** Number of the first line to give; the ones before are verified and skipped. */
  readonly from?: number;
}

/**
 * Ends when the signal aborts. Waits for a file that does not exist yet. Throws `SwarmError` for damage in the middle.
 * Lines come when they are readable, which may be a moment before they are on disk.
 */
export async function* followJournal(
  path: string,
  { signal, from = 1 }: FollowOptions,
): AsyncGenerator<JournalLine, void, undefined> {
  using changes = watchFile(path, signal);
  let file: FileHandle | undefined;
  let place = START;
  let seen = "";
  try {
    while (!signal.aborted) {
      changes.reset();
      file ??= await openIfThere(path);
      const look = file && (await glance(file));
      if (file && look && look.mark !== seen) {
        const next = await readOn({ path, file, size: look.size }, place);
        for (const line of next.lines) {
          if (signal.aborted) return;
          if (line.seq >= from) yield line;
        }
        place = next.place;
        seen = look.mark;
      }
      await changes.next();
    }
  } finally {
    await file?.close();
  }
}

interface Source {
  readonly path: string;
  readonly file: FileHandle;
  readonly size: number;
}

async function readOn({ path, file, size }: Source, place: Place) {
  const bytes = Buffer.alloc(Math.max(0, size - place.bytes));
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(
      bytes,
      filled,
      bytes.length - filled,
      place.bytes + filled,
    );
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  const scan = scanLines(bytes.subarray(0, filled), place);
  if (scan.flaw) throw damagedJournal(path, scan.flaw);
  return scan;
}

/** `mark` changes whenever the file does. */
async function glance(file: FileHandle): Promise<{ size: number; mark: string }> {
  const { size, mtimeNs } = await file.stat({ bigint: true });
  return { size: Number(size), mark: `${size} ${mtimeNs}` };
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

interface Changes extends Disposable {
  /** Forgets what has happened so far: to be called before looking at the file. */
  reset(): void;
  /** Resolves at the next change since `reset`, at the next poll, or when the signal aborts. */
  next(): Promise<void>;
}

function watchFile(path: string, signal: AbortSignal): Changes {
  let bell = Promise.withResolvers<void>();
  const ring = () => bell.resolve();
  const poll = setInterval(ring, POLL);
  const watcher = tryWatch(path, ring);
  signal.addEventListener("abort", ring);
  return {
    reset: () => {
      bell = Promise.withResolvers();
      if (signal.aborted) ring();
    },
    next: () => bell.promise,
    [Symbol.dispose]: () => {
      clearInterval(poll);
      watcher?.close();
      signal.removeEventListener("abort", ring);
    },
  };
}

/** Without a watcher (no folder yet, or the user's inotify watches are used up) the poll alone does the work. */
function tryWatch(path: string, ring: () => void): FSWatcher | undefined {
  try {
    const name = basename(path);
    const watcher = watch(dirname(path), (_, changed) => {
      if (changed === null || changed === name) ring();
    });
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

/**
 * A journal: append-only lines in a file with ONE writer, the truth that everything else is computed from. What is
 * appended in the same moment goes to disk as one write and one fdatasync.
 */
import { constants, writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { SwarmError } from "../errors.ts";
import { failpoint } from "../failpoint.ts";
import { codeOf, isDiskFull, reasonOf } from "./failure.ts";
import {
  damagedJournal,
  encodeLine,
  type JournalLine,
  MAX_LINE,
  type Place,
  type Stamp,
  scanLines,
} from "./journal-line.ts";

/**
 * `full`: the disk is full, lines wait unacknowledged in memory until `retry`. `failed`: a write or sync went wrong,
 * what is on disk is unknown, and the process must end and start again from the file.
 */
export type JournalState =
  | { readonly kind: "open" }
  | { readonly kind: "full"; readonly cause: unknown }
  | { readonly kind: "failed"; readonly cause: unknown }
  | { readonly kind: "closed" };

export interface Appended<Body> {
  /** The line as a later reader will see it. */
  readonly line: Body & Stamp;
  /** Resolves once the line is on disk, in the order of the lines; rejects with `SwarmError` if the writer gave up. */
  readonly durable: Promise<void>;
}

/** The caller closes it. The file belongs to this writer alone; a lock on the session keeps others out. */
export interface Journal<Body extends object> extends AsyncDisposable {
  /** Number of the last line that was appended, durable or not; 0 for an empty journal. */
  readonly lastSeq: number;
  readonly state: JournalState;
  /** Numbers and stamps the body at once. Throws `SwarmError` for a line over `MAX_LINE` and when failed or closed. */
  append(body: Body): Appended<Body>;
  /** After `full`: tries again to write what waits. True once all of it is on disk. */
  retry(): Promise<boolean>;
  /** Waits until everything is on disk. Rejects, and gives up what waits, if the disk is full. */
  close(): Promise<void>;
}

export interface OpenedJournal<Body extends object> {
  readonly journal: Journal<Body>;
  /** The lines that were there, verified. */
  readonly records: readonly JournalLine[];
  /** What a cut write had left behind the last good line, and the file it is kept in. */
  readonly torn: { readonly bytes: number; readonly file: string } | undefined;
}

export interface JournalOptions {
  /** Gives milliseconds since 1970. */
  readonly now?: () => number;
  /** Called each time the disk is found full: then somebody has to `retry`. */
  readonly onFull?: () => void;
}

/**
 * Opens the journal at `path` for its one writer and creates it (0600) if there is none; its folder must exist. A torn
 * tail is cut off and kept beside the file. Throws `SwarmError` for damage in the middle.
 */
export async function openJournal<Body extends object>(
  path: string,
  { now = Date.now, onFull = () => {} }: JournalOptions = {},
): Promise<OpenedJournal<Body>> {
  const file = await openFile(path);
  try {
    const bytes = await file.readFile();
    const { lines, place, torn, flaw } = scanLines(bytes);
    if (flaw) throw damagedJournal(path, flaw);
    let kept: { bytes: number; file: string } | undefined;
    if (torn > 0) {
      kept = { bytes: torn, file: await keepAside(path, bytes.subarray(place.bytes)) };
      await file.truncate(place.bytes);
    }
    // A writer that was killed may have left lines that are readable but not on disk yet.
    await file.sync();
    if (bytes.length === 0 || kept) await syncFolder(dirname(path));
    const lastAt = Date.parse(lines.at(-1)?.ts ?? "1970-01-01");
    const journal = createWriter<Body>({ path, file, place, lastAt, now, onFull });
    return { journal, records: lines, torn: kept };
  } catch (error) {
    await file.close();
    throw error;
  }
}

interface Start {
  readonly path: string;
  readonly file: FileHandle;
  readonly place: Place;
  readonly lastAt: number;
  readonly now: () => number;
  readonly onFull: () => void;
}

interface Waiting {
  readonly bytes: Buffer;
  readonly settled: PromiseWithResolvers<void>;
}

function createWriter<Body extends object>({ path, file, ...start }: Start): Journal<Body> {
  let { place, lastAt } = start;
  let size = place.bytes;
  let state: JournalState = { kind: "open" };
  let waiting: Waiting[] = [];
  let flushing: Promise<void> | undefined;
  let closing: Promise<void> | undefined;

  async function flush(): Promise<void> {
    // One turn later, so that everything appended in this one is a single write.
    await Promise.resolve();
    while (waiting.length > 0 && state.kind === "open") {
      const batch = waiting.slice();
      const bytes = Buffer.concat(batch.map((entry) => entry.bytes));
      try {
        failpoint("journal.before-append");
        failpoint("journal.half-append", () =>
          writeSync(file.fd, bytes, 0, bytes.length >> 1, size),
        );
        await writeAll(file, bytes, size);
        failpoint("journal.after-append");
        await file.datasync();
        failpoint("journal.after-sync");
      } catch (cause) {
        await undo(cause);
        break;
      }
      size += bytes.length;
      waiting = waiting.slice(batch.length);
      for (const entry of batch) entry.settled.resolve();
    }
    // Here and not in a later turn: a line that is appended in between would find a flush that takes no more.
    flushing = undefined;
  }

  async function undo(cause: unknown): Promise<void> {
    try {
      await file.truncate(size);
    } catch (second) {
      giveUp(new AggregateError([cause, second]));
      return;
    }
    if (!isDiskFull(cause)) return giveUp(cause);
    state = { kind: "full", cause };
    start.onFull();
  }

  function giveUp(cause: unknown): void {
    state = { kind: "failed", cause };
    rejectWaiting(refusal());
  }

  function rejectWaiting(error: SwarmError): void {
    const given = waiting;
    waiting = [];
    for (const entry of given) entry.settled.reject(error);
  }

  function settle(): Promise<void> {
    flushing ??= flush();
    return flushing;
  }

  function refusal(): SwarmError {
    if (state.kind === "full") {
      return new SwarmError("temporary", `The disk that holds ${path} is full.`, {
        mend: "free some space, then: swarmux resume",
        cause: state.cause,
      });
    }
    if (state.kind === "failed") {
      return new SwarmError(
        "failed",
        `The journal ${path} cannot be written: ${reasonOf(state.cause)}.`,
        {
          mend: "swarmux resume",
          cause: state.cause,
        },
      );
    }
    return new SwarmError("failed", `The journal ${path} is closed.`);
  }

  function append(body: Body): Appended<Body> {
    if (state.kind === "failed" || state.kind === "closed" || closing) throw refusal();
    const at = Math.max(start.now(), lastAt);
    const { text, hash } = encodeLine(place, new Date(at).toISOString(), body);
    const bytes = Buffer.from(text);
    if (bytes.length - 1 > MAX_LINE) {
      const length = `${bytes.length - 1} bytes`;
      throw new SwarmError("failed", `A line of ${length} is too long for ${path}: 1 MiB at most.`);
    }
    lastAt = at;
    place = { seq: place.seq + 1, hash, bytes: place.bytes + bytes.length };
    const settled = Promise.withResolvers<void>();
    waiting.push({ bytes, settled });
    if (state.kind === "open") void settle();
    // Read back, so that a live view is computed from the very same values as one after a restart.
    const line: Body & Stamp = JSON.parse(text);
    return { line, durable: settled.promise };
  }

  async function retry(): Promise<boolean> {
    await flushing;
    if (state.kind === "full") state = { kind: "open" };
    await settle();
    return state.kind === "open" && waiting.length === 0;
  }

  async function closeOnce(): Promise<void> {
    try {
      if (state.kind === "full") await retry();
      else await settle();
      if (state.kind === "full") {
        const error = refusal();
        rejectWaiting(error);
        throw error;
      }
    } finally {
      if (state.kind !== "failed") state = { kind: "closed" };
      await file.close();
    }
  }

  function close(): Promise<void> {
    closing ??= closeOnce();
    return closing;
  }

  return {
    get lastSeq() {
      return place.seq;
    },
    get state() {
      return state;
    },
    append,
    retry,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  } catch (cause) {
    throw new SwarmError("missing", `The journal ${path} cannot be opened: ${reasonOf(cause)}.`, {
      mend: "swarmux doctor",
      cause,
    });
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

async function keepAside(path: string, bytes: Buffer): Promise<string> {
  for (let k = 1; ; k++) {
    const name = `${path}.torn-${k}`;
    try {
      await using copy = await open(name, "wx", 0o600);
      await copy.writeFile(bytes);
      await copy.sync();
      return name;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }
}

/** A new name is only safe from a power cut once its folder is on disk. */
async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, "r");
  await folder.sync();
}

/** The end of what a command prints, on disk while it runs: it outlives the process that reads it. */
import {
  closeSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

/** Bytes that are kept at least of what was printed; the file grows to `MOST` before it is cut to them. */
const KEPT = 4 * 1024;
const MOST = 64 * 1024;

export interface Trail {
  add(chunk: Buffer): void;
  /** The file stays, until the next command. */
  close(): void;
}

/** Begins the trail of a command: an agent has one in the foreground at a time. `outputs` is there by the first words. */
export function openTrail(outputs: string): Trail {
  const path = pathIn(outputs);
  rmSync(path, { force: true });
  let fd: number | undefined;
  let size = 0;
  let tail = Buffer.alloc(0);
  let isGivenUp = false;

  function write(chunk: Buffer): void {
    fd ??= openNew(path);
    if (size + chunk.length <= MOST) {
      size += writeSync(fd, chunk, 0, chunk.length, size);
      return;
    }
    size = writeSync(fd, tail, 0, tail.length, 0);
    ftruncateSync(fd, size);
  }

  return {
    add(chunk) {
      if (isGivenUp) return;
      tail = Buffer.concat([tail, chunk]).subarray(-KEPT);
      try {
        write(chunk);
      } catch {
        // A full disk, say: it is worth no command's failure.
        isGivenUp = true;
      }
    },
    close() {
      if (fd !== undefined) closeSync(fd);
    },
  };
}

/** The end of what the last command has printed since that time in ms; empty where it printed nothing. */
export function readTrail(outputs: string, since: number): string {
  const path = pathIn(outputs);
  const { mtimeMs = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
  if (mtimeMs < since) return "";
  const printed = readFileSync(path);
  const text = printed.subarray(-KEPT).toString("utf8");
  // What is cut begins with a whole line, where it has one.
  const whole = printed.length >= KEPT ? text.slice(text.indexOf("\n") + 1) : text;
  return whole.toWellFormed().replace(/^\n+/, "").trimEnd();
}

/** The one of another command goes, and what reads it goes on with that. */
function openNew(path: string): number {
  rmSync(path, { force: true });
  return openSync(path, "wx", 0o600);
}

function pathIn(outputs: string): string {
  return join(outputs, "printed.txt");
}

/** Takes in what a command prints without holding much of it: the first part in memory, then a file with only head and tail kept. */
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import type { SecretFilter } from "../risk/hide-secrets.ts";
import { cutOutput, isNoRoom, joinEnds, newOutputPath, shares } from "./text-output.ts";

const IN_MEMORY = 1024 * 1024;
/** A character of UTF-8 takes four bytes at most. */
const BYTES = 4;

export interface Capture {
  add(chunk: Buffer): void;
  /** The text for the model, at most `limit` characters and a line. Ends the capture. */
  text(): Promise<string>;
}

export interface CaptureOptions {
  /** Folder for output that is longer than `limit`. */
  readonly outputs: string;
  readonly limit: number;
  readonly secrets: SecretFilter;
  /** Takes the same piece by piece, without keys. */
  readonly follow?: (chunk: Buffer) => void;
}

export async function createCapture(options: CaptureOptions): Promise<Capture> {
  const { outputs, limit, secrets, follow } = options;
  const filter = secrets.stream();
  const path = await newOutputPath(outputs);
  const sizes = shares(limit);
  let chunks: Buffer[] = [];
  let kept = 0;
  let spill: { fd: number | null; readonly head: Buffer; tail: Buffer } | undefined;

  /** The file again, or null once the disk is full: half of the output in a file would only mislead. */
  function write(fd: number | null, bytes: Buffer): number | null {
    if (fd === null) return null;
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
      return fd;
    } catch (error) {
      if (!isNoRoom(error)) throw error;
      closeSync(fd);
      rmSync(path, { force: true });
      return null;
    }
  }

  function keep(chunk: Buffer): void {
    kept += chunk.length;
    follow?.(chunk);
    if (spill !== undefined) {
      spill.fd = write(spill.fd, chunk);
      spill.tail = Buffer.concat([spill.tail, chunk]).subarray(-sizes.tail * BYTES);
      return;
    }
    chunks.push(chunk);
    if (kept <= IN_MEMORY) return;
    const whole = Buffer.concat(chunks);
    chunks = [];
    spill = {
      fd: write(openSync(path, "wx", 0o600), whole),
      head: Buffer.from(whole.subarray(0, sizes.head * BYTES)),
      tail: Buffer.from(whole.subarray(-sizes.tail * BYTES)),
    };
  }

  return {
    add(chunk) {
      keep(filter.push(chunk));
    },
    async text() {
      keep(filter.end());
      if (spill === undefined)
        return cutOutput(Buffer.concat(chunks).toString("utf8"), { outputs, limit });
      if (spill.fd !== null) closeSync(spill.fd);
      const head = spill.head.toString("utf8").slice(0, sizes.head);
      const tail = spill.tail.toString("utf8").slice(-sizes.tail);
      const left = kept - Buffer.byteLength(head) - Buffer.byteLength(tail);
      return joinEnds({ head, tail, left, path: spill.fd === null ? null : path });
    },
  };
}

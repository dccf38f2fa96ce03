/** Output that is too long for the model: its head and tail, and the whole in a file that `Read` can page through. */
import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const HEAD_SHARE = 0.6;

/** Returns `text` as it is where it has at most `limit` characters. */
export async function cutOutput(
  text: string,
  { outputs, limit }: { outputs: string; limit: number },
): Promise<string> {
  if (text.length <= limit) return text;
  const path = await newOutputPath(outputs);
  const isKept = await writeFile(path, text, { mode: 0o600, flag: "wx" }).then(
    () => true,
    (error: unknown) => {
      if (!isNoRoom(error)) throw error;
      return false;
    },
  );
  const sizes = shares(limit);
  return joinEnds({
    head: text.slice(0, sizes.head),
    tail: text.slice(-sizes.tail),
    left: text.length - limit,
    path: isKept ? path : null,
  });
}

/** How many characters of `limit` the head and the tail get. */
export function shares(limit: number): { head: number; tail: number } {
  const head = Math.floor(limit * HEAD_SHARE);
  return { head, tail: limit - head };
}

/** A file name in the outputs folder that nobody else has. */
export async function newOutputPath(outputs: string): Promise<string> {
  await mkdir(outputs, { recursive: true, mode: 0o700 });
  return join(outputs, `${randomUUID()}.txt`);
}

/** Whether something could not be written because the disk is full: what a tool has printed is worth no failure then. */
export function isNoRoom(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^(ENOSPC|EDQUOT)$/.test(String(error.code));
}

export interface Ends {
  readonly head: string;
  readonly tail: string;
  /** How many characters stand between them. */
  readonly left: number;
  /** Where the whole is; null where there was no room for it. */
  readonly path: string | null;
}

export function joinEnds(ends: Ends): string {
  const whole =
    ends.path === null
      ? "There was no room on the disk for the whole output."
      : `The whole output: Read file_path="${ends.path}".`;
  const note = `[${ends.left} characters left out here. ${whole}]`;
  return `${ends.head.toWellFormed()}\n${note}\n${ends.tail.toWellFormed()}`;
}

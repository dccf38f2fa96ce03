/** Reading a journal without being its writer. A line that the writer has not finished yet is no error. */
import { readFile } from "node:fs/promises";
import { SwarmError } from "../errors.ts";
import { reasonOf } from "./failure.ts";
import { damagedJournal, type JournalLine, scanLines } from "./journal-line.ts";

export interface JournalText {
  readonly lines: readonly JournalLine[];
  /** Length of the good lines in bytes. */
  readonly bytes: number;
  /** How much that is unfinished stands behind the good lines. */
  readonly tornBytes: number;
}

/** Reads and verifies a whole journal. Throws `SwarmError` where there is none or it is damaged in the middle. */
export async function readJournal(path: string): Promise<JournalText> {
  const { lines, place, torn, flaw } = scanLines(await load(path));
  if (flaw) throw damagedJournal(path, flaw);
  return { lines, bytes: place.bytes, tornBytes: torn };
}

/** `torn` is the number of unfinished bytes at the end; whole lines missing at the very end cannot be told from it. */
export type Verdict =
  | {
      readonly ok: true;
      readonly lines: number;
      readonly lastHash: string;
      readonly torn: number;
    }
  | { readonly ok: false; readonly line: number; readonly byte: number; readonly why: string };

/** Says whether the journal is whole, and if not, where and why. Throws `SwarmError` where there is none. */
export async function verifyJournal(path: string): Promise<Verdict> {
  const { place, torn, flaw } = scanLines(await load(path));
  if (flaw) return { ok: false, ...flaw };
  return { ok: true, lines: place.seq, lastHash: place.hash, torn };
}

async function load(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new SwarmError("missing", `The journal ${path} cannot be read: ${reasonOf(cause)}.`, {
      mend: "swarmux sessions",
      cause,
    });
  }
}

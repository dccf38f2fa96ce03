/**
 * One line of a journal: `{"v":1,"seq":N,"ts":"…",…body…,"chain":"…"}`. Its hash covers the hash of the line before and
 * this line's bytes up to `,"chain"`, so that no byte, line or order can change unnoticed.
 */
import { createHash } from "node:crypto";
import { SwarmError } from "../errors.ts";

/** What every line carries besides its body. `ts` is ISO 8601 in UTC and never runs backwards within a file. */
export interface Stamp {
  readonly v: 1;
  readonly seq: number;
  readonly ts: string;
  /** sha256 in hex over the line before's and this line's own bytes. */
  readonly chain: string;
}

/** A line as it was read. Its bytes are proven, its body is not: parse that with the schema of its journal. */
export type JournalLine = Stamp & Readonly<Record<string, unknown>>;

/** Where a journal stands after its last good line: that line's number and hash, and the bytes up to its end. */
export interface Place {
  readonly seq: number;
  readonly hash: string;
  readonly bytes: number;
}

/** Where a journal is damaged: `line` from 1, `byte` from 0 at the start of that line. */
export interface Flaw {
  readonly line: number;
  readonly byte: number;
  readonly why: string;
}

export interface Scan {
  readonly lines: readonly JournalLine[];
  /** The end of the good lines. */
  readonly place: Place;
  /** Bytes after the last good line that a cut or unfinished write may leave behind. */
  readonly torn: number;
  /** Damage that no cut write explains. `torn` is 0 then. */
  readonly flaw: Flaw | undefined;
}

/** A line is at most this many bytes long; larger bodies belong into files of their own. */
export const MAX_LINE = 1024 * 1024;

export const START: Place = { seq: 0, hash: "", bytes: 0 };

const NEWLINE = 0x0a;
const HEAD = '{"v":1,"seq":';
const TAIL = /^,"chain":"([0-9a-f]{64})"\}$/;
const TAIL_LENGTH = ',"chain":"'.length + 64 + '"}'.length;
const RESERVED = ["v", "seq", "ts", "chain"];

/** The text of the line after `place`, newline included, and its hash. */
export function encodeLine(place: Place, ts: string, body: object): { text: string; hash: string } {
  const taken = RESERVED.find((key) => Object.hasOwn(body, key));
  if (taken !== undefined) throw new Error(`A journal sets "${taken}" itself; rename the field.`);
  const fields = JSON.stringify(body).slice(1, -1);
  const front = `${HEAD}${place.seq + 1},"ts":"${ts}"${fields === "" ? "" : `,${fields}`}`;
  const hash = createHash("sha256").update(place.hash).update(front).digest("hex");
  return { text: `${front},"chain":"${hash}"}\n`, hash };
}

/** Reads and verifies the lines in `bytes`, which stand in the file right after `from`. */
export function scanLines(bytes: Buffer, from: Place = START): Scan {
  const lines: JournalLine[] = [];
  let place = from;
  let offset = 0;
  for (;;) {
    const end = bytes.indexOf(NEWLINE, offset);
    const checked = end === -1 ? undefined : checkLine(bytes.subarray(offset, end), place);
    if (checked === undefined || "why" in checked) {
      const rest = bytes.subarray(offset);
      const tear = checked === undefined || checked.tear;
      if (tear && !hidesWholeLine(rest)) {
        return { lines, place, torn: rest.length, flaw: undefined };
      }
      const why = checked?.why ?? "the line is not a journal line";
      return { lines, place, torn: 0, flaw: { line: place.seq + 1, byte: place.bytes, why } };
    }
    lines.push(checked.line);
    place = {
      seq: checked.line.seq,
      hash: checked.line.chain,
      bytes: place.bytes + end + 1 - offset,
    };
    offset = end + 1;
  }
}

/** The error for a journal that no cut write explains. */
export function damagedJournal(path: string, flaw: Flaw): SwarmError {
  const where = `line ${flaw.line} (byte ${flaw.byte})`;
  return new SwarmError("missing", `The journal ${path} is damaged at ${where}: ${flaw.why}.`, {
    mend: "swarmux log --verify",
  });
}

/** `tear` says whether a cut write could have left these bytes behind. */
type Checked = { readonly line: JournalLine } | { readonly why: string; readonly tear: boolean };

function checkLine(bytes: Buffer, place: Place): Checked {
  const front = bytes.subarray(0, -TAIL_LENGTH);
  const tail = TAIL.exec(bytes.toString("latin1", front.length));
  const line = tail === null ? undefined : parseLine(bytes);
  if (tail === null || line === undefined) {
    return { why: "the line is not a journal line", tear: true };
  }
  if (!isCurrent(line)) {
    return { why: `it has version ${line.v} and this swarmux reads version 1`, tear: false };
  }
  const due = place.seq + 1;
  if (line.seq !== due) {
    const why = `it holds number ${line.seq} where ${due} is due; a line is missing, repeated or out of order`;
    return { why, tear: false };
  }
  // The bytes are hashed, not their text: decoding maps different broken bytes to the same character.
  const hash = createHash("sha256").update(place.hash).update(front).digest("hex");
  if (hash !== tail[1]) {
    return { why: "its hash does not match its bytes and the line before", tear: true };
  }
  return { line };
}

/** The line's object if it has the shape of a line of any version, whatever its hash is worth. */
function parseLine(bytes: Buffer): AnyLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
  return isLine(value) ? value : undefined;
}

type AnyLine = { readonly [Key in keyof Stamp]: Key extends "v" ? number : Stamp[Key] } & Readonly<
  Record<string, unknown>
>;

function isLine(value: unknown): value is AnyLine {
  if (typeof value !== "object" || value === null) return false;
  if (!("v" in value && "seq" in value && "ts" in value && "chain" in value)) return false;
  const numbers = typeof value.v === "number" && typeof value.seq === "number";
  return numbers && typeof value.ts === "string" && typeof value.chain === "string";
}

function isCurrent(line: AnyLine): line is AnyLine & JournalLine {
  return line.v === 1;
}

/** Whether a whole line stands behind the first one, wherever it begins: a newline that was lost must not hide it. */
function hidesWholeLine(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(HEAD, 1); at !== -1; at = bytes.indexOf(HEAD, at + 1)) {
    const end = bytes.indexOf(NEWLINE, at);
    if (end === -1) return false;
    if (parseLine(bytes.subarray(at, end)) !== undefined) return true;
  }
  return false;
}

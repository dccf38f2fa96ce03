/** What an agent did last, read from the end of its journal: its words, its calls, the last lines that they gave. */
import { open } from "node:fs/promises";
import { parseAgentRecord } from "../agent/records.ts";
import { hint } from "./team.ts";

export interface PeekLine {
  /** `runs`: a call without an outcome so far. */
  readonly kind: "said" | "runs" | "done" | "failed" | "output";
  readonly text: string;
}

const TAIL_BYTES = 256 * 1024;
/** Of what a call gave, its last lines. */
const OUTPUT_LINES = 6;
const MOST_LINES = 400;

/** Empty where there is no journal yet. */
export async function readPeek(path: string): Promise<PeekLine[]> {
  const text = await readTail(path);
  const lines: PeekLine[] = [];
  const places = new Map<string, number>();
  for (const line of text.split("\n")) {
    const record = parseLine(line);
    if (record?.type === "agent.answer") {
      const words = record.content.map(wordsOf).filter((one) => one !== "");
      if (words.length > 0) lines.push(...words.join("\n").split("\n").map(said));
    }
    if (record?.type === "call.intent") {
      places.set(record.id, lines.length);
      lines.push({ kind: "runs", text: `${record.tool} ${hint(Object(record.input))}`.trim() });
    }
    if (record?.type === "call.outcome") {
      const at = places.get(record.id);
      const call = at === undefined ? undefined : lines[at];
      if (at !== undefined && call !== undefined) {
        lines[at] = { ...call, kind: record.is_error ? "failed" : "done" };
      }
      const output = record.content.trimEnd().split("\n").slice(-OUTPUT_LINES);
      lines.push(...output.map((one): PeekLine => ({ kind: "output", text: one })));
    }
  }
  return lines.slice(-MOST_LINES);
}

function said(text: string): PeekLine {
  return { kind: "said", text };
}

function wordsOf(block: {
  readonly type: string;
  readonly text?: unknown;
  readonly thinking?: unknown;
}): string {
  if (block.type === "text" && typeof block.text === "string") return block.text.trim();
  return block.type === "thinking" && typeof block.thinking === "string"
    ? block.thinking.trim()
    : "";
}

/** Half a line, at the beginning of the tail or at the end of the file, is none. */
function parseLine(line: string) {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? parseAgentRecord(value) : undefined;
  } catch {
    return undefined;
  }
}

async function readTail(path: string): Promise<string> {
  try {
    await using file = await open(path, "r");
    const { size } = await file.stat();
    const length = Math.min(size, TAIL_BYTES);
    const buffer = Buffer.alloc(length);
    await file.read(buffer, 0, length, size - length);
    return buffer.toString("utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

/** Read: numbered lines of a text file, a page at a time. */
import { z } from "zod";
import { ToolError } from "../errors.ts";
import { assessPath } from "../risk/paths.ts";
import { suggestNames } from "./near-names.ts";
import { readTarget, resolveForReading } from "./paths.ts";
import { decodeText, loadFile } from "./text-file.ts";
import { defineTool, LOW } from "./tool.ts";

const MAX_LINES = 2000;
const MAX_LINE = 2000;
/** A page of very long lines ends sooner. */
const MAX_PAGE = 200_000;

export const readTool = defineTool({
  name: "Read",
  description: `Reads a text file of your checkout and returns its lines, each with its number, a tab and its text. The number and the tab are not part of the file: leave them out of old_string when you edit. A call gives ${MAX_LINES} lines at most, counted from offset; where there is more, the last line in brackets says which offset to go on with. In a long file, find the place with Grep and read around it. Lines longer than ${MAX_LINE} characters are shown cut. Reading any part of a file counts as having read it, which Edit and Write of an existing file need; read it again when it has changed since. Linked dependency folders such as node_modules can be read and not changed. Folders and binary files can't be read: Glob lists folders. Several files can be read in one turn.`,
  effect: "reads",
  input: z.strictObject({
    file_path: z
      .string()
      .describe("The file, relative to the root of the checkout, or an absolute path inside it"),
    offset: z.number().optional().describe("The first line to show, counted from 1. Default: 1"),
    limit: z
      .number()
      .optional()
      .describe(`How many lines to show at most. Default and most: ${MAX_LINES}`),
  }),
  assess: ({ file_path }, place) => {
    const path = resolveForReading(place, file_path);
    return path.isOutput ? LOW : assessPath(path.relative, "read");
  },
  target: ({ file_path }, place) => readTarget(place, file_path),
  run: async ({ file_path, offset = 1, limit = MAX_LINES }, context) => {
    if (!Number.isInteger(offset) || offset < 0) {
      throw new ToolError("offset must be a whole number from 1 on.");
    }
    if (!Number.isInteger(limit) || limit < 1) {
      throw new ToolError("limit must be a whole number from 1 on.");
    }
    const path = resolveForReading(context, file_path);
    const file = await loadFile(path.base, path);
    if (file === undefined) {
      throw new ToolError(`No file at ${path.relative}.${await suggestNames(path)}`);
    }
    const text = decodeText(file.bytes);
    if (text === undefined) {
      throw new ToolError(
        `${path.relative} is a binary file of ${file.bytes.length} bytes and can't be read as text.`,
      );
    }
    const page = pageOf(text, { name: path.relative, first: Math.max(1, offset), limit });
    context.reads.noteRead(path.absolute, file.hash);
    if (!path.isOutput) context.reads.noteSource(`file:${path.relative}`);
    return page;
  },
});

interface Page {
  readonly name: string;
  /** From 1. */
  readonly first: number;
  readonly limit: number;
}

function pageOf(text: string, { name, first, limit }: Page): string {
  if (text === "") return `${name} is empty.`;
  const lines = text.replace(/\r?\n$/, "").split("\n");
  if (first > lines.length) {
    throw new ToolError(
      `${name} has ${lines.length} lines, so there is no line ${first}. Use a smaller offset.`,
    );
  }
  const shown: string[] = [];
  let size = 0;
  for (const line of lines.slice(first - 1, first - 1 + Math.min(limit, MAX_LINES))) {
    const numbered = `${String(first + shown.length).padStart(5)}\t${cutLine(line)}`;
    size += numbered.length + 1;
    if (size > MAX_PAGE && shown.length > 0) break;
    shown.push(numbered);
  }
  const last = first + shown.length - 1;
  if (last < lines.length) {
    shown.push(`[Lines ${first}-${last} of ${lines.length}. Go on with offset=${last + 1}.]`);
  }
  return shown.join("\n");
}

function cutLine(line: string): string {
  const text = line.endsWith("\r") ? line.slice(0, -1) : line;
  if (text.length <= MAX_LINE) return text;
  return `${text.slice(0, MAX_LINE).toWellFormed()} [${text.length - MAX_LINE} more characters]`;
}

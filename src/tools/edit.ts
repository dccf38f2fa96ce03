/** Edit: replaces an exact text in a file. */

import { z } from "zod";
import { countOf } from "../count.ts";
import { ToolError } from "../errors.ts";
import { assessPath } from "../risk/paths.ts";
import { suggestNames } from "./near-names.ts";
import { fileTarget, resolveInCheckout } from "./paths.ts";
import { refuseMark } from "./refuse-secrets.ts";
import { assertSeen, decodeText, loadFile, replaceFile } from "./text-file.ts";
import { defineTool } from "./tool.ts";

export const editTool = defineTool({
  name: "Edit",
  description:
    "Replaces old_string by new_string in a file of your checkout. Call Read on the file first: an edit of a file that was not read, or that has changed on disk since, is refused. old_string must match the file exactly, with its white space and indentation and without the line numbers that Read puts in front. It must occur exactly once: take in a line or two around it until it does, or set replace_all to true to replace every occurrence, for example to rename something within the file. The text is taken literally: no pattern, no escapes, and $ has no meaning. Line ends are kept: a file with CRLF stays one. An empty new_string deletes the text. Make several small edits rather than one that repeats much of the file; edits in different files can go into one turn.",
  effect: "writes",
  input: z.strictObject({
    file_path: z
      .string()
      .describe("The file, relative to the root of the checkout, or an absolute path inside it"),
    old_string: z.string().describe("The exact text to replace"),
    new_string: z.string().describe("The text to put in its place; must differ from old_string"),
    replace_all: z
      .boolean()
      .optional()
      .describe("Replace every occurrence instead of exactly one. Default: false"),
  }),
  assess: ({ file_path }, { root }) =>
    assessPath(resolveInCheckout(root, file_path).relative, "write"),
  target: ({ file_path }, { root }) => ({ file: fileTarget(root, file_path) }),
  run: async ({ file_path, old_string, new_string, replace_all = false }, context) => {
    if (old_string === "") {
      throw new ToolError(
        "old_string is empty. Use Write to create a file or to replace all of it.",
      );
    }
    if (old_string === new_string) {
      throw new ToolError("old_string and new_string are equal: there is nothing to change.");
    }
    refuseMark(old_string, new_string);
    const path = resolveInCheckout(context.root, file_path);
    const file = await loadFile(context.root, path);
    if (file === undefined) {
      throw new ToolError(
        `No file at ${path.relative}.${await suggestNames(path)} To create it, use Write.`,
      );
    }
    assertSeen(path, { file, context });
    const text = decodeText(file.bytes);
    if (text === undefined)
      throw new ToolError(`${path.relative} is not a text file in UTF-8 and can't be edited.`);
    const { pieces, replacement } = findPieces(text, { old_string, new_string });
    const count = pieces.length - 1;
    if (count === 0) {
      throw new ToolError(
        `old_string was not found in ${path.relative}. It must match exactly, white space included and line numbers left out. Read the lines again.`,
      );
    }
    if (count > 1 && !replace_all) {
      throw new ToolError(
        `old_string occurs ${count} times in ${path.relative}, at lines ${linesOf(pieces, old_string)}. Take in more of the text around the one you mean, or set replace_all to change all of them.`,
      );
    }
    await replaceFile(path, { text: pieces.join(replacement), mode: file.mode, context });
    return `Edited ${path.relative}: ${countOf(count, "replacement")}.`;
  },
  before: async ({ file_path }, context) => {
    const file = await loadFile(context.root, resolveInCheckout(context.root, file_path));
    return file?.hash;
  },
  // The file was replaced as a whole or not at all: it is either as it was before, or has the new text.
  probe: async ({ file_path, old_string, new_string }, context, before) => {
    const file = await loadFile(context.root, resolveInCheckout(context.root, file_path));
    if (before !== undefined && file?.hash === before) return "not-done";
    if (before === undefined && new_string.includes(old_string)) return "unknown";
    const text = file === undefined ? undefined : decodeText(file.bytes);
    if (text === undefined) return "unknown";
    const { pieces } = findPieces(text, { old_string, new_string });
    if (before === undefined && pieces.length > 1) return "not-done";
    return new_string !== "" && text.includes(new_string)
      ? { done: `Edited ${file_path}.` }
      : "unknown";
  },
});

interface Change {
  readonly old_string: string;
  readonly new_string: string;
}

/** The text split at every occurrence. In a file of CRLF lines both strings are taken as such, however the model wrote them. */
function findPieces(
  text: string,
  { old_string, new_string }: Change,
): { pieces: readonly string[]; replacement: string } {
  const crlf = text.split("\r\n").length - 1;
  const isCrlf = crlf > 0 && crlf * 2 >= text.split("\n").length - 1;
  const exact = { pieces: text.split(old_string), replacement: new_string };
  const converted = { pieces: text.split(toCrlf(old_string)), replacement: toCrlf(new_string) };
  const [first, second] = isCrlf ? [converted, exact] : [exact, converted];
  return first.pieces.length > 1 ? first : second;
}

function toCrlf(text: string): string {
  return text.replaceAll(/\r?\n/g, "\r\n");
}

const MAX_LINES_NAMED = 10;

function linesOf(pieces: readonly string[], old: string): string {
  const lines: number[] = [];
  let line = 1;
  for (const piece of pieces.slice(0, -1)) {
    line += piece.split("\n").length - 1;
    lines.push(line);
    line += old.split("\n").length - 1;
  }
  const more = lines.length > MAX_LINES_NAMED ? ", …" : "";
  return lines.slice(0, MAX_LINES_NAMED).join(", ") + more;
}

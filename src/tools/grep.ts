/** Grep: searches the text of files with ripgrep. */
import { stat } from "node:fs/promises";
import { z } from "zod";
import { ToolError } from "../errors.ts";
import { assessPath, isSecret, secretGlobs } from "../risk/paths.ts";
import { compileGlob } from "./glob-pattern.ts";
import { suggestNames } from "./near-names.ts";
import { type LinkedFolder, type ReadablePath, readTarget, resolveForReading } from "./paths.ts";
import {
  argumentOf,
  byPath,
  ignoring,
  listFiles,
  ripgrep,
  shownPath,
  trackedIgnored,
  withoutDot,
} from "./ripgrep.ts";
import { cutOutput } from "./text-output.ts";
import { defineTool, type ToolContext } from "./tool.ts";

const DEFAULT_LIMIT = 250;
const MAX_LINE = 500;
const MAX_RESULT = 400_000;
/** Paths that go into one argv. */
const MAX_ARGUMENTS = 100_000;
const SOURCES_NOTED = 5;

const Input = z.strictObject({
  pattern: z.string().describe("A regular expression as ripgrep reads it"),
  path: z
    .string()
    .optional()
    .describe(
      "The file or folder to search, relative to the root of the checkout. Default: the root",
    ),
  glob: z.string().optional().describe("Only files whose path matches, for example *.ts or src/**"),
  output_mode: z
    .enum(["content", "files_with_matches", "count"])
    .optional()
    .describe("What to return. Default: files_with_matches"),
  "-i": z.boolean().optional().describe("Ignore case"),
  "-n": z.boolean().optional().describe("Line numbers in content. Default: true"),
  "-A": z.number().optional().describe("Lines to show after each match, in content"),
  "-B": z.number().optional().describe("Lines to show before each match, in content"),
  "-C": z.number().optional().describe("Lines to show around each match, in content"),
  head_limit: z
    .number()
    .optional()
    .describe(`Only the first so many entries; 0 for all. Default: ${DEFAULT_LIMIT}`),
  multiline: z
    .boolean()
    .optional()
    .describe("Let the pattern match across lines, and . match a line's end. Default: false"),
});
type Input = z.infer<typeof Input>;

export const grepTool = defineTool({
  name: "Grep",
  description: `Searches the text of files by a regular expression, with ripgrep's syntax: a literal brace, bracket or parenthesis needs a backslash. output_mode says what comes back: files_with_matches (the default) the paths, count each path with its number of matching lines, content the lines themselves with path and line number, and with -A, -B or -C the lines around them. Paths are relative to the root of the checkout and sorted. What git ignores is left out unless git tracks it; hidden files are searched, linked dependency folders such as node_modules when named by path; files that usually hold secrets are searched only when named by path. Narrow a search by path or glob. Only the first ${DEFAULT_LIMIT} entries come back; raise head_limit, or set it to 0 when you need every one, as for a rename. Use it rather than grep or rg in Bash.`,
  effect: "reads",
  input: Input,
  assess: ({ path = "." }, place) => assessPath(resolveForReading(place, path).relative, "read"),
  target: ({ path = "." }, place) => readTarget(place, path),
  run: async (input, context) => {
    const { output_mode: mode = "files_with_matches", head_limit: limit = DEFAULT_LIMIT } = input;
    const options = optionsOf(input);
    const target = resolveForReading(context, input.path ?? ".");
    const batches = await batchesOf(target, { glob: input.glob, context });
    const found: Match[] = [];
    let isCut = false;
    for (const { flags, paths } of batches) {
      const end = await ripgrep([...options, ...flags, "--", input.pattern, ...paths], context);
      if (end.code === 2 && end.stdout === "") throw new ToolError(complaintOf(end.stderr));
      isCut ||= end.isCut;
      const matches = (mode === "files_with_matches" ? parsePaths : parseLines)(end.stdout);
      for (const { path, rest } of matches) found.push({ path: shownPath(path, target), rest });
    }
    if (found.length === 0) return "No matches.";
    const sorted = found.toSorted((a, b) => byPath(a.path, b.path));
    const lines = render(sorted, mode);
    if (mode === "content") noteSources(sorted, context);
    const shown = limit === 0 ? lines : lines.slice(0, limit);
    const notes = notesOf({ shown: shown.length, all: lines.length, isCut });
    return cutOutput([...shown, ...notes].join("\n"), {
      outputs: context.outputs,
      limit: MAX_RESULT,
    });
  },
});

function optionsOf(input: Input): readonly string[] {
  const { output_mode: mode = "files_with_matches", head_limit: limit = 0 } = input;
  const counts = { head_limit: limit, "-A": input["-A"], "-B": input["-B"], "-C": input["-C"] };
  for (const [name, value] of Object.entries(counts)) {
    if (value !== undefined && (!Number.isInteger(value) || value < 0)) {
      throw new ToolError(`${name} must be a whole number from 0 on.`);
    }
  }
  if (input.pattern === "") throw new ToolError("The pattern is empty.");
  const around = (["-A", "-B", "-C"] as const).flatMap((name) =>
    input[name] === undefined ? [] : [name, String(input[name])],
  );
  const numbers = input["-n"] === false ? "--no-line-number" : "--line-number";
  const cut = [`--max-columns=${MAX_LINE}`, "--max-columns-preview"];
  return [
    "--null",
    "--with-filename",
    "--color=never",
    "--no-messages",
    "--sort=path",
    ...(input["-i"] === true ? ["--ignore-case"] : []),
    ...(input.multiline === true ? ["--multiline", "--multiline-dotall"] : []),
    ...{
      content: ["--no-heading", ...cut, numbers, ...around],
      count: ["--count"],
      files_with_matches: ["--files-with-matches"],
    }[mode],
  ];
}

interface Batch {
  readonly flags: readonly string[];
  readonly paths: readonly string[];
}

/** What ripgrep is told to search, in batches that fit an argv. Its own -g would bring back ignored files. */
async function batchesOf(
  target: ReadablePath,
  { glob, context }: { glob: string | undefined; context: ToolContext },
): Promise<readonly Batch[]> {
  const facts = await stat(target.absolute).catch(() => undefined);
  if (facts === undefined) {
    throw new ToolError(`No file or folder at ${target.relative}.${await suggestNames(target)}`);
  }
  if (!facts.isDirectory()) return [{ flags: [], paths: [argumentOf(target)] }];
  if (glob === undefined) {
    const flags = secretGlobs.flatMap((pattern) => ["--iglob", `!${pattern}`]);
    const whole = { flags: [...flags, ...ignoring(target)], paths: [argumentOf(target)] };
    if (target.link !== undefined) return [whole];
    const tracked = await trackedIgnored(target.relative, context);
    return [whole, ...inBatches(tracked.filter((file) => !isSecret(file)))];
  }
  const matches = compileGlob(glob);
  const below = target.relative === "." ? 0 : target.relative.length + 1;
  const files = await listFiles(target, context);
  const wanted = files.filter((file) => matches(file.slice(below)) && !isSecret(file));
  return inBatches(wanted, target.link);
}

function inBatches(files: readonly string[], link?: LinkedFolder): readonly Batch[] {
  const batches: string[][] = [];
  let size = Infinity;
  for (const file of files) {
    if (size + file.length > MAX_ARGUMENTS) {
      batches.push([]);
      size = 0;
    }
    const argument = link === undefined ? `./${file}` : link.real + file.slice(link.at.length);
    batches.at(-1)?.push(argument);
    size += argument.length + 1;
  }
  return batches.map((paths) => ({ flags: [], paths }));
}

/** One line of ripgrep's output; `path` is empty for the mark between groups of lines. */
interface Match {
  readonly path: string;
  readonly rest: string;
}

function parsePaths(stdout: string): readonly Match[] {
  const paths = stdout.split("\0").filter((path) => path !== "");
  return paths.map((path) => ({ path: withoutDot(path), rest: "" }));
}

function parseLines(stdout: string): readonly Match[] {
  const matches: Match[] = [];
  for (const line of stdout.replace(/\n$/, "").split("\n")) {
    const at = line.indexOf("\0");
    if (at >= 0) matches.push({ path: withoutDot(line.slice(0, at)), rest: line.slice(at + 1) });
    else if (line === "--") matches.push({ path: matches.at(-1)?.path ?? "", rest: line });
  }
  return matches;
}

function render(
  matches: readonly Match[],
  mode: NonNullable<Input["output_mode"]>,
): readonly string[] {
  if (mode === "files_with_matches") return [...new Set(matches.map(({ path }) => path))];
  return matches.map(({ path, rest }) => {
    if (rest === "--") return rest;
    return `${path}${/^\d+-/.test(rest) ? "-" : ":"}${rest}`;
  });
}

function noteSources(matches: readonly Match[], context: ToolContext): void {
  const paths = [...new Set(matches.map(({ path }) => path))].slice(0, SOURCES_NOTED);
  for (const path of paths.toReversed()) context.reads.noteSource(`file:${path}`);
}

function notesOf(found: { shown: number; all: number; isCut: boolean }): readonly string[] {
  if (found.isCut)
    return ["[There is more than can be searched at once. Narrow the pattern, path or glob.]"];
  if (found.shown === found.all) return [];
  return [
    `[The first ${found.shown} of ${found.all} entries. Narrow the search, or raise head_limit (0 for all).]`,
  ];
}

function complaintOf(stderr: string): string {
  const words = stderr.trim().replaceAll(/^rg: /gm, "");
  return words === "" ? "The search failed." : `The pattern or path can't be searched: ${words}`;
}

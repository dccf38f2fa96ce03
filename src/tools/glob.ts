/** Glob: files by the pattern of their path. */
import { z } from "zod";
import { ToolError } from "../errors.ts";
import { compileGlob } from "./glob-pattern.ts";
import { readTarget, resolveForReading } from "./paths.ts";
import { listFiles } from "./ripgrep.ts";
import { isFolder } from "./text-file.ts";
import { defineTool, LOW } from "./tool.ts";

const MAX_FILES = 1000;

export const globTool = defineTool({
  name: "Glob",
  description: `Finds files by a pattern of their path, such as **/*.ts, src/**/*.{ts,tsx} or package.json, and returns their paths relative to the root of the checkout, one a line, sorted. * and ? match within a name, ** across folders, [a-z] and {a,b} work as usual; a pattern without a slash matches in every folder. With path, only that folder is searched and the pattern counts from there. Hidden files are found; what git ignores is left out unless git tracks it, git's own folder always; linked dependency folders such as node_modules are searched when named by path. ${MAX_FILES} paths at most are shown. Links are not followed. Use it to learn what is where before you read, to see whether a file or a test exists, and to find a file's neighbours; it is cheaper than ls or find in Bash. To find text inside files use Grep.`,
  effect: "reads",
  input: z.strictObject({
    pattern: z.string().describe("The pattern, for example src/**/*.test.ts"),
    path: z
      .string()
      .optional()
      .describe("The folder to search, relative to the root of the checkout. Default: the root"),
  }),
  assess: ({ path = "." }, place) => {
    resolveForReading(place, path);
    return LOW;
  },
  target: ({ path = "." }, place) => readTarget(place, path),
  run: async ({ pattern, path = "." }, context) => {
    const folder = resolveForReading(context, path);
    if (!(await isFolder(folder.absolute))) {
      throw new ToolError(
        `No folder at ${folder.relative}. Leave path out to search the whole checkout.`,
      );
    }
    const matches = compileGlob(pattern);
    const below = folder.relative === "." ? 0 : folder.relative.length + 1;
    const files = (await listFiles(folder, context)).filter((file) => matches(file.slice(below)));
    if (files.length === 0) return "No files match.";
    if (files.length <= MAX_FILES) return files.join("\n");
    const note = `[The first ${MAX_FILES} of ${files.length} files. Narrow the pattern, or name a folder in path.]`;
    return [...files.slice(0, MAX_FILES), note].join("\n");
  },
});

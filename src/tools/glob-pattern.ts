/** Glob patterns as ripgrep reads them: `*` and `?` within a name, `**` across folders, `[a-z]`, `{a,b}`. */
import { ToolError } from "../errors.ts";

/**
 * A test for paths relative to the folder that was searched. A pattern without a slash matches in every folder.
 * Throws `ToolError` where the pattern is not one.
 */
export function compileGlob(pattern: string): (path: string) => boolean {
  if (pattern === "" || pattern.startsWith("!") || pattern.split("/").includes("..")) {
    throw new ToolError(
      `"${pattern}" is no pattern for files. Write one like **/*.ts or src/**/*.{ts,tsx}.`,
    );
  }
  const anchored = pattern.replace(/^\.?\//, "");
  const source = toSource(
    anchored.includes("/") || pattern.includes("/") ? anchored : `**/${anchored}`,
  );
  let expression: RegExp;
  try {
    expression = new RegExp(`^${source}$`, "su");
  } catch (error) {
    throw new ToolError(
      `"${pattern}" is no pattern for files: a bracket or brace in it is not closed.`,
      {
        cause: error,
      },
    );
  }
  return (path) => expression.test(path);
}

const TOKEN = /\*\*\/|\/\*\*$|\*+|\?|\[(?:[!^]?\]?[^\]]*)\]|[{},]|\\.|[^]/gu;

function toSource(pattern: string): string {
  let depth = 0;
  return [...pattern.matchAll(TOKEN)]
    .map(([token]) => {
      if (token === "**/") return "(?:[^/]+/)*";
      if (token === "/**") return "/.+";
      if (token === "**") return ".*";
      if (token.startsWith("*")) return "[^/]*";
      if (token === "?") return "[^/]";
      if (token.startsWith("[") && token.length > 2) return toClass(token);
      if (token === "{") depth++;
      if (token === "{") return "(?:";
      if (token === "}" && depth > 0) {
        depth--;
        return ")";
      }
      if (token === "," && depth > 0) return "|";
      return quote(token.startsWith("\\") && token.length > 1 ? token.slice(1) : token);
    })
    .join("");
}

function toClass(token: string): string {
  const isNegated = /^\[[!^]/.test(token);
  const inner = token.slice(isNegated ? 2 : 1, -1).replaceAll(/[\\[\]^]/g, String.raw`\$&`);
  return `(?!/)[${isNegated ? "^" : ""}${inner}]`;
}

function quote(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

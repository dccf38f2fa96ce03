/** What a person may allow for a whole session: a program that is on no table, where nothing else about the command is HIGH. */
import type { Assessment } from "./assessment.ts";

/**
 * `Bash(shellcheck:*)` where one unknown program is all that makes the command HIGH, else undefined. It stands for every command
 * of which the same is true, and for no other one that begins with these words.
 */
export function sessionPattern(tool: string, assessment: Assessment): string | undefined {
  const { causes = [], parts = [], complete } = assessment;
  const grave = causes.filter(({ risk }) => risk === "HIGH");
  if (tool !== "Bash" || complete !== true || grave.length === 0) return undefined;
  if (grave.some(({ kind }) => kind !== "unknown-program")) return undefined;
  const programs = new Set(
    parts
      .filter((part) => part.causes.some(({ risk }) => risk === "HIGH"))
      .map(({ words: [program] }) => program),
  );
  const [program] = programs;
  // A name that holds what a pattern could mean otherwise is asked about each time.
  if (programs.size !== 1 || typeof program !== "string" || !/^[\w./+-]+$/.test(program)) {
    return undefined;
  }
  return `Bash(${program}:*)`;
}

/** Keys in what a task's commit adds: they are named by file and line, never by their value. */
import { addedLines, type Change } from "../git/changes.ts";
import type { SecretFilter } from "../risk/hide-secrets.ts";

const MOST = 20;

/** `src/a.ts:12: GitHub token`, one for each, but for those beyond the twentieth. */
export async function findLeaks(change: Change, secrets: SecretFilter): Promise<string[]> {
  const places = (await addedLines(change)).flatMap(({ file, line, text }) =>
    secrets.find(text).map(({ kind, start }) => `${file}:${line + linesIn(text, start)}: ${kind}`),
  );
  const found = [...new Set(places)];
  const more = found.length - MOST;
  return more > 0 ? [...found.slice(0, MOST), `${more} more`] : found;
}

function linesIn(text: string, end: number): number {
  return text.slice(0, end).split("\n").length - 1;
}

/** What its worker is told when such work comes back. */
export function leakText(leaks: readonly string[]): string {
  return [
    "Your work holds what looks like a secret, and what is committed once can be read for ever:",
    ...leaks.map((leak) => `- ${leak}`),
    "Take it out: let the code read it from the environment or from a file that git ignores. A made-up value of a test is put together when the test runs, from two texts for example. If it has to stand there as it is, report again and say why: then a person is asked.",
  ].join("\n");
}

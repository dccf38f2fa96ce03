/** A change of a file in a few lines, as the call that made it says it. */
import { type ChangedLine, changedLines } from "../tools/changed-lines.ts";

const SHOWN = 12;

/** The first lines of what an Edit or Write changes, and how many more there are. Null for other calls. */
export function shortDiff(
  tool: string,
  input: Readonly<Record<string, unknown>>,
): { readonly lines: readonly ChangedLine[]; readonly more: number } | null {
  const all = changedLines(tool, input);
  if (all === null) return null;
  // One line on either side says where it is.
  const first = all.findIndex(({ sign }) => sign !== " ");
  const last = all.findLastIndex(({ sign }) => sign !== " ");
  const near = first < 0 ? [] : all.slice(Math.max(0, first - 1), last + 2);
  return { lines: near.slice(0, SHOWN), more: Math.max(0, near.length - SHOWN) };
}

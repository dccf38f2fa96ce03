/** A change of a file in a few lines, as the call that made it says it. */

export interface DiffLine {
  readonly sign: "-" | "+" | " ";
  readonly text: string;
}

const SHOWN = 12;

/** The first lines of what an Edit or Write changes, and how many more there are. Null for other calls. */
export function shortDiff(
  tool: string,
  input: Readonly<Record<string, unknown>>,
): { readonly lines: readonly DiffLine[]; readonly more: number } | null {
  const all = changedLines(tool, input);
  if (all === null) return null;
  return { lines: all.slice(0, SHOWN), more: Math.max(0, all.length - SHOWN) };
}

function changedLines(
  tool: string,
  input: Readonly<Record<string, unknown>>,
): readonly DiffLine[] | null {
  const { old_string: old, new_string: fresh, content } = input;
  if (tool === "Write" && typeof content === "string") return signed("+", linesOf(content));
  if (tool !== "Edit" || typeof old !== "string" || typeof fresh !== "string") return null;
  const before = linesOf(old);
  const after = linesOf(fresh);
  const shortest = Math.min(before.length, after.length);
  let same = 0;
  while (same < shortest && before[same] === after[same]) same += 1;
  let tail = 0;
  while (tail < shortest - same && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return [
    // One line on either side says where it is.
    ...signed(" ", before.slice(Math.max(0, same - 1), same)),
    ...signed("-", before.slice(same, before.length - tail)),
    ...signed("+", after.slice(same, after.length - tail)),
    ...signed(" ", before.slice(before.length - tail, before.length - tail + 1)),
  ];
}

function signed(sign: DiffLine["sign"], lines: readonly string[]): DiffLine[] {
  return lines.map((text) => ({ sign, text }));
}

/** A last line end ends the last line and begins no other. */
function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
}

/** What an Edit or a Write changes, line by line, as the call itself says it. */

export interface ChangedLine {
  readonly sign: "-" | "+" | " ";
  readonly text: string;
}

/** Null for other calls. Lines that both sides of an Edit begin or end with are there once, with a blank as their sign. */
export function changedLines(
  tool: string,
  input: Readonly<Record<string, unknown>>,
): readonly ChangedLine[] | null {
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
    ...signed(" ", before.slice(0, same)),
    ...signed("-", before.slice(same, before.length - tail)),
    ...signed("+", after.slice(same, after.length - tail)),
    ...signed(" ", before.slice(before.length - tail)),
  ];
}

function signed(sign: ChangedLine["sign"], lines: readonly string[]): ChangedLine[] {
  return lines.map((text) => ({ sign, text }));
}

/** A last line end ends the last line and begins no other. */
function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
}

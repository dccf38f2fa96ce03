/** Where something stands in a TOML text, so that a complaint can name the line; the parser itself does not tell. */

/** The line that sets the key, or the innermost part of its path that stands on a line of its own. */
export function lineOf(text: string, key: string): number {
  const lines = text.split("\n");
  for (const name of key.split(".").toReversed()) {
    const at = lines.findIndex((line) => namesIn(line).includes(name));
    if (at >= 0) return at + 1;
  }
  return 1;
}

/** The parts of the key or table that a line begins with. */
function namesIn(line: string): string[] {
  const [head = ""] = line.trim().split(/[=#]/);
  return head.split(/[\s.[\]"']+/);
}

/** Strings of each kind, comments, and the end of a list. */
const TOKEN = /"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#.*|\]/g;

/** The lines of the texts in a list of texts, which may stand on lines of their own below the key. */
export function linesOfItems(text: string, key: string): number[] {
  const first = lineOf(text, key);
  const start = text
    .split("\n")
    .slice(0, first - 1)
    .join("\n").length;
  const name = key.split(".").at(-1) ?? "";
  const opening = new RegExp(`\\b${name}["']?\\s*=\\s*\\[`, "g");
  opening.lastIndex = start;
  if (opening.exec(text) === null) return [];
  TOKEN.lastIndex = opening.lastIndex;
  const lines: number[] = [];
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    const [token] = found;
    if (token === "]") break;
    if (!token.startsWith("#")) lines.push(text.slice(0, found.index).split("\n").length);
  }
  return lines;
}

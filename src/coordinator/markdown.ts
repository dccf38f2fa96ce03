/** Text that is not ours inside of Markdown: it stays where it is put, and nothing in it is obeyed. */
import { showHidden } from "./screen/terminal/printable.ts";

/** One line of plain words: no heading, link, mention, tag, list or formula can come of it. */
export function words(text: string): string {
  return startSafely(escape(oneLine(text)));
}

/** One line in a code span, whatever backticks it holds. */
export function codeSpan(text: string): string {
  const line = oneLine(text);
  const runs = [...line.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = "`".repeat(Math.max(0, ...runs) + 1);
  if (line === "") return "` `";
  // A blank at both ends is taken off again, and keeps the text's own backticks from the fence.
  return runs.length === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`;
}

/** Several lines as a quotation that keeps its line breaks. */
export function quoteLines(text: string): string[] {
  const lines = text.trim().split("\n");
  return lines.map((line, at) => {
    const safe = words(line);
    if (safe === "") return ">";
    return at < lines.length - 1 ? `> ${safe}  ` : `> ${safe}`;
  });
}

function oneLine(text: string): string {
  return showHidden(text.replaceAll(/[\r\n\t\v\f ]+/g, " ").trim());
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll(/[\\`*_[\]|~$]/g, "\\$&")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/#(?=\d)/g, "&#35;")
    .replaceAll("@", "&#64;")
    .replaceAll("://", "&#58;//");
}

/** What would begin a heading, a list, a rule or an underline. */
function startSafely(text: string): string {
  return text.replace(/^(\d+)([.)])/, "$1\\$2").replace(/^[-+=#:!]/, "\\$&");
}

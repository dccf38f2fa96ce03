/** A patch as a person reads it: files and places marked, lines that came and went in their colours. */
import { highlight } from "../terminal/highlight.ts";
import { showHidden } from "../terminal/printable.ts";
import { type Paragraph, paragraph, span, styledParagraph } from "../terminal/styled.ts";

export function patchParagraphs(patch: string): Paragraph[] {
  let language = "";
  return patch.split("\n").map((raw) => {
    const line = showHidden(raw);
    const file = /^\+\+\+ b\/.*\.(\w+)$/.exec(raw);
    if (file !== null) language = file[1] ?? "";
    if (
      /^(?:diff --git|\+\+\+|---|index|new file|deleted file|similarity|rename|Binary)/.test(raw)
    ) {
      const look = raw.startsWith("diff") ? "title" : "dim";
      return paragraph(line, { look, exact: true });
    }
    if (raw.startsWith("@@")) return paragraph(line, { look: "place", exact: true });
    return codeParagraph(line, language);
  });
}

/** What is gone stands in one colour; what is there is read as code. */
export function codeParagraph(line: string, language: string, indent = 0): Paragraph {
  const sign = line.slice(0, 1);
  const layout = { indent, exact: true };
  if (sign === "-") return styledParagraph([span(line, "removed")], layout);
  const look = sign === "+" ? "added" : "plain";
  return styledParagraph([span(sign, look), ...highlight(line.slice(1), language)], layout);
}

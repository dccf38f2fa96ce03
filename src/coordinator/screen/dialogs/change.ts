/** The change that an Edit or a Write would make, line by line with its colours, as the call itself says it. */
import { countOf } from "../../../count.ts";
import { changedLines } from "../../../tools/changed-lines.ts";
import { showHidden } from "../terminal/printable.ts";
import { type Paragraph, paragraph } from "../terminal/styled.ts";
import { codeParagraph } from "../view/patch.ts";

/** So many lines of a change stand in a dialog; `v` shows the others. */
const FIRST_LINES = 20;

export interface ChangeView {
  readonly paragraphs: readonly Paragraph[];
  /** How many lines are left out. */
  readonly hidden: number;
}

/** Null for calls that change no text. */
export function changeView(
  tool: string,
  input: Readonly<Record<string, unknown>>,
  options: { readonly whole: boolean },
): ChangeView | null {
  const path = input["file_path"];
  const lines = changedLines(tool, input);
  if (lines === null || typeof path !== "string") return null;
  const most = options.whole ? lines.length : FIRST_LINES;
  const language = /\.(\w+)$/.exec(path)?.[1] ?? "";
  const shown = lines
    .slice(0, most)
    .map(({ sign, text }) => codeParagraph(`${sign}${showHidden(text)}`, language, 2));
  const hidden = lines.length - shown.length;
  const all = input["replace_all"] === true ? ", every place where it stands" : "";
  const head = `${tool} ${showHidden(path)}${all}`;
  return {
    paragraphs: [
      paragraph(head, { indent: 2, exact: true, look: "bold" }),
      ...shown,
      ...(hidden === 0
        ? []
        : [
            paragraph(`… ${countOf(hidden, "more line")}: v shows all of it`, {
              indent: 2,
              look: "warn",
            }),
          ]),
    ],
    hidden,
  };
}

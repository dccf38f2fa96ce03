/** What a page needs from disk: the changes of a task or of the session, what a worker did last. */
import { diffstat, diffText } from "../../git/changes.ts";
import { paths } from "../../session/folders.ts";
import { type PeekLine, readPeek } from "../peek.ts";
import { taskDiff, whyNoDiff } from "../task-diff.ts";
import type { Team } from "../team.ts";
import type { Page } from "./input/focus.ts";
import { showHidden } from "./terminal/printable.ts";
import { type Paragraph, paragraph, span, styledParagraph } from "./terminal/styled.ts";
import { patchParagraphs } from "./view/patch.ts";

export type ReadPage = (page: Page, team: Team) => Promise<readonly Paragraph[]>;

export function createPageReader(folder: string): ReadPage {
  const at = paths(folder);

  return async (page, team) => {
    switch (page.kind) {
      case "diff": {
        const { task } = page;
        const patch = await (task === null ? sessionDiff(team) : taskDiff(folder, team, task));
        if (patch === null) return [paragraph(whyNoDiff(team, task ?? ""))];
        if (patch.trim() === "") return [paragraph("Nothing is changed so far.")];
        return patchParagraphs(patch);
      }
      case "peek": {
        const lines = await readPeek(at.agent(page.worker));
        return lines.length === 0 ? [paragraph("Nothing so far.")] : lines.map(peekParagraph);
      }
      case "help":
      case "log":
      case "task":
      case "gate":
        return [];
    }
  };
}

async function sessionDiff({ session, integration }: Team): Promise<string> {
  if (session === null || integration.head === session.base) return "";
  const change = { repo: session.repo, base: session.base, head: integration.head };
  return `${await diffstat(change)}\n\n${await diffText(change)}`;
}

function peekParagraph({ kind, text }: PeekLine): Paragraph {
  const shown = span(showHidden(text));
  switch (kind) {
    case "said":
      return styledParagraph([shown]);
    case "runs":
      return styledParagraph([span("● ", "good"), shown]);
    case "done":
      return styledParagraph([span("✓ ", "good"), shown]);
    case "failed":
      return styledParagraph([span("✗ ", "alert"), shown]);
    case "output":
      return styledParagraph([{ ...shown, look: "dim" }], { indent: 2, exact: true });
  }
}

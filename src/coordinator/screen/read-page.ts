/** What a page needs from disk: the changes of a task or of the session, what a worker did last. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { diffstat, diffText } from "../../git/changes.ts";
import { workDiff } from "../../git/work-diff.ts";
import { paths } from "../../session/folders.ts";
import { readPeek } from "../peek.ts";
import type { Team } from "../team.ts";
import type { Page } from "./input/focus.ts";
import { showHidden } from "./terminal/printable.ts";
import { type Paragraph, paragraph, span, styledParagraph } from "./terminal/styled.ts";
import { patchParagraphs } from "./view/patch.ts";

export type ReadPage = (page: Page, team: Team) => Promise<readonly Paragraph[]>;

export function createPageReader(folder: string): ReadPage {
  const at = paths(folder);

  /** The receipt's patch where there is one, else the files of the checkout as they are. */
  async function taskDiff(team: Team, id: string): Promise<string | null> {
    const task = team.tasks.get(id);
    if (task === undefined || task.base === null) return null;
    const { receipt } = task;
    if (receipt?.diff != null) {
      return `${receipt.diffstat.trimEnd()}\n\n${await readFile(join(folder, receipt.diff), "utf8")}`;
    }
    if (task.checkout === "") return null;
    return workDiff({ path: at.checkout(task.checkout), base: task.base });
  }

  return async (page, team) => {
    switch (page.kind) {
      case "diff": {
        const patch =
          page.task === null ? await sessionDiff(team) : await taskDiff(team, page.task);
        if (patch === null)
          return [paragraph(`${page.task} has not begun: there is nothing to compare.`)];
        if (patch.trim() === "") return [paragraph("Nothing is changed so far.")];
        return patchParagraphs(patch);
      }
      case "peek": {
        if (!team.workers.has(page.worker))
          return [paragraph(`There is nobody called ${page.worker}.`)];
        const lines = await readPeek(at.agent(page.worker));
        if (lines.length === 0) return [paragraph("Nothing so far.")];
        return lines.map(({ kind, text }) =>
          kind === "said"
            ? paragraph(showHidden(text))
            : kind === "failed"
              ? styledParagraph([span("✗ ", "alert"), span(showHidden(text))])
              : kind === "output"
                ? paragraph(showHidden(text), { look: "dim", indent: 2, exact: true })
                : styledParagraph([
                    span(kind === "done" ? "✓ " : "● ", "good"),
                    span(showHidden(text)),
                  ]),
        );
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

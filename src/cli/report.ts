/** `swarmux report`: the summary as Markdown, fit for a pull request. */
import { reportOf, type SessionReport } from "../coordinator/report.ts";
import { reportMarkdown } from "../coordinator/report-markdown.ts";
import { parseEvent } from "../session/events.ts";
import { paths } from "../session/folders.ts";
import { readJournal } from "../session/read-journal.ts";
import type { Output } from "./output.ts";
import { viewSession } from "./session-view.ts";

export async function report(output: Output, options: { session?: string; json?: boolean }) {
  const { events } = await viewSession(options.session);
  const data = reportOf(events);
  if (options.json) return output.json({ v: 1, ...data });
  output.line(reportMarkdown(data).trimEnd());
}

/** The report of the session in `folder`, as its journal stands. */
export async function readReport(folder: string): Promise<SessionReport> {
  const { lines } = await readJournal(paths(folder).journal);
  return reportOf(lines.map(parseEvent));
}

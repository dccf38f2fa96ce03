/** The job of the `--offline` scenario: what the person asked for, and how a task's text carries it to a worker. */
import { countOf } from "../../count.ts";

export interface Job {
  readonly kind: "rename" | "replace";
  readonly from: string;
  readonly to: string;
}

/** What a worker reads out of its task. */
export interface Piece {
  readonly job: Job;
  readonly files: readonly string[];
}

export const STAND_IN = "I am a scripted stand-in for a model";

export const HOW_TO_ASK =
  'I can do two things: rename an identifier ("rename getUser to fetchUser") or replace a text ' +
  '("replace \\"old text\\" with \\"new text\\""), across the whole repository. ' +
  "For any other request run swarmux without --offline.";

const FILLER =
  "a|all|and|async|called|calls|class|component|const|constant|each|enum|every|export|exported|field|function|global|" +
  "helper|hook|identifier|interface|its|local|macro|method|module|my|name|named|occurrences|of|our|parameter|private|" +
  "property|public|references|static|struct|symbol|the|trait|type|uses|usages|variable";
const NAME = "[`'\"]?([A-Za-z_]\\w*)(?:\\(\\))?[`'\"]?";
const WHERE = "\\s+everywhere|\\s+(?:in|across|throughout|within|inside)\\s+[^.;!?\\n]{1,60}?";
const RENAME = new RegExp(
  `\\brename\\s+(?:(?:${FILLER})\\s+)*${NAME}(?:${WHERE})?\\s+(?:in)?to\\s+${NAME}(?![\\w/-]|\\.\\w)`,
  "i",
);
const REPLACE = /\breplace\s+(?:[A-Za-z-]+\s+){0,6}?(["'`])(.+?)\1\s+(?:with|by)\s+(["'`])(.*?)\3/i;

// "rename variables to be clearer" names no new name, "rename the function to x" no old one.
const NO_NAMES = new Set([
  ...FILLER.split("|"),
  ..."an be better clearer fit follow it match more something that their them these this those use".split(
    " ",
  ),
]);

/** The job that a request names; undefined when it is none that a script can do. */
export function readJob(request: string): Job | undefined {
  const replace = REPLACE.exec(request);
  if (replace) return makeJob("replace", replace[2] ?? "", replace[4] ?? "");
  const rename = RENAME.exec(request);
  const [from, to] = [rename?.[1] ?? "", rename?.[2] ?? ""];
  return rename && !NO_NAMES.has(to) && !NO_NAMES.has(from)
    ? makeJob("rename", from, to)
    : undefined;
}

function makeJob(kind: Job["kind"], from: string, to: string): Job | undefined {
  return from === to ? undefined : { kind, from, to };
}

/** A ripgrep pattern for every place that has to change. */
export function patternOf({ kind, from }: Job): string {
  return kind === "rename" ? `\\b${from}\\b` : from.replace(/[\\.+*?()|[\]{}^$#&\-~/]/g, "\\$&");
}

/** Where the old name is a part of a longer word: a plain text replacement would hit it too. */
export function embeddedPattern({ from }: Job): string {
  return `\\w${from}|${from}\\w`;
}

/** Paths in what `Grep` prints for `files_with_matches`. */
export function pathsIn(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && line !== "No matches." && !/^\[.*\]$/.test(line));
}

export function titleOf({ kind, from, to }: Job): string {
  return kind === "rename" ? `Rename ${from} to ${to}` : `Replace "${from}" with "${to}"`;
}

export function describePiece({ job, files }: Piece, together: boolean): string {
  const isRename = job.kind === "rename";
  const linked = together
    ? "These files depend on one another and pass their checks only together, so they are one task: change all of them, or none.\n"
    : "";
  return `${titleOf(job)} in ${countOf(files.length, "file")}, in every place where it stands: code, comments, tests and texts.
The other files of the repository are other tasks' work; this task changes only the files that are listed here.
${linked}
Job: ${job.kind}
Old text: ${JSON.stringify(job.from)}
New text: ${JSON.stringify(job.to)}
Search pattern (ripgrep): ${patternOf(job)}
Files:
${files.join("\n")}
End of files.

How: read each file, then replace every occurrence of the old text by the new text${
    isRename ? " as a whole word" : ""
  }.
Leave alone: ${
    isRename
      ? "longer words that hold the old name as a part, the names of files and folders, and formatting."
      : "everything else, the names of files and folders included."
  }
Check: a search for the pattern finds none of the listed files any more. The session's own checks run on the finished
commit, in a clean checkout, before it is merged; nothing has to be run for them here.
Report: how many files were changed, and anything that was left.`;
}

/** Undefined for a task that this scenario's lead has not written. */
export function readPiece(text: string): Piece | undefined {
  const kind = /^Job: (rename|replace)$/m.exec(text)?.[1];
  const from = /^Old text: (".*")$/m.exec(text)?.[1];
  const to = /^New text: (".*")$/m.exec(text)?.[1];
  const files = /^Files:\n([\s\S]*?)\nEnd of files\.$/m.exec(text)?.[1];
  if (!from || !to || !files) return undefined;
  return {
    job: {
      kind: kind === "rename" ? "rename" : "replace",
      from: JSON.parse(from),
      to: JSON.parse(to),
    },
    files: files.split("\n").filter((line) => line !== ""),
  };
}

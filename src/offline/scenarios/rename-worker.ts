/**
 * A worker of the `--offline` scenario: search, change its files in batches, search again, report. What is left to do
 * is always what the newest search found, so a repeated step does no harm; what an interrupted one has left is removed.
 */
import { countOf } from "../../count.ts";
import type { PastCall, Reply, ReplyBlock, ScenarioRequest } from "../scenario.ts";
import { userTexts } from "../scenario-view.ts";
import {
  embeddedPattern,
  HOW_TO_ASK,
  type Job,
  type Piece,
  pathsIn,
  patternOf,
  readPiece,
  STAND_IN,
  titleOf,
} from "./rename-job.ts";
import { clearLeftovers } from "./rename-leftovers.ts";

const MOST_CALLS = 8;
const FILES_A_COMMAND = 20;
const MOST_FAILURES = 2;
const MOST_SEARCHES = 4;

/** One attempt at the piece: everything since the task began, or since its last report was sent back. */
interface Attempt extends Piece {
  readonly calls: readonly PastCall[];
  /** Every call of the conversation. */
  readonly all: readonly PastCall[];
}

export function workerReply(request: ScenarioRequest): Reply {
  const all = request.callsSoFar();
  const piece = readPiece(request.firstUserText);
  if (!piece) return declineTask(all);
  const reported = all.findLast(
    ({ name, result, isError }) => isReport(name) && result && !isError,
  );
  if (!reported) return work({ ...piece, all, calls: all });

  const words = userTexts(request.messages.slice(reported.message + 1)).join("\n");
  const calls = all.filter(({ message }) => message > reported.message);
  if (/\bconflict/i.test(words.slice(0, 400)) && reported.input["status"] === "done") {
    return piece.job.to.includes(piece.job.from)
      ? block(
          "The new text holds the old one, so after a conflict a script can't tell what is done.",
        )
      : work({ ...piece, all, calls });
  }
  if (calls.length === 0 && /reject|fail|\bred\b|not merged|did not pass|exit/i.test(words)) {
    return block(
      "This piece passes its checks only together with the other files: the old name is still used there. " +
        `My ${countOf(piece.files.length, "file")} are changed as the task says; a check rejected them alone.`,
    );
  }
  return { blocks: [text("My report stands.")] };
}

/** A report without any tool call before it is refused, so a search of the memory comes first. */
function declineTask(all: readonly PastCall[]): Reply {
  if (all.length === 0) {
    return { blocks: [text(`${STAND_IN}.`), tool("Recall", { query: "offline model" })] };
  }
  return all.some(({ name }) => isReport(name))
    ? { blocks: [text("My report stands.")] }
    : block(`${STAND_IN} and can't do this task. ${HOW_TO_ASK}`);
}

function work(attempt: Attempt): Reply {
  const { job, calls } = attempt;
  const refused = calls.filter(({ name, isError }) => isReport(name) && isError);
  if (refused.length >= MOST_FAILURES) return { blocks: [text("My report is not accepted.")] };

  const missing = firstSearches(attempt);
  const broken = missing.map((input) => failuresOf(calls, input)).find(isTooMany);
  if (broken) return block(`A search failed: ${broken.at(-1)?.result}`);
  if (missing.length > 0) return start(attempt, missing);

  const searches = calls.filter((call) => isSearch(call, patternOf(job)));
  const last = searches.at(-1);
  if (!last || last.isError) {
    const failed = failuresOf(calls, searchFor(patternOf(job)));
    return isTooMany(failed)
      ? block(`A search failed: ${failed.at(-1)?.result}`)
      : searchAgain(job);
  }
  return clearLeftovers(calls) ?? change(attempt, { search: last, searches: searches.length });
}

interface Round {
  readonly search: PastCall;
  readonly searches: number;
}

function change(attempt: Attempt, { search, searches }: Round): Reply {
  const { job, calls, files } = attempt;
  const isGrowing = job.to.includes(job.from);
  const found = new Set(pathsIn(search.result ?? ""));
  const left = files.filter((file) => found.has(file));
  if (left.length === 0) return done(attempt);

  const since = calls.slice(calls.indexOf(search) + 1).filter(({ result }) => result !== null);
  const stuck = left.filter((file) => isTooMany(failuresAt(calls, file)));
  const open = left.filter((file) => !stuck.includes(file) && !isChanged(since, file));
  if (open.length > 0) return { blocks: nextCalls(attempt, { open, since }) };

  const why = stuck.flatMap((file) => failuresAt(calls, file)).at(-1)?.result;
  if (isGrowing) return stuck.length > 0 ? block(stuckWords(stuck, why)) : done(attempt);
  if (since.length === 0) return block(stuckWords(stuck, why));
  return searches >= MOST_SEARCHES
    ? block(
        `The old text is still in ${countOf(left.length, "file")} after ${searches} tries: ${left[0]}.`,
      )
    : searchAgain(job);
}

interface Step {
  readonly open: readonly string[];
  readonly since: readonly PastCall[];
}

function nextCalls({ job, calls }: Attempt, { open, since }: Step): ReplyBlock[] {
  const embedded = new Set(
    job.kind === "rename"
      ? pathsIn(calls.find((call) => isGood(call, embeddedPattern(job)))?.result ?? "")
      : [],
  );
  const bySed = open.filter((file) => embedded.has(file));
  const byEdit = open.filter((file) => !embedded.has(file));
  const commands = Array.from({ length: Math.ceil(bySed.length / FILES_A_COMMAND) }, (_, index) =>
    substitute(job, bySed.slice(index * FILES_A_COMMAND, (index + 1) * FILES_A_COMMAND)),
  );
  const edits = byEdit
    .filter((file) => isRead(since, file))
    .map((file_path) =>
      tool("Edit", {
        file_path,
        old_string: job.from,
        new_string: job.to,
        replace_all: true,
      }),
    );
  const reads = byEdit
    .filter((file) => !isRead(since, file))
    .map((file_path) => tool("Read", { file_path, limit: 50 }));
  return [...commands, ...edits, ...reads].slice(0, MOST_CALLS);
}

function start({ job, all, files }: Attempt, missing: readonly Search[]): Reply {
  const isFirst = all.length === 0;
  return {
    blocks: [
      { type: "thinking", thinking: "The search says which of my files hold the old text." },
      ...(isFirst
        ? [
            text(
              `${STAND_IN}. ${titleOf(job)} in ${countOf(files.length, "file")}: I search first.`,
            ),
            tool("Recall", { query: job.from }),
          ]
        : [text("I look again at what is there.")]),
      ...missing.map((input) => tool("Grep", input)),
    ],
  };
}

function searchAgain(job: Job): Reply {
  return {
    blocks: [
      text("All files changed. A search confirms it."),
      tool("Grep", searchFor(patternOf(job))),
    ],
  };
}

function done({ job, calls, all, files }: Attempt): Reply {
  const edited = new Set(calls.filter(isGoodEdit).map(({ input }) => input["file_path"])).size;
  const byCommand = files.filter((file) =>
    calls.some((call) => isGoodCommand(call) && namesFile(call, file)),
  ).length;
  const recalled = all.find(({ name }) => name === "Recall");
  const isFirstOfTeam = /^nothing remembered/i.test(recalled?.result ?? "");
  const hasRemembered = all.some(({ name }) => name === "Remember");
  const verb = job.kind === "rename" ? "is called" : "reads";
  const summary = [
    `${titleOf(job)}: changed ${countOf(edited + byCommand, "file")} of ${files.length}.`,
    ...(byCommand > 0
      ? [`${byCommand} of them with sed by whole words: longer words hold the old name and stay.`]
      : []),
    job.to.includes(job.from)
      ? "Every file was changed once; the new text holds the old one, so no search can confirm it."
      : "A search over the checkout finds the old text in none of these files any more.",
    "No checks were run here; the session's own run before the merge.",
  ].join("\n");
  return {
    blocks: [
      text("Done."),
      ...(isFirstOfTeam && !hasRemembered
        ? [
            tool("Remember", {
              text: `"${job.from}" ${verb} "${job.to}" throughout this repository.`,
              kind: "convention",
            }),
          ]
        : []),
      tool("Report", { status: "done", summary, followUps: [] }),
    ],
  };
}

function block(summary: string): Reply {
  return { blocks: [text(summary), tool("Report", { status: "blocked", summary, followUps: [] })] };
}

function stuckWords(files: readonly string[], why: string | null | undefined): string {
  return `${countOf(files.length, "file")} could not be changed (${files.slice(0, 5).join(", ")}). The tool says: ${why ?? "nothing"}`;
}

interface Search {
  readonly [field: string]: unknown;
  readonly pattern: string;
}

function searchFor(pattern: string): Search {
  return { pattern, output_mode: "files_with_matches", head_limit: 0 };
}

/** The searches that an attempt begins with and that have no good answer yet. */
function firstSearches({ job, calls }: Attempt): Search[] {
  const patterns =
    job.kind === "rename" ? [patternOf(job), embeddedPattern(job)] : [patternOf(job)];
  return patterns.filter((pattern) => !calls.some((call) => isGood(call, pattern))).map(searchFor);
}

function substitute({ from, to }: Job, files: readonly string[]): ReplyBlock {
  const command = `sed -i 's/\\b${from}\\b/${to}/g' ${files.map(quote).join(" ")}`;
  return tool("Bash", { command, description: `Replace ${from} by ${to} as a whole word` });
}

function quote(path: string): string {
  const safe = path.startsWith("-") ? `./${path}` : path;
  return `'${safe.replaceAll("'", "'\\''")}'`;
}

function failuresOf(calls: readonly PastCall[], { pattern }: Search): PastCall[] {
  return calls.filter((call) => isSearch(call, pattern) && call.isError);
}

function failuresAt(calls: readonly PastCall[], file: string): PastCall[] {
  return calls.filter((call) => call.isError && namesFile(call, file));
}

function isTooMany(failures: readonly PastCall[]): boolean {
  return failures.length >= MOST_FAILURES;
}

function isSearch({ name, input }: PastCall, pattern: string): boolean {
  return name === "Grep" && input["pattern"] === pattern;
}

function isGood(call: PastCall, pattern: string): boolean {
  return isSearch(call, pattern) && call.result !== null && !call.isError;
}

function isChanged(since: readonly PastCall[], file: string): boolean {
  return since.some((call) => (isGoodEdit(call) || isGoodCommand(call)) && namesFile(call, file));
}

/** A read counts until an edit of the file fails: then the file may have changed on disk. */
function isRead(since: readonly PastCall[], file: string): boolean {
  const last = since.findLast((call) => namesFile(call, file));
  return last?.name === "Read" && !last.isError;
}

function isGoodEdit({ name, isError }: PastCall): boolean {
  return name === "Edit" && !isError;
}

function isGoodCommand({ name, isError }: PastCall): boolean {
  return name === "Bash" && !isError;
}

function namesFile({ name, input }: PastCall, file: string): boolean {
  if (name === "Bash") return `${String(input["command"])} `.includes(` ${quote(file)} `);
  return input["file_path"] === file;
}

function isReport(name: string): boolean {
  return name === "Report";
}

function text(words: string): ReplyBlock {
  return { type: "text", text: words };
}

function tool(name: string, input: Record<string, unknown>): ReplyBlock {
  return { type: "tool_use", name, input };
}

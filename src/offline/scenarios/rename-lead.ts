/**
 * The lead of the `--offline` scenario: search, plan, wait, finish. Where the state of a session stands is read from
 * the conversation: which calls were made and what the tools answered.
 */

import { z } from "zod";
import { countOf } from "../../count.ts";
import type { PastCall, Reply, ReplyBlock, ScenarioRequest } from "../scenario.ts";
import { userTexts } from "../scenario-view.ts";
import { type Group, groupFiles, linkPatterns, placeOf } from "./rename-groups.ts";
import {
  describePiece,
  HOW_TO_ASK,
  type Job,
  pathsIn,
  patternOf,
  readJob,
  STAND_IN,
  titleOf,
} from "./rename-job.ts";

const Rows = z.array(z.looseObject({ id: z.string(), status: z.string() }));
const TOGETHER = " (all at once)";

/** What the conversation says so far. */
interface Lead {
  readonly job: Job;
  readonly calls: readonly PastCall[];
  readonly request: ScenarioRequest;
  readonly files: readonly string[];
  readonly groups: readonly Group[];
  /** Tasks on the board, by id; deleted ones are not among them. */
  readonly tasks: ReadonlyMap<string, readonly string[]>;
}

export function leadReply(request: ScenarioRequest): Reply {
  const job = readJob(request.firstUserText);
  const calls = request.callsSoFar();
  if (!job) return decline(request);
  const searches = searchesFor(job);
  const found = searches.map((input) => firstGood(calls, "Grep", input));
  const missing = searches.filter((_, index) => !found[index]);
  if (missing.length > 0) return survey(request, job, missing);

  const [files = [], importers = [], exporters = []] = found.map((call) =>
    pathsIn(call?.result ?? ""),
  );
  if (files.length === 0) {
    return finish(request, `Nothing to do: no file of the repository holds "${job.from}".`);
  }
  const groups = groupFiles({ files, importers, exporters });
  const lead: Lead = { job, calls, request, files, groups, tasks: tasksOf(calls) };
  return plan(lead) ?? steer(lead);
}

function decline(request: ScenarioRequest): Reply {
  return finish(request, `${STAND_IN}: I can't do this request. ${HOW_TO_ASK}`);
}

interface Search {
  readonly [field: string]: unknown;
  readonly pattern: string;
}

function searchesFor(job: Job): Search[] {
  const files = { output_mode: "files_with_matches", head_limit: 0 };
  const all = { pattern: patternOf(job), ...files };
  if (job.kind === "replace") return [all];
  const { imports, exports } = linkPatterns(job);
  return [
    all,
    { pattern: imports, multiline: true, ...files },
    { pattern: exports, multiline: true, ...files },
  ];
}

function survey(request: ScenarioRequest, job: Job, missing: readonly Search[]): Reply {
  const calls = request.callsSoFar();
  const failed = missing
    .map((input) => calls.filter((call) => isCall(call, "Grep", input) && call.isError))
    .find((errors) => errors.length >= 2);
  if (failed) {
    return finish(request, `The search failed, so there is no plan: ${failed.at(-1)?.result}`);
  }
  return {
    blocks: [
      { type: "thinking", thinking: `${titleOf(job)}: first find every file that holds it.` },
      text(
        `${STAND_IN}. I read the results of the tools and follow a script: ${titleOf(job)}. First I search for every file that has to change.`,
      ),
      ...missing.map((input) => tool("Grep", input)),
    ],
  };
}

/** Creates the tasks that are not on the board yet; undefined once all are. */
function plan({ job, calls, request, files, groups }: Lead): Reply | undefined {
  const attempts = groups.map(({ files: share }) => createsOf(calls, share));
  const missing = groups.filter((_, index) => !attempts[index]?.some(({ isError }) => !isError));
  const stuck = attempts.find(
    (tries) => tries.length >= 2 && tries.every(({ isError }) => isError),
  );
  if (stuck) return finish(request, `A task could not be created: ${stuck.at(-1)?.result}`);
  if (missing.length > 0) {
    return {
      blocks: [
        {
          type: "thinking",
          thinking: `${countOf(files.length, "file")}, ${countOf(groups.length, "task")}.`,
        },
        text(
          `Found ${countOf(files.length, "file")}. That makes ${countOf(groups.length, "task")}.`,
        ),
        ...missing.map((group) => createTask(job, group)),
      ],
    };
  }
  // All pieces are on the board: what just failed is the one task that was to take their place.
  const refused = request.lastResults.find(({ name, isError }) => name === "TaskCreate" && isError);
  if (refused) return finish(request, `A task could not be created: ${refused.text}`);
  return request.lastResults.some(({ name }) => name === "TaskCreate")
    ? { blocks: [text(`The plan stands: ${describeGroups(groups)}. I wait for the reports.`)] }
    : undefined;
}

/** What comes after the plan: each time the lead is woken it looks at the board and acts on what it sees. */
function steer(lead: Lead): Reply {
  const { request, calls } = lead;
  const answered = new Set(request.lastResults.map(({ name }) => name));
  if (answered.has("Finish")) return { blocks: [text("I have nothing left to do.")] };
  if (answered.has("TaskList")) return judge(lead);
  if (answered.has("TaskUpdate")) return createTogether(lead);
  if (answered.has("Grep")) return conclude(lead);
  const words = request.lastUserTexts.join("\n");
  if (
    /plan\b.{0,40}\b(?:rejected|not approved|denied)|reject(?:ed|s) (?:the|your) plan/i.test(words)
  ) {
    return finish(
      request,
      `${STAND_IN} and have one plan for this request only; it was not accepted, so nothing was changed.`,
    );
  }
  return calls.length > 0 ? { blocks: [tool("TaskList", {})] } : decline(request);
}

function judge(lead: Lead): Reply {
  const { request, tasks, job } = lead;
  const rows = readRows(request.lastResults.find(({ name }) => name === "TaskList")?.text ?? "");
  if (!rows) return { blocks: [text("The board can't be read. I wait for the next report.")] };
  const mine = rows.filter(({ id }) => tasks.has(id));
  const open = mine.filter(({ status }) => status === "pending" || status === "in_progress");
  const bad = mine.filter(({ status }) => status === "blocked" || status === "failed");
  if (bad.length > 0 && mayJoin(lead)) return takeBack([...bad, ...open]);
  if (open.length > 0) {
    return {
      blocks: [text(`${countOf(open.length, "task")} still open. I wait for the reports.`)],
    };
  }
  if (bad.length > 0) return finishBroken(lead, mine);
  return { blocks: [tool("Grep", searchesFor(job)[0] ?? {})] };
}

/** Pieces that fail their checks one by one get one more try as one piece, unless a person said no. */
function mayJoin({ request, calls, groups }: Lead): boolean {
  const tried = calls.some(
    ({ name, input }) => name === "TaskUpdate" && input["status"] === "deleted",
  );
  const planned = calls.findLast(({ name }) => name === "TaskCreate")?.message ?? 0;
  const words = userTexts(request.messages.slice(planned)).join("\n");
  const isDenied = /\bdenied\b.{0,40}\bperson\b|\bperson\b.{0,40}\b(?:denied|said no)\b/i.test(
    words,
  );
  return !tried && groups.length > 1 && !(isDenied && !/only together/i.test(words));
}

function takeBack(rows: z.infer<typeof Rows>): Reply {
  return {
    blocks: [
      text(
        "These pieces pass their checks only together. I take them back and make them one task.",
      ),
      ...rows.flatMap(({ id, status }) => [
        ...(status === "in_progress" ? [tool("TaskStop", { taskId: id })] : []),
        tool("TaskUpdate", { taskId: id, status: "deleted" }),
      ]),
    ],
  };
}

function createTogether(lead: Lead): Reply {
  const files = deletedFiles(lead.calls).toSorted();
  if (files.length === 0) return { blocks: [tool("TaskList", {})] };
  return { blocks: [createTask(lead.job, { files, linked: true }, TOGETHER)] };
}

function conclude({ request, job, calls, tasks }: Lead): Reply {
  const board = calls.findLast(({ name }) => name === "TaskList");
  const done = (readRows(board?.result ?? "") ?? []).flatMap(({ id }) => {
    const files = tasks.get(id);
    return files ? [files] : [];
  });
  const count = countOf(done.flat().length, "file");
  const result =
    done.length === 0
      ? "nothing was merged"
      : `merged, ${count} by ${countOf(done.length, "task")}`;
  return finish(request, `${titleOf(job)}: ${result}. ${describeRest(request, job)}`);
}

function describeRest({ lastResults }: ScenarioRequest, job: Job): string {
  const search = lastResults.find(({ name }) => name === "Grep");
  if (!search || search.isError) return `The last search failed: ${search?.text}`;
  const left = pathsIn(search.text);
  if (left.length === 0) return `A search finds "${job.from}" nowhere any more.`;
  if (job.to.includes(job.from)) {
    return `The new text holds the old one, so a search still finds ${countOf(left.length, "file")}.`;
  }
  return `A search still finds "${job.from}" in ${countOf(left.length, "file")}: ${left.slice(0, 10).join(", ")}.`;
}

function finishBroken({ request, job, tasks }: Lead, rows: z.infer<typeof Rows>): Reply {
  const list = (wanted: (status: string) => boolean) =>
    rows
      .filter(({ status }) => wanted(status))
      .map(({ id, status }) => `${id} ${status} (${countOf(tasks.get(id)?.length ?? 0, "file")})`)
      .join(", ") || "nothing";
  const stands = list((status) => status === "completed");
  const failed = list((status) => status !== "completed");
  return finish(
    request,
    `${titleOf(job)}: not all of it is done. Stands, merged: ${stands}. Did not pass: ${failed}. A script can't mend what the checks found; a model may.`,
  );
}

function finish(request: ScenarioRequest, summary: string): Reply {
  if (request.lastResults.some(({ name }) => name === "Finish")) return { blocks: [text(summary)] };
  return { blocks: [text(summary), tool("Finish", { summary })] };
}

function createTask(job: Job, group: Group, mark = ""): ReplyBlock {
  const { files, linked } = group;
  const subject = `${titleOf(job)} in ${placeOf(files)}, ${countOf(files.length, "file")}${mark}`;
  return tool("TaskCreate", {
    subject,
    description: describePiece({ job, files }, linked),
    files: [...files],
  });
}

function createsOf(calls: readonly PastCall[], files: readonly string[]): PastCall[] {
  const key = JSON.stringify(files);
  return calls.filter(
    ({ name, input, result }) =>
      name === "TaskCreate" && result !== null && JSON.stringify(input["files"]) === key,
  );
}

function tasksOf(calls: readonly PastCall[]): Map<string, readonly string[]> {
  const tasks = createdTasks(calls);
  for (const id of deletedIds(calls)) tasks.delete(id);
  return tasks;
}

function createdTasks(calls: readonly PastCall[]): Map<string, readonly string[]> {
  return new Map(
    calls
      .filter(({ name, isError }) => name === "TaskCreate" && !isError)
      .flatMap(({ input, result }) => {
        const id = /created task ([\w-]+)/i.exec(result ?? "")?.[1];
        return id ? [[id, z.array(z.string()).parse(input["files"])] as const] : [];
      }),
  );
}

function deletedIds(calls: readonly PastCall[]): string[] {
  return calls
    .filter(
      ({ name, input, isError, result }) =>
        name === "TaskUpdate" && input["status"] === "deleted" && !isError && result !== null,
    )
    .map(({ input }) => String(input["taskId"]));
}

function deletedFiles(calls: readonly PastCall[]): string[] {
  const created = createdTasks(calls);
  return deletedIds(calls).flatMap((id) => created.get(id) ?? []);
}

function readRows(json: string): z.infer<typeof Rows> | undefined {
  try {
    return Rows.parse(JSON.parse(json.slice(json.indexOf("["), json.lastIndexOf("]") + 1)));
  } catch {
    return undefined;
  }
}

function firstGood(calls: readonly PastCall[], name: string, input: Search): PastCall | undefined {
  return calls.find((call) => isCall(call, name, input) && call.result !== null && !call.isError);
}

function isCall(call: PastCall, name: string, { pattern }: Search): boolean {
  return call.name === name && call.input["pattern"] === pattern;
}

function describeGroups(groups: readonly Group[]): string {
  const linked = groups.find((group) => group.linked);
  const note = linked ? `, ${countOf(linked.files.length, "file")} of them together in one` : "";
  return `${countOf(groups.length, "task")}${note}`;
}

function text(words: string): ReplyBlock {
  return { type: "text", text: words };
}

function tool(name: string, input: Record<string, unknown>): ReplyBlock {
  return { type: "tool_use", name, input };
}

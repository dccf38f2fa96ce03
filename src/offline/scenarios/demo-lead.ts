/** The demo's lead: a census, six tasks, and a summary once everything is settled. */
import type { Reply, ReplyBlock, ScenarioRequest } from "../scenario.ts";
import { answer, call, hasCalled, type Pace, STAND_IN, say } from "./demo-script.ts";

const CONTRACT =
  "Contract (fixed): `name(input, cb)` becomes `async name(input)`; the result of `cb(null, result)` is what it resolves with, and a missing input rejects with the same TypeError.";
const PATTERN =
  "Pattern: `find(3, (error, result) => …)` becomes `await find(3)`; a test that took `done` becomes an async test.";
const ODD_CASES =
  "Odd cases: a callback that is called more than once: leave it, list it, go on. Ask when an export would have to get another name.";

const FOLDERS = ["catalog", "cart", "billing"] as const;

export function leadReply(request: ScenarioRequest, pace: Pace): Reply {
  const all = request.callsSoFar();
  const results = request.lastResults;
  if (all.length === 0) {
    return answer(
      pace,
      say(`${STAND_IN}. First a census of the callbacks.`),
      call("Grep", { pattern: "\\bcb\\b", output_mode: "count" }),
      call("Glob", { pattern: "src/**/*.js" }),
    );
  }
  if (!hasCalled(all, "TaskCreate")) {
    return answer(
      pace,
      say("Twelve modules in four folders, each folder with its test."),
      ...plan(),
    );
  }
  if (results.some(({ name }) => name === "TaskCreate")) {
    return { blocks: [say("Six tasks. The description waits for the four folders.")] };
  }
  const board = results.find(({ name }) => name === "TaskList");
  const refused = results.some(({ name, isError }) => name === "Finish" && isError);
  if (refused) return { blocks: [say("I wait for what is open.")] };
  if (board === undefined) return { blocks: [call("TaskList", {})] };
  return { blocks: settle(JSON.parse(board.text)) };
}

interface Row {
  readonly id: string;
  readonly subject: string;
  readonly status: string;
  readonly blockedBy: readonly string[];
}

/** What is given up takes along what waits for it; once nothing is open the session is finished. */
function settle(rows: readonly Row[]): ReplyBlock[] {
  const given = rows.filter(({ status }) => status === "failed" || status === "blocked");
  const stuck = rows.filter(
    (row) =>
      row.status === "pending" && row.blockedBy.some((id) => given.some((one) => one.id === id)),
  );
  if (stuck.length > 0) {
    return stuck.map(({ id }) => call("TaskUpdate", { taskId: id, status: "deleted" }));
  }
  const isOpen = rows.some(({ status }) => status === "pending" || status === "in_progress");
  return isOpen
    ? [say("I wait for the rest.")]
    : [call("Finish", { summary: summary(rows, given) })];
}

function summary(rows: readonly Row[], given: readonly Row[]): string {
  const merged = rows.filter(({ status }) => status === "completed").length;
  return [
    `The shop answers with promises: ${merged} of ${rows.length} tasks merged, each after its checks.`,
    ...given.map(({ id, subject }) => `Not done: ${id} ${subject}.`),
    "Assumptions:",
    "- Nobody outside of this repository calls the shop through callbacks.",
    "- A missing input stays a TypeError, as the tests want it.",
  ].join("\n");
}

function plan(): ReplyBlock[] {
  return [
    ...FOLDERS.map(folderTask),
    call("TaskCreate", {
      subject: "The callback version stays at hand on a branch of origin",
      description: [
        "The version with callbacks can still be checked out from origin after this change, so that nobody who needs it is stranded, and docs/callbacks.md says where it is.",
        "Files: write only `docs/callbacks.md`, which is new.",
        "Contract (fixed): the commit that you start from is on a branch of origin. Nothing else there changes.",
        "Check: the session's own is enough.",
        "Not this: the modules have tasks of their own. Leave the local branches alone.",
        "Odd cases: where the person wants another way, take it. Ask when origin can't be reached.",
      ].join("\n"),
      files: ["docs/callbacks.md"],
    }),
    folderTask("shipping"),
    call("TaskCreate", {
      subject: "README and AGENTS.md describe the promises",
      description: [
        "Whoever opens the repository reads how it works now, and no text speaks of a callback that is not there any more.",
        "Files: write only `README.md` and `AGENTS.md`.",
        "Contract (fixed): one sentence each, as short as the old ones.",
        "Check: no `cb` is left in src, README.md and AGENTS.md.",
        "Not this: leave `docs/` to its own task, and every module as it is.",
        "Odd cases: a `cb` that is left in a module goes into the report.",
      ].join("\n"),
      blockedBy: ["t1", "t2", "t3", "t5"],
      files: ["README.md", "AGENTS.md"],
      check: "! grep -rnw cb src README.md AGENTS.md",
    }),
  ];
}

function folderTask(folder: string): ReplyBlock {
  return call("TaskCreate", {
    subject: `The ${folder} answers with promises`,
    description: [
      `Every function in src/${folder} answers with a promise, and its test awaits it, so that callers can use await and try.`,
      `Files: write only \`src/${folder}/**\` and \`test/${folder}.test.js\`.`,
      CONTRACT,
      PATTERN,
      "Check: the session's own, `node --test`, on all of the repository.",
      "Not this: other folders have their own tasks. Names of files, functions and results stay as they are.",
      ODD_CASES,
    ].join("\n"),
    files: [`src/${folder}/**`, `test/${folder}.test.js`],
  });
}

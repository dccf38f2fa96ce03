/** What must be true of a session however it was killed. Each check answers with its complaints. */
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { findRunFolder } from "../../src/session/run-folder.ts";
import { findProcesses } from "../e2e/support/leftovers.ts";
import { fingerprint } from "../e2e/support/rename-repository.ts";
import { git } from "../e2e/support/workplace.ts";
import { ANSWER, LETTER, MARK, QUESTION } from "../fixtures/scenarios/faults.ts";
import { type Evidence, only } from "./evidence.ts";
import { checkHistories, userTexts } from "./histories.ts";
import { WORLD } from "./person.ts";
import { stateFolder, statePaths } from "./place.ts";
import { checkWire } from "./wire.ts";

type Check = (evidence: Evidence) => string[] | Promise<string[]>;

const CHECKS: Readonly<Record<string, Check>> = {
  ends: checkEnds,
  once: checkOnce,
  action: checkMark,
  order: checkOrder,
  told: checkTold,
  wire: checkWire,
  history: checkHistories,
  api: checkRequests,
  work: checkWork,
  leftovers: checkLeftovers,
};

export async function findComplaints(evidence: Evidence): Promise<string[]> {
  const complaints: string[] = [];
  for (const [name, check] of Object.entries(CHECKS)) {
    for (const complaint of await check(evidence)) complaints.push(`${name}: ${complaint}`);
  }
  return complaints;
}

function checkEnds({ story }: Evidence): string[] {
  const last = story.ends.at(-1);
  return last === 0 ? [] : [`the session ended with ${story.ends.join(", then ")}`];
}

/** What happened how often, by what it was. */
function checkOnce(evidence: Evidence): string[] {
  const { events } = evidence;
  const reports = only(evidence, "task.updated").flatMap(({ task, report }) =>
    report === undefined ? [] : [`${task} ${report.summary}`],
  );
  const rows: readonly [what: string, found: readonly string[], wanted: readonly string[]][] = [
    ["started", only(evidence, "session.started").map(({ session }) => session), ["s"]],
    ["ended", only(evidence, "session.finished").map(({ outcome }) => outcome), ["done"]],
    ["plan proposed", only(evidence, "plan.proposed").map(({ tasks }) => tasks.join()), ["t1,t2"]],
    ["plan approved", only(evidence, "plan.approved").map(({ by }) => by), ["--yes"]],
    ["created", only(evidence, "task.created").map(({ task }) => task.id), ["t1", "t2"]],
    ["assigned", only(evidence, "task.assigned").map(({ task }) => task), ["t1", "t2"]],
    [
      "reported",
      reports,
      ["t1 The greeting is mended.", "t1 The greeting stands.", "t2 The words are counted."],
    ],
    ["queued", only(evidence, "integration.queued").map(({ task }) => task), ["t1", "t1", "t2"]],
    ["rejected", only(evidence, "integration.rejected").map(({ task }) => task), ["t1"]],
    ["merged", only(evidence, "integration.merged").map(({ task }) => task), ["t1", "t2"]],
    [
      "finished",
      only(evidence, "task.finished").map(({ task, status }) => `${task} ${status}`),
      ["t1 completed", "t2 completed"],
    ],
    ["remembered", only(evidence, "memory.written").map(({ entry }) => entry.id), ["m1"]],
    [
      "sent",
      only(evidence, "message.sent").map(({ from, to }) => `${from} to ${to}`),
      ["ada to coordinator", "coordinator to ada"],
    ],
    ["delivered", only(evidence, "message.delivered").map(({ to }) => to), ["ada", "coordinator"]],
    ["asked", only(evidence, "question.asked").map(({ question }) => question), ["q1"]],
    ["answered", only(evidence, "question.answered").map(({ question }) => question), ["q1"]],
    ["opened", only(evidence, "gate.opened").map(({ gate }) => gate.id), ["ada-1", "merge-1"]],
    [
      "decided",
      only(evidence, "gate.answered").map(({ gate, answer }) => `${gate} ${answer}`),
      ["ada-1 once", "merge-1 once"],
    ],
    ["voided", only(evidence, "gate.voided").map(({ gate }) => gate), []],
  ];
  if (events.length === 0) return ["nothing happened"];
  return rows.flatMap(([what, found, wanted]) =>
    found.toSorted().join() === wanted.join()
      ? []
      : [`${what}: ${found.join() || "none"} instead of ${wanted.join() || "none"}`],
  );
}

/** The approved action runs at most once; where its outcome is known as good, exactly once. */
function checkMark(evidence: Evidence): string[] {
  const runs = only(evidence, "tool.started").filter(
    ({ risk, input }) => risk === "HIGH" && JSON.stringify(input).includes(MARK),
  );
  const isDone = only(evidence, "tool.finished").some(
    ({ id, ok }) => ok && runs.some((run) => run.id === id),
  );
  const { marks } = evidence;
  if (marks > 1 || runs.length > 1)
    return [`the approved action ran ${marks} times and was begun ${runs.length} times`];
  return isDone && marks === 0 ? ["the approved action is said to have run and has not"] : [];
}

/** Causes come before their effects. */
function checkOrder(evidence: Evidence): string[] {
  const chains: Record<string, (number | undefined)[]> = {
    question: [find("question.asked"), find("question.answered"), find("task.created")],
    gate: [
      evidence.events.find((event) => event.type === "gate.opened" && event.gate.id === "ada-1")
        ?.seq,
      evidence.events.find((event) => event.type === "gate.answered" && event.gate === "ada-1")
        ?.seq,
      evidence.events.find((event) => event.type === "tool.started" && event.risk === "HIGH")?.seq,
    ],
    ...Object.fromEntries(
      ["t1", "t2"].map((id) => [
        id,
        (
          [
            "task.assigned",
            "integration.queued",
            "integration.checked",
            "integration.merged",
            "task.finished",
          ] as const
        ).map(
          (type) =>
            evidence.events.find(
              (event) => event.type === type && "task" in event && event.task === id,
            )?.seq,
        ),
      ]),
    ),
  };
  function find(type: string) {
    return evidence.events.find((event) => event.type === type)?.seq;
  }
  return Object.entries(chains).flatMap(([name, seqs]) => {
    const known = seqs.map((seq) => seq ?? Number.NaN);
    const isOrdered = known.every((seq, at) => at === 0 || seq > (known[at - 1] ?? Number.NaN));
    return isOrdered ? [] : [`${name} is out of order: ${seqs.join(", ")}`];
  });
}

/** What an agent has to hear it hears once. */
function checkTold({ agents }: Evidence): string[] {
  const told: readonly [agent: string, what: string, times: number][] = [
    ["lead", LETTER, 1],
    ["lead", "rejected t1", 1],
    ["lead", "merged t1", 1],
    ["lead", "merged t2", 1],
    ["ada", ANSWER, 1],
    ["ada", "rejected: your work", 1],
    ["ada", "This is your task t1", 1],
    ["ben", "This is your task t2", 1],
  ];
  const complaints = told.flatMap(([agent, what, times]) => {
    const texts = userTexts(agents.get(agent) ?? []);
    const count = texts.filter((text) => text.includes(what)).length;
    return count === times ? [] : [`${agent} was told ${count} times: ${what}`];
  });
  const outcomes = (agents.get("lead") ?? []).filter(({ type }) => type === "call.outcome");
  const answers = outcomes.filter((line) => JSON.stringify(line["content"]).includes(WORLD));
  if (answers.length !== 1)
    complaints.push(`the lead got ${answers.length} answers to: ${QUESTION}`);
  return complaints;
}

function checkRequests({ requests }: Evidence): string[] {
  if (requests.length === 0) return ["the model was never asked"];
  return requests.flatMap(({ status, violation }) =>
    status === 200 && violation === null ? [] : [`the API answered ${status}: ${violation ?? ""}`],
  );
}

/** What an undisturbed session comes to. */
const FILES = {
  "count.txt": "4\n",
  "greeting.txt": "hello world\n",
  "words.txt": "one two three four\n",
};

async function checkWork({ place, team }: Evidence): Promise<string[]> {
  const complaints: string[] = [];
  const branch = "swarmux/s/integration";
  const rows = git(place, "ls-tree", "-r", "--format=%(objectname) %(path)", branch);
  const wanted = Object.entries(FILES).map(([name, text]) => `${blobName(text)} ${name}`);
  if (rows !== wanted.join("\n")) complaints.push(`the tree is ${rows.replaceAll("\n", "; ")}`);
  const commits = git(
    place,
    "log",
    "--format=%(trailers:key=Swarmux-Task,valueonly,separator=%x2C)",
    `${place.base}..${branch}`,
  );
  if (commits.split("\n").toSorted().join() !== "t1,t2")
    complaints.push(`its commits are of ${commits.split("\n").join()}`);
  const head = git(place, "rev-parse", branch);
  if (head !== team.integration.head)
    complaints.push(`the branch is at ${head}, the journal says ${team.integration.head}`);
  const mine = [
    git(place, "symbolic-ref", "HEAD"),
    git(place, "rev-parse", "HEAD"),
    git(place, "status", "--porcelain", "--ignored"),
  ];
  if (mine.join() !== ["refs/heads/main", place.base, ""].join())
    complaints.push(`the person's branch was touched: ${mine.join()}`);
  const refs = git(place, "for-each-ref", "--format=%(refname)").split("\n");
  const foreign = refs.filter((ref) => ref !== "refs/heads/main" && ref !== `refs/heads/${branch}`);
  if (foreign.length > 0) complaints.push(`there are other refs: ${foreign.join()}`);
  const kept = Object.keys(await fingerprint(place.repo)).filter((path) =>
    /worktrees|\.lock$|\.tmp$|tmp_/.test(path),
  );
  if (kept.length > 0) complaints.push(`left in the repository: ${kept.join()}`);
  return complaints;
}

function blobName(text: string): string {
  return createHash("sha1").update(`blob ${text.length}\0${text}`).digest("hex");
}

async function checkLeftovers({ place }: Evidence): Promise<string[]> {
  const complaints = (await waitForNoProcess(place.folder)).map(
    ({ pid, command }) => `process ${pid} still runs: ${command}`,
  );
  const temporary = await readdir(place.env["TMPDIR"] ?? "");
  if (temporary.length > 0) complaints.push(`temporary files: ${temporary.join()}`);
  const run = await findRunFolder(stateFolder(place));
  if (run !== undefined) complaints.push(`the run folder is there: ${run}`);
  const folders = await readdir(statePaths(place).checkouts, { recursive: true });
  const half = folders.filter((path) => /(^|\/)\.trash-|\.next$|\.lock$|\.tmp$/.test(path));
  if (half.length > 0) complaints.push(`unfinished in the checkouts: ${half.join()}`);
  return complaints;
}

async function waitForNoProcess(folder: string) {
  const deadline = performance.now() + 5_000;
  for (;;) {
    const found = await findProcesses(folder);
    if (found.length === 0 || performance.now() > deadline) return found;
  }
}

/** A session's report as Markdown, fit for a pull request. Text of agents can't break out of its place. */
import { countOf } from "../count.ts";
import { type BillRow, cacheShare, sumText } from "./bill.ts";
import { codeSpan, quoteLines, words } from "./markdown.ts";
import type { CheckReport, GateReport, SessionReport, TaskReport } from "./report.ts";

export function reportMarkdown(report: SessionReport): string {
  const merged = report.tasks.filter(({ status }) => status === "completed").length;
  const sections: [string, string[]][] = [
    ["What was done", report.tasks.flatMap(taskLines)],
    ["Receipts", receiptLines(report)],
    ["Denied and refused", refusedLines(report)],
    ["Approved", report.gates.filter(isYes).map(gateLine)],
    ["Rejections and repairs", repairLines(report)],
    ["Questions and answers", report.questions.flatMap(questionLines)],
    ["Assumptions", report.assumptions.map((text) => `- ${words(text)}`)],
    ["Follow-ups", report.followUps.map(({ task, text }) => `- ${task}: ${words(text)}`)],
    [
      "Remembered",
      report.memory.map(
        ({ id, kind, by, text }) => `- ${codeSpan(id)} ${kind}, by ${words(by)}: ${words(text)}`,
      ),
    ],
    ["Cost", costLines(report)],
    ["How to accept", acceptLines(report)],
  ];
  return [
    `# ${words(report.request)}`,
    "",
    `${outcomeWords(report)}: ${merged} of ${countOf(report.tasks.length, "task")} merged into ${codeSpan(report.branch)}, base ${codeSpan(report.base.slice(0, 10))}, session ${codeSpan(report.session)}.${report.isOffline ? " The model was a scripted model." : ""}`,
    ...(report.summary === "" ? [] : ["", ...quoteLines(report.summary)]),
    ...sections.flatMap(([title, lines]) =>
      lines.length === 0 ? [] : ["", `## ${title}`, "", ...lines],
    ),
    "",
  ].join("\n");
}

function outcomeWords({ state, outcome }: SessionReport): string {
  if (state !== "finished") return state === "paused" ? "Stopped before its end" : "Not finished";
  switch (outcome) {
    case "done":
      return "Done";
    case "failed":
    case null:
      return "Not all done";
    case "denied":
      return "Not all done, because a person said no";
    case "missing":
      return "Something that is needed was missing";
    case "temporary":
      return "Given up for the time being";
    case "interrupted":
      return "Interrupted";
  }
}

function taskLines(task: TaskReport): string[] {
  const { id, subject, status, worker, commit, diffstat, why } = task;
  const size = diffstat.trim().split("\n").at(-1)?.trim() ?? "";
  const facts = [
    status === "completed" ? "merged" : status.replace("_", " "),
    ...(worker === null ? [] : [`by ${words(worker)}`]),
    ...(commit === null ? [] : [`as ${codeSpan(commit.slice(0, 10))}`]),
    ...(size === "" ? [] : [words(size)]),
  ];
  const line = `- **${id}** ${words(subject)}: ${facts.join(", ")}`;
  if (status === "completed" || why === "") return [line];
  return [line, `  - ${words(why.split("\n")[0] ?? "")}`];
}

function receiptLines({ baseChecks, tasks }: SessionReport): string[] {
  return [
    ...baseChecks.map((check) => `- base: ${checkWords(check)}`),
    ...tasks.flatMap(({ id, checks }) => checks.map((check) => `- ${id}: ${checkWords(check)}`)),
  ];
}

function checkWords({ command, exit, ms }: CheckReport): string {
  return `${codeSpan(command)} → exit ${exit ?? "none"}, ${(ms / 1000).toFixed(1)} s`;
}

function refusedLines({ gates, refused }: SessionReport): string[] {
  return [
    ...gates.filter((gate) => !isYes(gate)).map(gateLine),
    ...refused.map(
      ({ agent, tool, action, why }) =>
        `- ${words(agent)}: ${words(tool)}${action === "" ? "" : ` ${codeSpan(action)}`} was refused: ${words(why)}`,
    ),
    ...gates.flatMap(({ id, attempts }) =>
      attempts.map((by) => `- ${codeSpan(id)}: an answer of ${words(by)} did not count`),
    ),
  ];
}

function isYes({ answer }: GateReport): boolean {
  return answer === "once" || answer === "session" || answer === "edit";
}

function gateLine({ worker, tool, action, reasons, answer, by, note }: GateReport): string {
  const what = `${words(worker)}: ${words(tool)} ${codeSpan(action)} (${reasons.map(words).join("; ")})`;
  const said = note === "" ? "" : `: ${words(note)}`;
  switch (answer) {
    case "once":
      return `- ${what}: approved once by ${words(by)}${said}`;
    case "session":
      return `- ${what}: approved for the session by ${words(by)}${said}`;
    case "edit":
      return `- ${what}: changed by ${words(by)}${said}`;
    case "deny":
      return `- ${what}: denied by ${words(by)}${said}`;
    case "void":
      return `- ${what}: never answered${said}`;
    case "open":
      return `- ${what}: waits for an answer`;
  }
}

function repairLines({ tasks, losses }: SessionReport): string[] {
  return [
    ...tasks.flatMap(({ id, rejections, status }) =>
      rejections.map((why, at) => {
        const isLast = at === rejections.length - 1;
        const end = isLast && status === "completed" ? "; mended and merged" : "";
        return `- ${id} came back: ${words(gist(why))}${end}`;
      }),
    ),
    ...losses.map(
      ({ worker, reason, isBack }) =>
        `- ${words(worker)} was lost: ${words(reason)}${isBack ? "; it was started again and went on" : ""}`,
    ),
  ];
}

/** The first lines of a rejection: what it was, and which command said so. */
function gist(why: string): string {
  return why.split("\n").slice(0, 2).join(" ");
}

function questionLines({ agent, text, answer, by }: SessionReport["questions"][number]): string[] {
  const reply = answer === null ? "no answer" : `${words(by)}: ${words(answer)}`;
  return [`- ${words(agent)}: ${words(text)}`, `  - ${reply}`];
}

function costLines({ bill, total, isOffline }: SessionReport): string[] {
  const rows = bill.filter(({ by }) => by !== "task");
  const head = `${sumText(total)} for ${countOf(total.calls, "model call")}, ${percent(total)} of what they read came from the cache.`;
  return [
    isOffline ? `${head} A scripted model costs nothing.` : head,
    "",
    "| | calls | read | written | from the cache | cost |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
    ...rows.map(
      (row) =>
        `| ${row.by} ${words(row.name)} | ${row.calls} | ${row.input + row.cache_read + row.cache_write} | ${row.output} | ${percent(row)} | ${sumText(row)} |`,
    ),
  ];
}

function percent(row: Pick<BillRow, "input" | "cache_read" | "cache_write">): string {
  return `${Math.round(cacheShare(row) * 100)} %`;
}

function acceptLines({ session, branch, tasks }: SessionReport): string[] {
  if (!tasks.some(({ commit }) => commit !== null)) return [];
  return [
    "```sh",
    `swarmux diff --session ${session}`,
    `swarmux accept --session ${session}    # or: git merge ${branch}`,
    "```",
  ];
}

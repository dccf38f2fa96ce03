/** What is left to say when a session's coordinator ends: who did what, the proof, what was denied, the bill, and what to do next. */
import { countOf } from "../../count.ts";
import { sumText } from "../bill.ts";
import type { SessionReport, TaskReport } from "../report.ts";
import { showHidden } from "./terminal/printable.ts";

export function summaryLines(report: SessionReport): string[] {
  const { session, tasks, branch, total, state, outcome, summary } = report;
  const merged = tasks.filter(({ status }) => status === "completed");
  const model = report.isOffline ? ", scripted model" : "";
  const isTaken = tasks.some(({ commit }) => commit !== null);
  return [
    "",
    ...(state === "finished" ? [`${outcome}: ${showHidden(summary)}`, ""] : []),
    `${merged.length} of ${countOf(tasks.length, "task")} merged into ${branch}`,
    ...tasks.map(taskLine),
    ...deniedLines(report),
    `cost ${sumText(total)} for ${countOf(total.calls, "model call")}${model}`,
    ...(state === "paused"
      ? [
          "The session was stopped before its end. What is merged stays in the branch.",
          `go on: swarmux resume ${session}`,
        ]
      : []),
    ...(isTaken
      ? [
          `look: swarmux diff --session ${session}   or: swarmux report --session ${session}`,
          `take it: swarmux accept --session ${session}`,
        ]
      : []),
  ];
}

function taskLine(task: TaskReport): string {
  const { id, subject, status, worker, checks, rejections, why, commit } = task;
  const by = worker === null ? "" : `, ${worker}`;
  if (status !== "completed") {
    const reason = why.split("\n")[0] ?? "";
    const isOpen = status === "pending" || status === "in_progress";
    const state = isOpen ? `○ ${id}` : `✗ ${id}`;
    return `  ${state} ${showHidden(subject)}${by}: ${status.replace("_", " ")}${reason === "" ? "" : `, ${showHidden(reason)}`}`;
  }
  const proof = checks.map(({ command, exit }) => `${command} → exit ${exit ?? "none"}`).join(", ");
  const mended =
    rejections.length === 0 ? "" : `, came back ${times(rejections.length)} and was mended`;
  const as = commit === null ? "without a change" : commit.slice(0, 10);
  return `  ✓ ${id} ${showHidden(subject)}${by}: ${as}${proof === "" ? "" : `; ${showHidden(proof)}`}${mended}`;
}

function deniedLines({ gates, refused }: SessionReport): string[] {
  const denied = gates.filter(({ answer }) => answer === "deny");
  return [
    ...denied.map(
      ({ worker, tool, action, by, note }) =>
        `  ⊘ denied by ${by}: ${worker} ${tool} ${showHidden(action)}${note === "" ? "" : ` (${showHidden(note)})`}`,
    ),
    ...(refused.length === 0 ? [] : [`  ⊘ refused by the rules: ${refused.length}`]),
  ];
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

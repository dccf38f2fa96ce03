/** What is left to say when a session's coordinator ends: what was merged, what was not, the bill, and what to do next. */
import { isSettled, type Team } from "../team.ts";

export function summaryLines(team: Team, session: string): string[] {
  const tasks = [...team.tasks.values()];
  const merged = tasks.filter((task) => task.phase === "merged");
  const failed = tasks.filter((task) => isSettled(task) && task.phase !== "merged");
  const commits = team.integration.merged.length;
  const { cost_usd, unpriced, calls } = team.spending;
  const model = team.session?.options.offline === true ? ", scripted model" : "";
  const atLeast = unpriced > 0 ? "at least " : "";
  return [
    "",
    ...(team.state === "finished" ? [`${team.outcome}: ${team.summary}`, ""] : []),
    `${merged.length} of ${tasks.length} tasks merged, ${commits} commits in ${team.integration.branch}`,
    ...failed.map(
      (task) => `  ${task.phase} ${task.id} ${task.subject}: ${task.why.split("\n")[0]}`,
    ),
    `cost ${atLeast}$${cost_usd.toFixed(2)} for ${calls} model calls${model}`,
    ...(team.state === "paused"
      ? ["The session was stopped before its end. What is merged stays in the branch."]
      : []),
    ...(commits > 0
      ? [`look: swarmux diff --session ${session}   take it: swarmux accept --session ${session}`]
      : []),
  ];
}

/** The one screen that says what a resumed session was found like, and who goes on with what. Plain lines. */
import { countOf } from "../../count.ts";
import type { Found } from "../../session/events.ts";
import { sumText } from "../bill.ts";
import { type BoardTask, hint, type Phase, type Team } from "../team.ts";
import { showHidden } from "./terminal/printable.ts";

/** `team` is as it stands when the session goes on, at `now` (ISO 8601). */
export function foundLines(team: Team, found: Found, now: string): string[] {
  return [
    `resuming ${team.session?.session ?? ""}: ${showHidden(team.session?.task ?? "")}`,
    ...[
      endedLine(found, now),
      ...leftLines(found),
      ...found.mended.map((sentence) => `mended: ${sentence}`),
      tasksLine(team, found),
      ...goingOnLines(team, found),
      ...waitingLines(team, found),
      spentLine(team),
    ].map((line) => `  ${line}`),
  ];
}

function endedLine({ ended }: Found, now: string): string {
  const { at, by, reason } = ended;
  const when = `${ago(at, now)} ago, at ${at.slice(0, 16).replace("T", " ")} UTC`;
  return by === null
    ? `its coordinator was gone without a word ${when}: killed, or the machine went down`
    : `it was stopped by ${by} ${when}: ${showHidden(reason)}`;
}

function ago(at: string, now: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(now) - Date.parse(at)) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`;
  return seconds < 48 * 3600
    ? `${Math.round(seconds / 3600)} h`
    : countOf(Math.round(seconds / 86_400), "day");
}

function leftLines({ leftovers, torn }: Found): string[] {
  const ended =
    leftovers === 0 ? [] : [`${countOf(leftovers, "process")} left over from it: ended`];
  const cut = torn.map(
    ({ journal, bytes }) => `${countOf(bytes, "byte")} of a cut line kept in ${journal}.torn-…`,
  );
  return [...ended, ...cut];
}

function tasksLine(team: Team, { adopted }: Found): string {
  const tasks = [...team.tasks.values()];
  if (tasks.length === 0) return "no task was on the board yet";
  const count = (...phases: Phase[]) =>
    tasks.filter(({ id, phase }) => phases.includes(phase) && !adopted.includes(id)).length;
  const parts: readonly (readonly [number, string])[] = [
    [count("assigned", "working"), "in progress"],
    [count("reported", "unchanged", "queued"), "before their merge"],
    [count("waiting"), "not started"],
    [count("failed", "blocked"), "failed or blocked"],
  ];
  const merged = `${count("merged") + adopted.length} of ${countOf(tasks.length, "task")} merged`;
  const taken =
    adopted.length === 0 ? "" : ` (${adopted.join(", ")} without a line in the journal)`;
  const rest = parts
    .filter(([number]) => number > 0)
    .map(([number, words]) => `${number} ${words}`);
  return [`${merged}${taken}`, ...rest].join(", ");
}

function goingOnLines(team: Team, { adopted }: Found): string[] {
  return [...team.tasks.values()]
    .filter(({ id, worker }) => worker !== null && !adopted.includes(id))
    .flatMap((task) => {
      const does = whatFollows(task);
      const badge = team.workers.get(task.worker ?? "")?.badge ?? "?";
      return does === undefined
        ? []
        : [`[${badge}] ${task.worker} ${does} ${task.id}: ${showHidden(task.subject)}`];
    });
}

function whatFollows({ phase }: BoardTask): string | undefined {
  switch (phase) {
    case "assigned":
      return "starts on";
    case "working":
      return "goes on with";
    case "reported":
    case "queued":
      return "waits for the merge of";
    case "unchanged":
      return "waits for the lead's word on";
    case "waiting":
    case "merged":
    case "failed":
    case "blocked":
      return undefined;
  }
}

function waitingLines(team: Team, { changed }: Found): string[] {
  const plan =
    team.plan.status === "proposed" ? ["the plan waits for you: swarmux approve plan"] : [];
  const gates = [...team.gates.values()].map((gate) => {
    const { id, worker, tool, input } = gate;
    const what = `${id}, ${worker} ${tool} ${showHidden(hint(input))}`;
    return changed.includes(id)
      ? `a file that ${id} runs has changed: the gate is void, ${worker} asks again`
      : `waits for you: ${what}: swarmux approve ${id}`;
  });
  const questions = [...team.questions.values()].map(
    ({ id, agent, text }) =>
      `waits for you: ${id} of ${agent}: ${showHidden(text.split("\n")[0] ?? "")}: swarmux answer ${id} …`,
  );
  return [...plan, ...gates, ...questions];
}

function spentLine({ spending, session }: Team): string {
  const { budget = null, token_budget: tokens = null } = session?.options ?? {};
  const used = spending.input + spending.output + spending.cache_read + spending.cache_write;
  const money = budget === null ? "" : ` of $${budget.toFixed(2)}`;
  const limit = tokens === null ? "" : `, ${used} of ${tokens} tokens`;
  const isSpent =
    (budget !== null && spending.cost_usd >= budget) || (tokens !== null && used >= tokens);
  const advice = isSpent
    ? "; that is all of it: swarmux resume --budget N, or --token-budget N"
    : "";
  return `spent ${sumText(spending)}${money}${limit} for ${countOf(spending.calls, "model call")}${advice}`;
}

/** The one line that says how the session does, and how much of it a narrow screen shows. */
import { sandboxWords } from "../sandbox-words.ts";
import { EVERYBODY, isSettled, type Team } from "../team.ts";
import { type Line, span } from "./styled.ts";
import { widthOf } from "./text-width.ts";

interface Part {
  readonly text: string;
  /** The highest are left out last. */
  readonly weight: number;
  readonly look?: "warn" | "mark";
}

const BETWEEN = " · ";

export function statusLine(team: Team, waiting: number, width: number): Line {
  const parts = partsOf(team, waiting);
  while (parts.length > 1 && widthOfParts(parts) > width) {
    const least = parts.reduce((a, b) => (b.weight < a.weight ? b : a));
    parts.splice(parts.indexOf(least), 1);
  }
  return parts.flatMap(({ text, look }, at) => [
    ...(at === 0 ? [] : [span(BETWEEN, "dim")]),
    span(text, look ?? "dim"),
  ]);
}

function widthOfParts(parts: readonly Part[]): number {
  const texts = parts.reduce((sum, { text }) => sum + widthOf(text), 0);
  return texts + (parts.length - 1) * BETWEEN.length;
}

function partsOf(team: Team, waiting: number): Part[] {
  const tasks = [...team.tasks.values()];
  const workers = [...team.workers.values()];
  const busy = workers.filter(({ state }) => /^(starting|working|reported)$/.test(state)).length;
  const { cost_usd, unpriced } = team.spending;
  const held = [...team.held];
  const paused = held.includes(EVERYBODY) ? "⏸ paused" : `⏸ ${held.join(", ")} paused`;
  const parts: Part[] = [
    { text: team.session?.session ?? "", weight: 2 },
    { text: phaseOf(team), weight: 5 },
    { text: `tasks ${tasks.filter(isSettled).length}/${tasks.length}`, weight: 6 },
    { text: `workers ${busy}/${team.session?.options.workers ?? 0}`, weight: 4 },
    { text: `${unpriced > 0 ? "≥" : ""}$${cost_usd.toFixed(2)}`, weight: 3 },
  ];
  if (sandboxWords(team) !== undefined) {
    parts.push({ text: "no sandbox", weight: 7, look: "warn" });
  }
  if (held.length > 0) parts.push({ text: paused, weight: 7, look: "warn" });
  const ill = workers.filter(({ isStalled, state }) => isStalled || state === "needs-you");
  if (ill.length > 0) {
    const words = ill.map(
      ({ name, isStalled }) => `${name} ${isStalled ? "stalled" : "needs you"}`,
    );
    parts.push({ text: `⚠ ${words.join(", ")}`, weight: 7, look: "warn" });
  }
  if (waiting > 0) parts.push({ text: `⧗${waiting} for you: Tab`, weight: 8, look: "mark" });
  return parts;
}

function phaseOf(team: Team): string {
  if (team.state === "finished") return team.outcome ?? "finished";
  if (team.state === "paused") return "stopping";
  if (team.plan.status === "proposed") return "plan waits";
  if (team.tasks.size === 0 || team.plan.approved.length === 0) return "planning";
  if ([...team.tasks.values()].every(isSettled)) return "finishing";
  return "working";
}

/** What `:status` prints. */
export function boardLines(team: Team): string[] {
  const tasks = [...team.tasks.values()].map(
    ({ id, phase, risk, subject, worker }) =>
      `${id} ${phase.padEnd(9)} ${risk.padEnd(6)} ${subject}${worker === null ? "" : ` (${worker})`}`,
  );
  const workers = [...team.workers.values()].map(
    ({ name, badge, state, task, doing, isStalled }) =>
      `[${badge}] ${name} ${isStalled ? "stalled" : state}${task === null ? "" : ` ${task}`}${doing === null ? "" : ` ${doing}`}`,
  );
  return [...(tasks.length === 0 ? ["no tasks yet"] : tasks), ...workers];
}

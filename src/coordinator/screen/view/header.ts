/** The top of the screen: what the team is at, and how much of its means it has used. */

import { limitedWords } from "../../../clock.ts";
import { sandboxWords } from "../../sandbox-words.ts";
import { countDone, DISK, EVERYBODY, isSettled, type Team } from "../../team.ts";
import { showHidden } from "../terminal/printable.ts";
import { cutLine, type Line, type Look, span } from "../terminal/styled.ts";
import { widthOf } from "../terminal/text-width.ts";

interface Part {
  readonly text: string;
  /** The highest are left out last. */
  readonly weight: number;
  readonly look?: Look;
}

export interface HeaderParts {
  readonly team: Team;
  /** How many things wait for the person. */
  readonly waiting: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What is known before the first event. */
  readonly opening: { readonly session: string; readonly task: string };
  readonly width: number;
}

const BETWEEN = " · ";

export function headerLines({ team, waiting, at, opening, width }: HeaderParts): Line[] {
  const session = team.session?.session ?? opening.session;
  const task = showHidden(team.session?.task ?? opening.task).replaceAll("\n", " ");
  return [
    cutLine([span(session, "bold"), span(BETWEEN, "dim"), span(task)], width),
    layParts(partsOf(team, waiting, at), width),
  ];
}

function layParts(all: readonly Part[], width: number): Line {
  const parts = [...all];
  while (parts.length > 1 && widthOfParts(parts) > width) {
    const least = parts.reduce((a, b) => (b.weight < a.weight ? b : a));
    parts.splice(parts.indexOf(least), 1);
  }
  const line = parts.flatMap(({ text, look }, at) => [
    ...(at === 0 ? [] : [span(BETWEEN, "dim")]),
    span(text, look ?? "plain"),
  ]);
  return cutLine(line, width);
}

function widthOfParts(parts: readonly Part[]): number {
  const texts = parts.reduce((sum, { text }) => sum + widthOf(text), 0);
  return texts + (parts.length - 1) * BETWEEN.length;
}

function partsOf(team: Team, waiting: number, at: number): Part[] {
  const workers = [...team.workers.values()];
  const busy = workers.filter(({ state }) => /^(starting|working|reported)$/.test(state)).length;
  const held = [...team.held].filter((name) => name !== DISK);
  const paused = held.includes(EVERYBODY) ? "⏸ paused" : `⏸ ${held.join(", ")} paused`;
  const parts: Part[] = [];
  if (waiting > 0) parts.push({ text: `⧗${waiting} for you: Tab`, weight: 9, look: "mark" });
  parts.push({ text: phaseOf(team), weight: 6, look: "bold" });
  if (team.held.has(DISK)) parts.push({ text: "⏸ the disk is full", weight: 9, look: "warn" });
  if (held.length > 0) parts.push({ text: paused, weight: 8, look: "warn" });
  if (sandboxWords(team) !== undefined) {
    parts.push({ text: "no sandbox", weight: 6, look: "warn" });
  }
  const ill = workers.filter(({ isStalled, state }) => isStalled || state === "needs-you");
  if (ill.length > 0) {
    const words = ill.map(
      ({ name, isStalled }) => `${name} ${isStalled ? "stalled" : "needs you"}`,
    );
    parts.push({ text: `⚠ ${words.join(", ")}`, weight: 8, look: "warn" });
  }
  const { limitedUntil: until } = team;
  if (until !== null && Date.parse(until) > at) {
    parts.push({ text: `↻ ${limitedWords(until)}`, weight: 7, look: "warn" });
  }
  parts.push(
    { text: `tasks ${countDone(team)}/${team.tasks.size}`, weight: 5 },
    { text: `workers ${busy}/${team.session?.options.workers ?? 0}`, weight: 4 },
    { text: spent(team), weight: 3, ...(isNearBudget(team) ? { look: "warn" as const } : {}) },
  );
  if (team.integration.branch !== "") {
    parts.push({ text: team.integration.branch, weight: 1, look: "dim" });
  }
  if (team.session?.options.sandbox === "on")
    parts.push({ text: "sandbox", weight: 0, look: "dim" });
  return parts;
}

function spent({ spending, session }: Team): string {
  const { cost_usd, unpriced } = spending;
  const sum = `${unpriced > 0 ? "≥" : ""}$${cost_usd.toFixed(2)}`;
  const budget = session?.options.budget ?? null;
  return budget === null ? sum : `${sum} of $${budget.toFixed(2)}`;
}

function isNearBudget({ spending, session }: Team): boolean {
  const budget = session?.options.budget ?? null;
  return budget !== null && spending.cost_usd >= 0.8 * budget;
}

function phaseOf(team: Team): string {
  if (team.session === null) return "starting";
  if (team.state === "finished") return team.outcome ?? "finished";
  if (team.state === "paused") return "stopping";
  if (team.plan.status === "proposed") return "plan waits";
  if (team.tasks.size === 0 || team.plan.approved.length === 0) return "planning";
  if ([...team.tasks.values()].every(isSettled)) return "finishing";
  return "working";
}

/** The board in a few lines, for a terminal where no cursor can be moved. */
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

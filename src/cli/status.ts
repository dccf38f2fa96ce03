/** `swarmux status`: one session's board, workers and cost. */

import { Chalk } from "chalk";
import { limitedWords } from "../clock.ts";
import { sandboxWords } from "../coordinator/sandbox-words.ts";
import { countDone, hint, statusOf, type Team, toRow } from "../coordinator/team.ts";
import { countOf } from "../count.ts";
import type { Output } from "./output.ts";
import { type SessionView, sessionState, viewSession } from "./session-view.ts";

export async function status(output: Output, options: { session?: string; json?: boolean }) {
  const view = await viewSession(options.session);
  if (options.json) return output.json(statusObject(view));
  for (const line of statusLines(view, new Chalk({ level: output.colour }))) output.line(line);
}

/** The object of `status --json`. */
export function statusObject(view: SessionView) {
  const { team } = view;
  const options = team.session?.options;
  return {
    v: 1,
    session: view.name,
    state: sessionState(view),
    task: team.session?.task ?? "",
    sandbox: options?.sandbox ?? null,
    tasks: [...team.tasks.values()].map((task) => ({
      ...toRow(task),
      files: task.files,
      check: task.check ?? null,
      why: task.why,
      receipt: task.receipt,
    })),
    workers: [...team.workers.values()].map(
      ({ name, badge, colour, pid, pane, state, task, doing, cost_usd, isStalled }) => ({
        name,
        badge,
        colour,
        pid,
        pane,
        state: isStalled ? "stalled" : state,
        task,
        doing,
        cost_usd,
      }),
    ),
    gates: [...team.gates.values()],
    questions: [...team.questions.values()],
    integration: {
      branch: team.integration.branch,
      head: team.integration.head,
      merged: team.integration.merged,
      queue: team.integration.queue,
    },
    usage: usageOf(team),
    cost_usd: team.spending.cost_usd,
    limited_until: limitOf(view),
    budget: { usd: options?.budget ?? null, tokens: options?.token_budget ?? null },
  };
}

function usageOf({ spending }: Team) {
  const { calls, input, output, cache_read, cache_write } = spending;
  return { calls, input, output, cache_read, cache_write };
}

const GLYPHS = { pending: "○", in_progress: "●", completed: "✓", failed: "✗", blocked: "⊘" };

/** The board as a person reads it. */
export function statusLines(view: SessionView, paint: InstanceType<typeof Chalk>): string[] {
  const { team } = view;
  const tasks = [...team.tasks.values()];
  const live = [...team.workers.values()].filter((worker) => worker.pid !== null);
  const walls = sandboxWords(team);
  const lines = [
    `${paint.bold(view.name)}  ${sessionState(view)}  ${team.session?.task ?? ""}`,
    `tasks ${countDone(team)}/${tasks.length} merged, workers ${live.length}, ${money(team)}, branch ${team.integration.branch}`,
    ...(walls === undefined ? [] : [paint.yellow(`! ${walls}`)]),
    ...limitLines(view, paint),
    "",
    ...tasks.map((task) => {
      const state = statusOf(task);
      const owner = task.worker === null ? "" : `  ${task.worker}`;
      const why =
        task.why === "" || state === "completed" ? "" : paint.dim(`  ${task.why.split("\n")[0]}`);
      return `${GLYPHS[state]} ${task.id.padEnd(4)} ${state.padEnd(11)} ${task.risk.padEnd(6)} ${task.subject}${owner}${why}`;
    }),
    ...(live.length === 0 ? [] : [""]),
    ...live.map((worker) => {
      const doing = worker.isStalled ? "⚠ stalled: not heard of" : (worker.doing ?? worker.state);
      return `[${worker.badge}] ${worker.name.padEnd(8)} ${(worker.task ?? "").padEnd(4)} ${doing}`;
    }),
    ...[...team.workers.values()]
      .filter((worker) => worker.state === "needs-you")
      .map(
        ({ name, badge, task }) =>
          `[${badge}] ${name.padEnd(8)} ${(task ?? "").padEnd(4)} ⚠ needs you: it died again and again. Go on: swarmux continue ${name}`,
      ),
    ...[...team.gates.values()].map(
      (gate) => `⧗ ${gate.id} waits for you: ${gate.worker} ${gate.tool} ${hint(gate.input)}`,
    ),
    ...[...team.questions.values()].map(
      ({ id, agent, text }) => `question ${id} of ${agent}: ${text}`,
    ),
  ];
  if (view.isFull) {
    const next = view.isLive ? `continue --session ${view.name}` : `resume ${view.name}`;
    const what = `⚠ The disk that holds ${view.folder} is full: the team waits`;
    lines.push("", `${what}. Free some space, then: swarmux ${next}`);
  }
  if (team.state === "finished") lines.push("", `${team.outcome}: ${team.summary}`);
  const state = sessionState(view);
  if (state === "stopped" || (state === "paused" && !view.isLive)) {
    lines.push(
      "",
      `It is not running. Go on: swarmux resume ${view.name}   What is merged so far: swarmux diff, swarmux accept`,
    );
  }
  return lines;
}

/** Until when the team waits because the API asked to; null while it does not. */
function limitOf({ team, isLive }: SessionView): string | null {
  const { limitedUntil } = team;
  return isLive && limitedUntil !== null && Date.parse(limitedUntil) > Date.now()
    ? limitedUntil
    : null;
}

function limitLines(view: SessionView, paint: InstanceType<typeof Chalk>): string[] {
  const until = limitOf(view);
  return until === null ? [] : [paint.yellow(`↻ ${limitedWords(until)}; end it: swarmux stop`)];
}

/** The sum as it was counted; a lower bound where a model has no known price. */
export function money({ spending }: Team): string {
  const sum = `$${spending.cost_usd.toFixed(2)}`;
  return spending.unpriced === 0
    ? sum
    : `at least ${sum} (${countOf(spending.unpriced, "call")} of a model without a known price)`;
}

/** The coordinator pane's event lines: one plain line for what a person wants to know, nothing for the rest. */
import { Chalk, type ColorSupportLevel } from "chalk";
import { colourOf } from "../../panes/palette.ts";
import type { EventOf } from "../../session/events.ts";
import type { Step } from "../down.ts";
import { hint, SUPERVISOR, type Team } from "../team.ts";
import { ENDED_AFTER_MS } from "../watchdog.ts";
import { foundLines } from "./found.ts";
import { showHidden } from "./printable.ts";

/** The event as one or more lines without a line end, or undefined when it is not worth one. */
export function eventLine(step: Step, level: ColorSupportLevel): string | undefined {
  const { event } = step;
  const text = describe(step, new Chalk({ level }));
  if (text === undefined) return undefined;
  const time = event.ts.slice(11, 19);
  return `${new Chalk({ level }).dim(time)} ${text}`;
}

type Paint = InstanceType<typeof Chalk>;

function describe({ before, after: team, event }: Step, paint: Paint): string | undefined {
  const name = (worker: string) => agentName(team, worker, paint);
  switch (event.type) {
    case "session.started":
      return `${paint.bold(showHidden(event.task))}\n         session ${event.session}, base ${event.base.slice(0, 10)}${event.options.offline ? ", scripted model: no key, no cost" : ""}`;
    case "session.resumed":
      if (event.found !== undefined) return foundLines(team, event.found, event.ts).join("\n");
      return `${event.worker ?? "the team"} goes on`;
    case "session.paused":
      if (event.by === SUPERVISOR) {
        return paint.red(`⚠ ${name(event.worker ?? "")} needs you: ${showHidden(event.reason)}`);
      }
      return paint.yellow(`${event.worker ?? "the team"} paused by ${event.by}: ${event.reason}`);
    case "session.finished":
      return paint.bold(`${event.outcome}: ${firstLine(event.summary)}`);
    case "plan.proposed":
      return planLines(team, event.tasks, paint);
    case "plan.approved":
      return `plan approved by ${event.by}`;
    case "plan.rejected":
      return paint.yellow(`plan rejected: ${showHidden(event.note)}`);
    case "task.created":
      return undefined;
    case "task.updated":
      if (event.report === undefined) return undefined;
      return `${name(event.by)} reports ${event.task} ${event.report.status}: ${firstLine(event.report.summary)}`;
    case "task.assigned":
      return `${name(event.worker)} gets ${event.task} ${showHidden(team.tasks.get(event.task)?.subject ?? "")}`;
    case "task.finished":
      if (event.status === "completed") return undefined;
      return paint.red(`✗ ${event.task} ${event.status}: ${firstLine(event.why)}`);
    case "worker.lost":
      return paint.red(`${name(event.worker)} is gone: ${event.reason}`);
    case "worker.stalled":
      return paint.yellow(
        `⚠ ${name(event.worker)} is stalled: nothing was heard of it for ${Math.round(event.silent_ms / 1000)} s; after ${ENDED_AFTER_MS / 1000} s it is ended and started again`,
      );
    case "worker.ready":
      return before.workers.get(event.worker)?.isStalled === true
        ? `${name(event.worker)} is there again`
        : undefined;
    case "worker.respawned":
      return `${name(event.worker)} is started again`;
    case "tool.finished":
      return event.refused === undefined
        ? undefined
        : paint.yellow(`⊘ refused to ${event.agent}: ${firstLine(event.refused)}`);
    case "tool.started":
      return event.risk === "HIGH"
        ? paint.yellow(`HIGH ${event.agent} ${event.tool} ${showHidden(hint(event.input))}`)
        : undefined;
    case "gate.opened": {
      const { gate } = event;
      return paint.bold(
        `⧗ ${gate.id} waits for you: ${name(gate.worker)} ${gate.tool} ${showHidden(hint(gate.input))} (${showHidden(gate.reasons.join("; "))})`,
      );
    }
    case "worker.refused":
      return paint.red(`⊘ refused to ${event.worker}: ${showHidden(event.why)}`);
    case "gate.answered":
      return `${event.gate} ${answerWords(event)} by ${event.by}${event.note === "" ? "" : `: ${showHidden(event.note)}`}`;
    case "gate.voided":
      return paint.yellow(`${event.gate} is void: ${event.reason}`);
    case "question.asked":
      return paint.bold(`question ${event.question} of ${event.agent}: ${showHidden(event.text)}`);
    case "question.answered":
      return `answered ${event.question}: ${showHidden(event.text)}`;
    case "question.voided":
      return paint.yellow(`question ${event.question} is void: ${event.reason}`);
    case "message.sent":
      return `${event.from} to ${event.to}: ${firstLine(event.text)}`;
    case "memory.written":
      return paint.dim(`${event.entry.by} remembers: ${firstLine(event.entry.text)}`);
    case "integration.checked":
      return `${event.ok ? paint.green("✓") : paint.red("✗")} ${event.task ?? "base"}: ${showHidden(event.command)} → exit ${event.exit ?? "none"}, ${(event.ms / 1000).toFixed(1)} s`;
    case "integration.merged":
      return paint.green(`✓ ${event.task} merged as ${event.commit.slice(0, 10)}`);
    case "integration.rejected":
      return paint.yellow(`↻ ${event.task} goes back (${event.tries}): ${firstLine(event.why)}`);
    case "conflict.predicted":
      return paint.yellow(
        `tasks ${event.tasks.join(" and ")} name the same files: ${showHidden(event.files.slice(0, 3).join(", "))}`,
      );
    case "budget.warned":
      return paint.yellow(`80 % of the budget of ${event.budget} is spent`);
    case "budget.reached":
      return paint.red(`the budget of ${event.budget} is spent`);
    case "rate.limited":
      return paint.yellow(
        `the API says slow down (${event.status}): the team waits until ${event.until.slice(11, 19)}`,
      );
    case "worker.spawned":
    case "worker.exited":
    case "model.called":
    case "message.delivered":
    case "integration.queued":
      return undefined;
  }
}

function answerWords({ answer, pattern = "" }: EventOf<"gate.answered">): string {
  switch (answer) {
    case "once":
      return "approved once";
    case "session":
      return `approved, and ${pattern} for this session,`;
    case "edit":
      return "changed";
    case "deny":
      return "denied";
    case "refused":
      return "answered in vain";
  }
}

function planLines(team: Team, ids: readonly string[], paint: Paint): string {
  const rows = ids.flatMap((id) => {
    const task = team.tasks.get(id);
    if (task === undefined) return [];
    const needs = task.blockedBy.length === 0 ? "" : ` after ${task.blockedBy.join(", ")}`;
    return [`         ${id} ${task.risk.padEnd(6)} ${showHidden(task.subject)}${paint.dim(needs)}`];
  });
  return [paint.bold(`plan: ${ids.length} ${ids.length === 1 ? "task" : "tasks"}`), ...rows].join(
    "\n",
  );
}

/** Badge and name in the worker's colour: the colour is never the only mark. */
function agentName(team: Team, agent: string, paint: Paint): string {
  const worker = team.workers.get(agent);
  if (worker === undefined) return agent;
  return paint.ansi256(colourOf(worker.badge, "dark").index)(`[${worker.badge}] ${agent}`);
}

function firstLine(text: string): string {
  return showHidden((text.split("\n").find((line) => line.trim() !== "") ?? "").slice(0, 160));
}

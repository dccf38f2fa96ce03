/** The team's story: one plain line an event for what a person wants to know, nothing for the rest. */

import { clockOf, limitedWords } from "../../clock.ts";
import { countOf } from "../../count.ts";
import type { EventOf, SessionEvent } from "../../session/events.ts";
import type { Step } from "../down.ts";
import { hint, SUPERVISOR, type Team } from "../team.ts";
import { ENDED_AFTER_MS } from "../watchdog.ts";
import { foundLines } from "./found.ts";
import { showHidden } from "./terminal/printable.ts";
import { type Line, type Look, type Span, span } from "./terminal/styled.ts";
import { paint, plainTheme } from "./terminal/theme.ts";

/** The event as one or more lines for a command that prints, or undefined when it is not worth one. */
export function eventLine(step: Step, level: number): string | undefined {
  const lines = eventLines(step);
  if (lines.length === 0) return undefined;
  return lines.map((line) => paint(line, plainTheme(level))).join("\n");
}

/** The first line begins with the time, the others with as many blanks. */
export function eventLines(step: Step): Line[] {
  const { event } = step;
  const [first, ...rest] = describe(step);
  if (first === undefined) return [];
  const margin = span(" ".repeat(9));
  const head = span(`${clockOf(event.ts)} `, "dim");
  return [[head, ...first], ...rest.map((line) => [margin, ...line])];
}

/** The agents that an event is about. */
export function concerns(event: SessionEvent): string[] {
  const { agent, worker, by, from, to }: Record<string, unknown> = event;
  const holder = event.type === "gate.opened" ? event.gate.worker : undefined;
  const author = event.type === "memory.written" ? event.entry.by : undefined;
  return [agent, worker, by, from, to, holder, author].filter((one) => typeof one === "string");
}

function describe({ before, after: team, event }: Step): Line[] {
  const name = (worker: string) => agentSpan(team, worker);
  switch (event.type) {
    case "session.started":
      return [
        ...say(showHidden(event.task), "bold"),
        ...say(
          `session ${event.session}, base ${event.base.slice(0, 10)}${event.options.offline ? ", scripted model: no key, no cost" : ""}`,
        ),
      ];
    case "session.resumed":
      if (event.found !== undefined) return say(foundLines(team, event.found, event.ts).join("\n"));
      return say(`${event.worker ?? "the team"} goes on`);
    case "session.paused":
      if (event.by === SUPERVISOR) {
        const why = ` needs you: ${showHidden(event.reason)}`;
        return join(span("⚠ ", "alert"), name(event.worker ?? ""), span(why, "alert"));
      }
      return say(`${event.worker ?? "the team"} paused by ${event.by}: ${event.reason}`, "warn");
    case "session.finished":
      return say(`${event.outcome}: ${firstLine(event.summary)}`, "bold");
    case "plan.proposed":
      return planLines(team, event.tasks);
    case "plan.approved":
      return say(`plan approved by ${event.by}`);
    case "plan.rejected":
      return say(`plan rejected: ${showHidden(event.note)}`, "warn");
    case "task.created":
      return [];
    case "task.updated":
      return updatedLines(team, event);
    case "task.assigned":
      return join(
        name(event.worker),
        ` gets ${event.task} ${showHidden(team.tasks.get(event.task)?.subject ?? "")}`,
      );
    case "task.finished":
      if (event.status === "completed") return [];
      return say(`✗ ${event.task} ${event.status}: ${firstLine(event.why)}`, "alert");
    case "worker.lost":
      return join(name(event.worker), span(` is gone: ${event.reason}`, "alert"));
    case "worker.stalled": {
      const silent = Math.round(event.silent_ms / 1000);
      return join(
        span("⚠ ", "warn"),
        name(event.worker),
        span(
          ` is stalled: nothing was heard of it for ${silent} s; after ${ENDED_AFTER_MS / 1000} s it is ended and started again`,
          "warn",
        ),
      );
    }
    case "worker.ready":
      return before.workers.get(event.worker)?.isStalled === true
        ? join(name(event.worker), " is there again")
        : [];
    case "worker.respawned":
      return join(name(event.worker), " is started again");
    case "tool.finished":
      return event.refused === undefined
        ? []
        : say(`⊘ refused to ${event.agent}: ${firstLine(event.refused)}`, "warn");
    case "tool.started":
      return event.risk === "HIGH"
        ? say(`HIGH ${event.agent} ${event.tool} ${showHidden(hint(event.input))}`, "warn")
        : [];
    case "gate.opened": {
      const { gate } = event;
      const why = showHidden(gate.reasons.join("; "));
      return join(
        span(`⧗ ${gate.id} waits for you: `, "bold"),
        name(gate.worker),
        span(` ${gate.tool} ${showHidden(hint(gate.input))} (${why})`, "bold"),
      );
    }
    case "worker.refused":
      return join(
        span("⊘ refused to ", "alert"),
        name(event.worker),
        span(`: ${showHidden(event.why)}`, "alert"),
      );
    case "gate.answered":
      return say(
        `${event.gate} ${answerWords(event)} by ${event.by}${event.note === "" ? "" : `: ${showHidden(event.note)}`}`,
      );
    case "gate.voided":
      return say(`${event.gate} is void: ${event.reason}`, "warn");
    case "question.asked":
      return say(`question ${event.question} of ${event.agent}: ${showHidden(event.text)}`, "bold");
    case "question.answered":
      return say(`answered ${event.question}: ${showHidden(event.text)}`);
    case "question.voided":
      return say(`question ${event.question} is void: ${event.reason}`, "warn");
    case "message.sent":
      return say(`${event.from} to ${event.to}: ${firstLine(event.text)}`);
    case "memory.written":
      return say(`${event.entry.by} remembers: ${firstLine(event.entry.text)}`, "dim");
    case "integration.checked":
      return join(
        event.ok ? span("✓", "good") : span("✗", "alert"),
        ` ${event.task ?? "base"}: ${showHidden(event.command)} → exit ${event.exit ?? "none"}, ${(event.ms / 1000).toFixed(1)} s`,
      );
    case "integration.merged":
      return say(`✓ ${event.task} merged as ${event.commit.slice(0, 10)}`, "good");
    case "integration.rejected":
      return say(`↻ ${event.task} goes back (${event.tries}): ${firstLine(event.why)}`, "warn");
    case "conflict.predicted":
      return say(
        `tasks ${event.tasks.join(" and ")} name the same files: ${showHidden(event.files.slice(0, 3).join(", "))}`,
        "warn",
      );
    case "budget.warned":
      return say(`80 % of the budget of ${event.budget} is spent`, "warn");
    case "budget.reached":
      return say(`the budget of ${event.budget} is spent`, "alert");
    case "rate.limited":
      return say(
        `${limitedWords(event.until)}: the API answered ${event.status}, and the whole team waits; end it with: swarmux stop`,
        "warn",
      );
    case "worker.spawned":
    case "worker.exited":
    case "model.called":
    case "message.delivered":
    case "integration.queued":
      return [];
  }
}

/** Text that may hold several lines. */
function say(text: string, look: Look = "plain"): Line[] {
  return text.split("\n").map((line) => [span(line, look)]);
}

function join(...parts: readonly (string | Span)[]): Line[] {
  return [parts.map((part) => (typeof part === "string" ? span(part) : part))];
}

function updatedLines(team: Team, event: EventOf<"task.updated">): Line[] {
  const { task, by, report, change, status, before } = event;
  if (report !== undefined) {
    return join(
      agentSpan(team, by),
      ` reports ${task} ${report.status}: ${firstLine(report.summary)}`,
    );
  }
  if (by !== "person") return [];
  if (status === "deleted") return say(`you dropped ${task}`);
  if (status === "pending") return say(`you had ${task} tried again`);
  if (before !== undefined) {
    return say(`you moved ${task} ${before === null ? "to the end" : `before ${before}`}`);
  }
  const fields = Object.keys(change ?? {}).map((field) =>
    field === "blockedBy" ? "after" : field,
  );
  return fields.length === 0 ? [] : say(`you changed ${task}: ${fields.join(", ")}`);
}

function answerWords({ answer, pattern = "" }: EventOf<"gate.answered">): string {
  switch (answer) {
    case "once":
      return "approved once";
    case "session":
      return `approved, and ${showHidden(pattern)} for this session,`;
    case "edit":
      return "changed";
    case "deny":
      return "denied";
    case "refused":
      return "answered in vain";
  }
}

function planLines(team: Team, ids: readonly string[]): Line[] {
  const rows = ids.flatMap((id): Line[] => {
    const task = team.tasks.get(id);
    if (task === undefined) return [];
    const needs = task.blockedBy.length === 0 ? "" : ` after ${task.blockedBy.join(", ")}`;
    return [[span(`${id} ${task.risk.padEnd(6)} ${showHidden(task.subject)}`), span(needs, "dim")]];
  });
  return [[span(`plan: ${countOf(ids.length, "task")}`, "bold")], ...rows];
}

/** Badge and name in the worker's colour: the colour is never the only mark. */
function agentSpan(team: Team, agent: string): Span {
  const worker = team.workers.get(agent);
  if (worker === undefined) return span(agent);
  return { text: `[${worker.badge}] ${agent}`, look: "plain", badge: worker.badge };
}

function firstLine(text: string): string {
  return showHidden((text.split("\n").find((line) => line.trim() !== "") ?? "").slice(0, 160));
}

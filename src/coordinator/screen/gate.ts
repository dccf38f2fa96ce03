/** A gate as a person reads it: who, why, exactly what, where. Nothing of it is wrapped away, cut or obeyed by the terminal. */
import type { ChalkInstance } from "chalk";
import type { Gate } from "../../session/events.ts";
import type { Team } from "../team.ts";
import { showHidden } from "./printable.ts";

/** Lines of any width; a terminal wraps them, it loses nothing. */
export function gateLines(team: Team, gate: Gate, paint: ChalkInstance): string[] {
  const task = team.tasks.get(gate.task ?? "");
  const badge = team.workers.get(gate.worker)?.badge;
  const who = `${badge === undefined ? "" : `[${badge}] `}${gate.worker}`;
  const about = task === undefined ? "" : `, ${task.id} ${showHidden(task.subject)}`;
  const lines = [
    `${paint.bold(gate.id)}  ${who}${about}`,
    `  ${paint.bold.red(gate.risk)}: ${gate.reasons.map(showHidden).join("; ")}`,
    ...actionLines(gate).map((line) => `  ${line}`),
    `  in ${showHidden(gate.cwd)}`,
  ];
  const waiting = task === undefined ? [] : dependants(team, task.id);
  if (waiting.length > 0) lines.push(`  ${waiting.join(", ")} waits for it`);
  if (gate.tool !== "Merge")
    lines.push(
      `  ${paint.dim("a yes runs it once, as you: outside of any sandbox, with your home, network and agent socket")}`,
    );
  const words = gate.input["description"];
  if (typeof words === "string")
    lines.push(`  ${paint.dim("the agent's words:")} ${showHidden(words)}`);
  return lines;
}

function actionLines(gate: Gate): string[] {
  const { command, ...rest } = gate.input;
  if (gate.tool === "Bash" && typeof command === "string") {
    return showHidden(command)
      .split("\n")
      .map((line, at) => (at === 0 ? `$ ${line}` : `  ${line}`));
  }
  const fields = Object.entries({ ...(command === undefined ? {} : { command }), ...rest });
  return [
    gate.tool,
    ...fields.flatMap(([name, value]) => {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      return showHidden(text)
        .split("\n")
        .map((line, at) => (at === 0 ? `  ${name}: ${line}` : `    ${line}`));
    }),
  ];
}

function dependants(team: Team, id: string): string[] {
  return [...team.tasks.values()]
    .filter((task) => task.blockedBy.includes(id))
    .map((task) => task.id);
}

/** A gate as a person reads it: who, why, exactly what, where. Nothing of it is cut, or obeyed by the terminal. */
import type { ChalkInstance } from "chalk";
import { colourOf } from "../../panes/palette.ts";
import type { Gate } from "../../session/events.ts";
import { yesWords } from "../sandbox-words.ts";
import type { Team } from "../team.ts";
import { showHidden } from "./printable.ts";
import { type Paragraph, paint, paragraph } from "./styled.ts";

/** Lines of any width, for commands that print: a terminal wraps them, it loses nothing. */
export function gateLines(team: Team, gate: Gate, chalk: ChalkInstance): string[] {
  return gateParagraphs(team, gate).map(({ indent, ...one }) =>
    paint([{ ...one, text: " ".repeat(indent) + one.text }], chalk),
  );
}

export function gateParagraphs(team: Team, gate: Gate): Paragraph[] {
  const task = team.tasks.get(gate.task ?? "");
  const badge = team.workers.get(gate.worker)?.badge;
  const who = `${badge === undefined ? "" : `[${badge}] `}${gate.worker}`;
  const about = task === undefined ? "" : `, ${task.id} ${showHidden(task.subject)}`;
  const colour = badge === undefined ? {} : { colour: colourOf(badge, "dark").index };
  const waiting = task === undefined ? [] : dependants(team, task.id);
  const words = gate.input["description"];
  const yes = yesWords(team, gate);
  return [
    paragraph(`${gate.id}  ${who}${about}`, { look: "bold", ...colour }),
    paragraph(gate.risk, { look: "alert", indent: 2 }),
    ...gate.reasons.map((why) => paragraph(`- ${showHidden(why)}`, { indent: 2 })),
    ...actionLines(gate).map((text) => paragraph(text, { indent: 2, exact: true })),
    paragraph(`in ${showHidden(gate.cwd)}`, { indent: 2, exact: true }),
    ...(waiting.length === 0
      ? []
      : [paragraph(`${waiting.join(", ")} waits for it`, { indent: 2 })]),
    ...(yes === undefined ? [] : [paragraph(yes, { indent: 2, look: "dim" })]),
    ...(typeof words === "string"
      ? [paragraph(`the agent's words: ${showHidden(words)}`, { indent: 2, look: "dim" })]
      : []),
  ];
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

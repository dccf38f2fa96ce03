/** A gate as a person reads it: who, why, exactly what, where, and what a yes does. Nothing of it is obeyed by the terminal. */
import type { Gate } from "../../../session/events.ts";
import { yesWords } from "../../sandbox-words.ts";
import type { Team } from "../../team.ts";
import { showHidden } from "../terminal/printable.ts";
import { type Paragraph, paragraph } from "../terminal/styled.ts";
import { paint, plainTheme } from "../terminal/theme.ts";
import { changeView } from "./change.ts";

/** Lines of any width, for commands that print: a terminal wraps them, it loses nothing. */
export function gateLines(
  team: Team,
  gate: Gate,
  { level, reach }: { readonly level: number; readonly reach: Reach },
): string[] {
  return gateParagraphs(team, gate, { whole: true, reach }).map(
    ({ indent, spans }) => " ".repeat(indent) + paint(spans, plainTheme(level)),
  );
}

/** What an action touches, in lines; reading commands is no small thing, and not everybody who draws has it loaded. */
export type Reach = (gate: Gate) => readonly string[];

/** `whole`: every line of a change, where a dialog holds its first ones. */
export function gateParagraphs(
  team: Team,
  gate: Gate,
  options: { readonly whole: boolean; readonly reach: Reach },
): Paragraph[] {
  const task = team.tasks.get(gate.task ?? "");
  const badge = team.workers.get(gate.worker)?.badge;
  const who = `${badge === undefined ? "" : `[${badge}] `}${gate.worker}`;
  const about = task === undefined ? "" : `, ${task.id} ${showHidden(task.subject)}`;
  const colour = badge === undefined ? {} : { badge };
  const waiting = task === undefined ? [] : dependants(team, task.id);
  const words = gate.input["description"];
  const yes = yesWords(team, gate);
  const change = changeView(gate.tool, gate.input, options);
  return [
    paragraph(`${gate.id}  ${who}${about}`, { look: "bold", ...colour }),
    paragraph(gate.risk, { look: "alert", indent: 2 }),
    ...gate.reasons.map((why) => paragraph(`- ${showHidden(why)}`, { indent: 2 })),
    ...(change?.paragraphs ??
      actionLines(gate).map((text) => paragraph(text, { indent: 2, exact: true, look: "bold" }))),
    paragraph(`in ${showHidden(gate.cwd)}`, { indent: 2, exact: true }),
    ...options.reach(gate).map((text) => paragraph(text, { indent: 2 })),
    ...(yes === undefined ? [] : [paragraph(yes, { indent: 2 })]),
    ...(waiting.length === 0
      ? []
      : [
          paragraph(`${waiting.join(", ")} ${waiting.length === 1 ? "waits" : "wait"} for it`, {
            indent: 2,
          }),
        ]),
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

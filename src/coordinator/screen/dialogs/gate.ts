/** A gate as a person reads it: who, why, exactly what, where, and what a yes does. Nothing of it is obeyed by the terminal. */
import type { Stretch } from "../../../risk/dangers.ts";
import type { Gate } from "../../../session/events.ts";
import type { Reading } from "../../reach.ts";
import { yesWords } from "../../sandbox-words.ts";
import type { Team } from "../../team.ts";
import { showHidden } from "../terminal/printable.ts";
import {
  type Line,
  linesOf,
  type Paragraph,
  paragraph,
  type Span,
  span,
  styledParagraph,
} from "../terminal/styled.ts";
import { paint, plainTheme } from "../terminal/theme.ts";
import { changeView } from "./change.ts";

/** Lines of any width, for commands that print: a terminal wraps them, it loses nothing. */
export function gateLines(
  team: Team,
  gate: Gate,
  { level, readGate }: { readonly level: number; readonly readGate: ReadGate },
): string[] {
  return gateParagraphs(team, gate, { whole: true, readGate }).map(
    ({ indent, spans }) => " ".repeat(indent) + paint(spans, plainTheme(level)),
  );
}

/** What an action's text says; reading commands is no small thing, and not everybody who draws has it loaded. */
export type ReadGate = (gate: Gate) => Reading;

/** `whole`: every line of a change, where a dialog holds its first ones. */
export function gateParagraphs(
  team: Team,
  gate: Gate,
  options: { readonly whole: boolean; readonly readGate: ReadGate },
): Paragraph[] {
  const task = team.tasks.get(gate.task ?? "");
  const badge = team.workers.get(gate.worker)?.badge;
  const who = `${badge === undefined ? "" : `[${badge}] `}${gate.worker}`;
  const about = task === undefined ? "" : `, ${task.id} ${showHidden(task.subject)}`;
  const colour = badge === undefined ? {} : { badge };
  const waiting = task === undefined ? [] : dependants(team, task.id);
  const words = gate.input["description"];
  const yes = yesWords(team, gate);
  const reading = options.readGate(gate);
  const change = changeView(gate.tool, gate.input, options);
  return [
    paragraph(`${gate.id}  ${who}${about}`, { look: "bold", ...colour }),
    paragraph(gate.risk, { look: "alert", indent: 2 }),
    ...gate.reasons.map((why) => paragraph(`- ${showHidden(why)}`, { indent: 2 })),
    ...(change?.paragraphs ??
      actionLines(gate, reading.dangers).map((line) =>
        styledParagraph(line, { indent: 2, exact: true }),
      )),
    paragraph(`in ${showHidden(gate.cwd)}`, { indent: 2, exact: true }),
    ...reading.touches.map((text) => paragraph(text, { indent: 2 })),
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

function actionLines(gate: Gate, dangers: readonly Stretch[]): Line[] {
  const { command, ...rest } = gate.input;
  if (gate.tool === "Bash" && typeof command === "string") {
    return linesOf(markDangers(command, dangers)).map((line, at) => [
      span(at === 0 ? "$ " : "  ", "bold"),
      ...line,
    ]);
  }
  return fieldLines(gate.tool, { ...(command === undefined ? {} : { command }), ...rest }).map(
    (text) => [span(text, "bold")],
  );
}

/** The whole command, made safe piece by piece: what hides becomes longer, so places in it no longer hold afterwards. */
function markDangers(command: string, dangers: readonly Stretch[]): Line {
  const spans: Span[] = [];
  let at = 0;
  for (const { from, to } of dangers) {
    spans.push(span(showHidden(command.slice(at, from)), "bold"));
    spans.push(span(showHidden(command.slice(from, to)), "danger"));
    at = to;
  }
  return [...spans, span(showHidden(command.slice(at)), "bold")];
}

function fieldLines(tool: string, input: Readonly<Record<string, unknown>>): string[] {
  const fields = Object.entries(input);
  return [
    tool,
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

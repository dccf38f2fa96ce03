/** What is shown of an item that waits, and what can be answered to it. */
import { countOf } from "../../../count.ts";
import { editableText } from "../../person-actions.ts";
import type { Team } from "../../team.ts";
import { showHidden } from "../terminal/printable.ts";
import { type Paragraph, paragraph } from "../terminal/styled.ts";
import { gateParagraphs, type ReadGate } from "./gate.ts";
import type { WaitingItem } from "./waiting.ts";

interface Choice {
  readonly digit: string;
  readonly text: string;
  /** `session`: yes to this one and to all of its pattern. `note`, `edit`: there is something to be written first. */
  readonly says: "yes" | "session" | "no" | "note" | "edit";
}

export interface Dialog {
  readonly body: readonly Paragraph[];
  /** None where a typed line is the answer. */
  readonly choices: readonly Choice[];
}

/** No is the one to fall back on; it is pressed like the others. */
export const DEFAULT_DIGIT = "2";

interface DialogParts {
  readonly team: Team;
  readonly now: number;
  readonly readGate: ReadGate;
}

export function dialogOf(item: WaitingItem, parts: DialogParts): Dialog {
  const { now } = parts;
  const age = paragraph(`it waits for you, since ${ageOf(now - item.since)}`, { look: "dim" });
  return { body: [...bodyOf(item, parts), age], choices: choicesOf(item) };
}

export function choicesOf(item: WaitingItem): readonly Choice[] {
  switch (item.kind) {
    case "gate": {
      const { pattern } = item.gate;
      return [
        ...choices("approve once", "deny"),
        ...(pattern === undefined
          ? []
          : [choice("4", `for this session: ${showHidden(pattern)}`, "session")]),
        ...(editableText(item.gate) === undefined ? [] : [choice("5", "change it", "edit")]),
      ];
    }
    case "plan":
      return [...choices("yes", "no"), choice("5", "change it", "edit")];
    case "question":
      return [];
  }
}

function choices(yes: string, no: string): Choice[] {
  return [
    choice("1", yes, "yes"),
    choice(DEFAULT_DIGIT, no, "no"),
    choice("3", `${no} with a note`, "note"),
  ];
}

function choice(digit: string, text: string, says: Choice["says"]): Choice {
  return { digit, text, says };
}

function bodyOf(item: WaitingItem, { team, readGate }: DialogParts): Paragraph[] {
  switch (item.kind) {
    case "gate":
      return gateParagraphs(team, item.gate, { whole: false, readGate });
    case "question": {
      const { id, agent, text } = item.question;
      const lines = showHidden(text).split("\n");
      return [
        paragraph(`${id}  ${agent} asks`, { look: "bold" }),
        ...lines.map((line) => paragraph(line, { indent: 2 })),
      ];
    }
    case "plan": {
      const { tasks } = item;
      const approved = team.plan.approved.length;
      const more = approved === 0 ? "" : `, beside ${approved} that you approved`;
      return [
        paragraph(`plan: ${countOf(tasks.length, "task")}${more}`, {
          look: "bold",
        }),
        ...tasks.flatMap(({ id, risk, subject, blockedBy, files }) => [
          paragraph(`${id} ${risk.padEnd(6)} ${showHidden(subject)}`, {
            indent: 2,
            look: risk === "HIGH" ? "alert" : "plain",
          }),
          paragraph(aboutTask(blockedBy, files), { indent: 5, look: "dim" }),
        ]),
      ];
    }
  }
}

function aboutTask(needs: readonly string[], files: readonly string[]): string {
  const after = needs.length === 0 ? "needs nothing" : `after ${needs.join(", ")}`;
  const some = files.slice(0, 3).map(showHidden).join(", ");
  const more = files.length > 3 ? ` and ${files.length - 3} more` : "";
  return `${after} · ${files.length === 0 ? "files not said" : `${some}${more}`}`;
}

/** How long something has waited, in words. */
export function ageOf(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes === 0) return "less than a minute";
  return countOf(minutes, "minute");
}

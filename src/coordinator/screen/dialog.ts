/** What is shown of an item that waits, and what can be answered to it. */
import type { Team } from "../team.ts";
import { gateParagraphs } from "./gate.ts";
import { showHidden } from "./printable.ts";
import { type Paragraph, paragraph } from "./styled.ts";
import type { WaitingItem } from "./waiting.ts";

interface Choice {
  readonly digit: string;
  readonly text: string;
  readonly approve: boolean;
  /** The person is asked for a note first. */
  readonly withNote: boolean;
}

export interface Dialog {
  readonly body: readonly Paragraph[];
  /** One line that says what is asked, where the body does not fit. */
  readonly ask: string;
  /** None where a typed line is the answer. */
  readonly choices: readonly Choice[];
}

/** No is the one to fall back on; it is pressed like the others. */
export const DEFAULT_DIGIT = "2";

export function dialogOf(item: WaitingItem, team: Team, now: number): Dialog {
  const body = [...bodyOf(item, team), paragraph(waited(now - item.since), { look: "dim" })];
  switch (item.kind) {
    case "gate":
      return { body, ask: `${item.id}: may it run?`, choices: choicesOf(item) };
    case "plan":
      return { body, ask: "Go on with this plan?", choices: choicesOf(item) };
    case "question":
      return { body, ask: `${item.id}: your answer`, choices: [] };
  }
}

export function choicesOf({ kind }: WaitingItem): readonly Choice[] {
  switch (kind) {
    case "gate":
      return choices("approve once", "deny");
    case "plan":
      return choices("yes", "no");
    case "question":
      return [];
  }
}

function choices(yes: string, no: string): Choice[] {
  return [
    { digit: "1", text: yes, approve: true, withNote: false },
    { digit: DEFAULT_DIGIT, text: no, approve: false, withNote: false },
    { digit: "3", text: `${no} with a note`, approve: false, withNote: true },
  ];
}

function bodyOf(item: WaitingItem, team: Team): Paragraph[] {
  switch (item.kind) {
    case "gate":
      return gateParagraphs(team, item.gate);
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
        paragraph(`plan: ${tasks.length} ${tasks.length === 1 ? "task" : "tasks"}${more}`, {
          look: "bold",
        }),
        ...tasks.flatMap(({ id, risk, subject, blockedBy, files }) => [
          paragraph(`${id} ${risk.padEnd(6)} ${showHidden(subject)}`, {
            indent: 2,
            look: risk === "HIGH" ? "alert" : "plain",
          }),
          paragraph(aboutTask(blockedBy, files.length), { indent: 5, look: "dim" }),
        ]),
      ];
    }
  }
}

function aboutTask(needs: readonly string[], files: number): string {
  const after = needs.length === 0 ? "needs nothing" : `after ${needs.join(", ")}`;
  const count =
    files === 0
      ? "files not said"
      : `${files} ${files === 1 ? "file or folder" : "files or folders"}`;
  return `${after} · ${count}`;
}

function waited(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes === 0) return "it waits for you, since less than a minute";
  return `it waits for you, since ${minutes} ${minutes === 1 ? "minute" : "minutes"}`;
}

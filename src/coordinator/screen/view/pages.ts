/** What stands on a page that needs nothing but the team, the story and the keymap. */
import type { BoardTask, Team } from "../../team.ts";
import { gateParagraphs, type ReadGate } from "../dialogs/gate.ts";
import { CHAT_LINES } from "../input/chat-commands.ts";
import type { Page } from "../input/focus.ts";
import { type Binding, LIST_KEYS, PAGE_KEYS, PLAN_KEYS } from "../input/keymap.ts";
import { OTHER_KEYS } from "../input/other-keys.ts";
import { showHidden } from "../terminal/printable.ts";
import { type Line, type Paragraph, paragraph, span, styledParagraph } from "../terminal/styled.ts";

/** One event as it was told. */
export interface Told {
  readonly lines: readonly Line[];
  /** Agents that it is about. */
  readonly agents: readonly string[];
}

export interface PageParts {
  readonly team: Team;
  readonly told: readonly Told[];
  /** What was read from disk for this page; null while it is being read. */
  readonly read: readonly Paragraph[] | null;
  readonly readGate: ReadGate;
}

export function pageTitle(page: Page): string {
  switch (page.kind) {
    case "help":
      return "help";
    case "log":
      return page.agent === null ? "log" : `log of ${page.agent}`;
    case "task":
      return page.task;
    case "peek":
      return `${page.worker}, looked at from here`;
    case "diff":
      return page.task === null ? "diff of the integration branch" : `diff of ${page.task}`;
    case "gate":
      return `all of ${page.gate}`;
  }
}

export function pageParagraphs(
  page: Page,
  { team, told, read, readGate }: PageParts,
): readonly Paragraph[] {
  switch (page.kind) {
    case "help":
      return HELP;
    case "log":
      return told
        .filter(({ agents }) => page.agent === null || agents.includes(page.agent))
        .flatMap(({ lines }) => lines.map(storyParagraph));
    case "task": {
      const task = team.tasks.get(page.task);
      return task === undefined ? [paragraph(`There is no task ${page.task}.`)] : aboutTask(task);
    }
    case "gate": {
      const gate = team.gates.get(page.gate);
      return gate === undefined
        ? [paragraph(`${page.gate} does not wait any more.`)]
        : gateParagraphs(team, gate, { whole: true, readGate });
    }
    case "peek":
    case "diff":
      return read ?? [paragraph("…", { look: "dim" })];
  }
}

const paragraphs = new WeakMap<Line, Paragraph>();

/** A line of the story hangs below its text, not below its time. The same line is the same paragraph. */
export function storyParagraph(line: Line): Paragraph {
  const made = paragraphs.get(line) ?? styledParagraph(line, { hang: 9 });
  paragraphs.set(line, made);
  return made;
}

function aboutTask(task: BoardTask): Paragraph[] {
  const { id, subject, risk, phase, worker, blockedBy, files, check, why, report, receipt } = task;
  return [
    paragraph(`${id} ${showHidden(subject)}`, { look: "bold" }),
    paragraph(`${phase}, ${risk}${worker === null ? "" : `, ${worker}`}`),
    ...field("after", blockedBy.join(", ")),
    ...field("files", files.join("\n")),
    ...field("check", check ?? ""),
    ...field("why", why),
    ...field("description", task.description),
    ...(report === null ? [] : field(`report: ${report.status}`, report.summary)),
    ...(receipt === null ? [] : field("receipt", receiptText(receipt))),
  ];
}

function field(name: string, text: string): Paragraph[] {
  if (text === "") return [];
  const lines = showHidden(text).split("\n");
  return [paragraph(name, { look: "dim" }), ...lines.map((line) => paragraph(line, { indent: 2 }))];
}

function receiptText({ commit, checks, diffstat }: NonNullable<BoardTask["receipt"]>): string {
  const proof = checks.map(
    ({ command, exit, ms }) => `${command} → exit ${exit ?? "none"}, ${(ms / 1000).toFixed(1)} s`,
  );
  return [commit === null ? "without a change" : `commit ${commit}`, ...proof, diffstat.trimEnd()]
    .filter(Boolean)
    .join("\n");
}

const HELP: readonly Paragraph[] = [
  ...section("everywhere", OTHER_KEYS.map(rowOf)),
  ...section("in the lists of tasks and workers", LIST_KEYS.map(rowOf)),
  ...section("on a page", PAGE_KEYS.map(rowOf)),
  ...section("while a plan is changed", PLAN_KEYS.map(rowOf)),
  ...section("in the chat, and after : in a list", CHAT_LINES),
  paragraph(""),
  paragraph("Every action is a command of any other terminal too: swarmux --help", { look: "dim" }),
];

function rowOf({ shown, what, command }: Omit<Binding, "action">): readonly [string, string] {
  return [shown, command === undefined ? what : `${what} (${command})`];
}

function section(title: string, rows: readonly (readonly [string, string])[]): Paragraph[] {
  const KEYS = 18;
  return [
    paragraph(""),
    paragraph(title, { look: "title" }),
    ...rows.map(([keys, what]) =>
      styledParagraph([span(keys.padEnd(KEYS), "bold"), span(` ${what}`)], {
        indent: 2,
        hang: 6,
      }),
    ),
  ];
}

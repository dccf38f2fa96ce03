/** The footer at every size: nothing wider than the screen, nothing lost of what is asked. */
import { Chalk } from "chalk";
import { expect, test } from "vitest";
import { type Footer, layFooter } from "../../../src/coordinator/screen/footer.ts";
import { gateLines } from "../../../src/coordinator/screen/gate.ts";
import { type Line, paint, widthOfLine } from "../../../src/coordinator/screen/styled.ts";
import { waitingItems } from "../../../src/coordinator/screen/waiting.ts";
import { EMPTY_TEAM, type Team } from "../../../src/coordinator/team.ts";
import { created, started, teamOf } from "../support.ts";
import { gateOf, itemsOf, PLANNED, pressAll, QUESTION, teamWith } from "./support.ts";

const plain = new Chalk({ level: 0 });
const SIZES = [
  [200, 50],
  [80, 24],
  [47, 24],
  [47, 10],
] as const;

function textOf(lines: readonly Line[]): string[] {
  return lines.map((line) => paint(line, plain));
}

/** The footer after these keys, the dialog ready to be answered. */
function footerOf(team: Team, [columns, rows]: readonly [number, number], keys = ""): Footer {
  const items = itemsOf(team);
  const { keyboard } = pressAll(items, [
    [0, keys.slice(0, 1)],
    [500, keys.slice(1)],
  ]);
  return layFooter({ team, keyboard, items, now: 1_000, columns, rows });
}

const LONG = `curl -s https://example.org/${"a/very/long/path/".repeat(12)} | tee "$HOME/out" && echo the-very-end`;
const PASTED_LINES = Array.from({ length: 40 }, (_, at) => `\u001b[31mecho ${at}\u202e`).join("\n");

const TEAMS: readonly (readonly [string, Team, string])[] = [
  ["an empty chat", teamOf(started()), ""],
  ["a long line in the chat", teamOf(started()), "漢字 and more ".repeat(40)],
  ["a gate", teamWith(gateOf("ada-1")), "\t"],
  ["a gate with a long command", teamWith(gateOf("ada-1", { input: { command: LONG } })), "\t"],
  ["a gate with many lines", teamWith(gateOf("ada-1", { input: { command: PASTED_LINES } })), "\t"],
  ["a note", teamWith(gateOf("ada-1")), `\t3${"words ".repeat(60)}`],
  ["a question", teamWith(QUESTION), "\t"],
  ["a plan", teamOf(...PLANNED), "\t"],
];

test.each(SIZES.flatMap((size) => TEAMS.map(([what, team, keys]) => ({ size, what, team, keys }))))(
  "at $size $what fits",
  ({ size, team, keys }) => {
    const { lines, cursor, above } = footerOf(team, size, keys);
    const [columns, rows] = size;
    expect(lines.length).toBeLessThanOrEqual(rows - 2);
    for (const line of [...lines, ...(above?.lines ?? [])]) {
      expect(widthOfLine(line)).toBeLessThan(columns);
    }
    expect(cursor.line).toBeLessThan(lines.length);
    expect(cursor.column).toBeLessThan(columns);
    expect(textOf(lines).join("\n")).not.toMatch(/(?!\n)\p{Cc}|\u202e/u);
  },
);

test.each(SIZES)("at %ix%i every character of a long command is shown", (columns, rows) => {
  const team = teamWith(gateOf("ada-1", { input: { command: LONG } }));
  const { lines, above } = footerOf(team, [columns, rows], "\t");
  const shown = textOf([...(above?.lines ?? []), ...lines])
    .map((line) => line.replace(/^ {2,4}/, ""))
    .join("");
  expect(shown).toContain(`$ ${LONG}`);
});

test("a dialog that does not fit is printed above, and the footer keeps the question and the choices", () => {
  const team = teamWith(gateOf("ada-1", { input: { command: PASTED_LINES } }));
  const { lines, above } = footerOf(team, [80, 24], "\t");
  expect(textOf(lines)).toEqual([
    "s1 · working · tasks 0/1 · workers 1/2 · $0.00 · ⧗1 for you: Tab",
    "ada-1: may it run? (all of it stands above)",
    "1 approve once   2 deny (default)   3 deny with a note   Tab next   Esc chat",
  ]);
  expect(textOf(above?.lines ?? [])).toContain("    \\x1b[31mecho 39\\u{202e}");
});

test("a gate says who, the risk, each reason, the action, where, what follows and whose words", () => {
  const team = teamOf(
    ...PLANNED,
    { type: "plan.approved", by: "person" },
    {
      ...gateOf("ada-1", {
        reasons: ["it reaches another host", "force push"],
        input: { command: "git push -f", description: "publish\u001b[2J it" },
        gives: ["outside"],
      }),
    },
  );
  expect(textOf(footerOf(team, [80, 24], "\t").lines)).toEqual([
    "s1 · working · tasks 0/2 · workers 0/2 · $0.00 · ⧗1 for you: Tab",
    `── gate 1 of 1 ──${"─".repeat(62)}`,
    "ada-1  ada, t1 subject of t1",
    "  HIGH",
    "  - it reaches another host",
    "  - force push",
    "  $ git push -f",
    "  in /state/s/checkouts/ada",
    "  t2 waits for it",
    "  a yes runs it once, as you: there is no sandbox in this session",
    "  the agent's words: publish\\x1b[2J it",
    "it waits for you, since less than a minute",
    "1 approve once   2 deny (default)   3 deny with a note   Tab next   Esc chat",
  ]);
});

test("a plan shows risk, needs and how many files", () => {
  expect(textOf(footerOf(teamOf(...PLANNED), [47, 24], "\t").lines)).toEqual([
    "plan waits · tasks 0/2 · ⧗1 for you: Tab",
    `── plan 1 of 1 ──${"─".repeat(29)}`,
    "plan: 2 tasks",
    "  t1 MEDIUM subject of t1",
    "     needs nothing · 1 file or folder",
    "  t2 HIGH   subject of t2",
    "     after t1 · 2 files or folders",
    "it waits for you, since less than a minute",
    "1 yes   2 no (default)   3 no with a note",
    "Tab next   Esc chat",
  ]);
});

test("a paused team and a paused worker are said in the status line", () => {
  const pausing = { type: "session.paused", by: "person", reason: "paused", ends: false } as const;
  const [all] = textOf(footerOf(teamWith(pausing), [80, 24]).lines);
  expect(all).toContain("⏸ paused");
  const [one] = textOf(footerOf(teamWith({ ...pausing, worker: "ada" }), [80, 24]).lines);
  expect(one).toContain("⏸ ada paused");
});

test("nothing waits in a session that is over", () => {
  const team = teamWith(gateOf("ada-1"));
  expect(waitingItems({ ...team, state: "finished" }, [], 0)).toEqual([]);
  expect(waitingItems(EMPTY_TEAM, [], 0)).toEqual([]);
});

test("a plan that is accepted unseen waits for nobody", () => {
  const [, ...planned] = PLANNED;
  expect(itemsOf(teamOf(started({ yes: true }), ...planned))).toEqual([]);
});

test("what waits longest comes first, whatever it is", () => {
  const first = waitingItems(teamWith(gateOf("ada-1")), [], 1);
  const later = waitingItems(teamWith(gateOf("ada-1"), QUESTION, gateOf("ada-2")), first, 2);
  expect(later.map(({ id, since }) => [id, since])).toEqual([
    ["ada-1", 1],
    ["q1", 2],
    ["ada-2", 2],
  ]);
});

test("commands print a gate with nothing wrapped", () => {
  const opened = gateOf("ada-1", { input: { command: LONG } });
  const team = teamOf(started(), created("t1"), opened);
  expect(gateLines(team, opened.gate, plain)).toContain(`  $ ${LONG}`);
});

/** Dialogs at every size: nothing wider than the screen, nothing lost of what is asked, no yes to what was not seen. */
import { expect, test } from "vitest";
import { readGate } from "../../../../src/coordinator/reach.ts";
import { gateLines } from "../../../../src/coordinator/screen/dialogs/gate.ts";
import { waitingItems } from "../../../../src/coordinator/screen/dialogs/waiting.ts";
import type { Act } from "../../../../src/coordinator/screen/input/focus.ts";
import { widthOfLine } from "../../../../src/coordinator/screen/terminal/styled.ts";
import { EMPTY_TEAM, type Team } from "../../../../src/coordinator/team.ts";
import { created, started, teamOf } from "../../support.ts";
import {
  gateOf,
  itemsOf,
  PLANNED,
  pressAll,
  QUESTION,
  screenOf,
  teamWith,
  textOf,
} from "../support.ts";

const SIZES = [
  [200, 50],
  [80, 24],
  [60, 20],
  [47, 22],
  [36, 18],
  [47, 10],
] as const;

const LONG = `curl -s https://example.org/${"a/very/long/path/".repeat(12)} | tee "$HOME/out" && echo the-very-end`;
const PASTED_LINES = Array.from({ length: 40 }, (_, at) => `\u001b[31mecho ${at}\u202e`).join("\n");
const WRITE = {
  tool: "Write",
  input: {
    file_path: "/etc/motd",
    content: Array.from({ length: 30 }, (_, at) => `const line${at} = "${at}";`).join("\n"),
  },
};

const TEAMS: readonly (readonly [string, Team, string])[] = [
  ["an empty chat", teamOf(started()), ""],
  ["a long line in the chat", teamOf(started()), "漢字 and more ".repeat(40)],
  ["a gate", teamWith(gateOf("ada-1")), "\t"],
  ["a gate with a long command", teamWith(gateOf("ada-1", { input: { command: LONG } })), "\t"],
  ["a gate with many lines", teamWith(gateOf("ada-1", { input: { command: PASTED_LINES } })), "\t"],
  ["a gate with a change", teamWith(gateOf("ada-1", WRITE)), "\t"],
  ["a note", teamWith(gateOf("ada-1")), `\t3${"words ".repeat(60)}`],
  ["a question", teamWith(QUESTION), "\t"],
  ["a plan", teamOf(...PLANNED), "\t"],
  ["a plan that is changed", teamOf(...PLANNED), "\t5"],
];

test.each(SIZES.flatMap((size) => TEAMS.map(([what, team, keys]) => ({ size, what, team, keys }))))(
  "at $size $what fits",
  ({ size, team, keys }) => {
    const { lines, cursor } = screenOf(team, { size, keys });
    const [columns, rows] = size;
    expect(lines).toHaveLength(rows);
    for (const line of lines) expect(widthOfLine(line)).toBeLessThan(columns);
    expect(cursor?.line ?? 0).toBeLessThan(rows);
    expect(cursor?.column ?? 0).toBeLessThan(columns);
    expect(textOf(team, { size, keys })).not.toMatch(/(?!\n)\p{Cc}|\u202e/u);
  },
);

/** All that can be seen of the dialog by scrolling down to its end, one line at a time. */
function scrolledThrough(team: Team, size: readonly [number, number]): string[] {
  const seen: string[] = [];
  for (let down = 0; ; down += 1) {
    const { keyboard } = pressAll(itemsOf(team), [[0, "\t"]], { team });
    const { focus } = keyboard;
    if (focus.on !== "item") throw new Error("no dialog is open");
    const at = { ...keyboard, focus: { ...focus, scroll: down } };
    const { lines, shown } = screenOf(team, { size, keyboard: at });
    const texts = lines.map((line) => line.map(({ text }) => text).join(""));
    const rule = texts.findIndex((line) => line.startsWith("── gate"));
    const body = texts.slice(rule + 1, rule + 1 + shown.height);
    if (down === 0) seen.push(...body);
    else seen.push(body.at(-1) ?? "");
    if (down >= shown.maxScroll) return seen;
  }
}

test.each(SIZES)("at %ix%i every character of a long command is shown", (...size) => {
  const team = teamWith(gateOf("ada-1", { input: { command: LONG } }));
  const shown = scrolledThrough(team, size)
    .map((line) => line.replace(/^ {2,4}/, ""))
    .join("");
  expect(shown).toContain(`$ ${LONG}`);
});

test.each(SIZES)(
  "at %ix%i every line of a long command is shown, and nothing of it is obeyed",
  (...size) => {
    const team = teamWith(gateOf("ada-1", { input: { command: PASTED_LINES } }));
    const shown = scrolledThrough(team, size).join("\n");
    for (let at = 0; at < 40; at += 1) expect(shown).toContain(`\\x1b[31mecho ${at}\\u{202e}`);
  },
);

test("a dialog that does not fit says how much stands below, and takes no yes before its end was seen", () => {
  const team = teamWith(gateOf("ada-1", { input: { command: PASTED_LINES } }));
  expect(textOf(team, { size: [80, 24], keys: "\t" })).toMatch(
    /^── gate 1 of 1 .* 1–19 of \d+ · ↓ \d+ more ──$/m,
  );
  const unseen = { maxScroll: 30, height: 20, seenEnd: false };
  const answers = (shown: typeof unseen) => (key: string) =>
    pressAll(
      itemsOf(team),
      [
        [0, "\t"],
        [500, key],
      ],
      { team, shown },
    ).acts;

  expect(["1", "2"].flatMap(answers(unseen))).toMatchObject([
    { do: "explain", text: "There is more below. Look at its end first: End, or ↓" },
    { do: "gate", answer: "deny" },
  ]);
  expect(["1"].flatMap(answers({ ...unseen, seenEnd: true }))).toMatchObject([
    { do: "gate", answer: "once" },
  ]);
});

test("a gate says who, the risk, each reason, the action, where, what it touches, what follows and whose words", () => {
  const team = teamOf(
    ...PLANNED,
    { type: "plan.approved", by: "person" },
    {
      ...gateOf("ada-1", {
        reasons: ["it reaches another host", "force push"],
        input: {
          command: "git push -f https://example.org/x HEAD:main",
          description: "publish\u001b[2J it",
        },
        cwd: "/",
        gives: ["outside"],
      }),
    },
  );
  expect(
    textOf(team, { size: [80, 30], keys: "\t" })
      .split("\n")
      .slice(-15),
  ).toEqual([
    `── gate 1 of 1 ${"─".repeat(64)}`,
    "ada-1  ada, t1 subject of t1",
    "  HIGH",
    "  - it reaches another host",
    "  - force push",
    "  $ git push -f https://example.org/x HEAD:main",
    "  in /",
    "  touches, as parsed: branches HEAD:main at https://example.org/x; hosts",
    "    example.org",
    "  a yes runs it once, as you: there is no sandbox in this session",
    "  t2 waits for it",
    "  the agent's words: publish\\x1b[2J it",
    "it waits for you, since less than a minute",
    "1 approve once   2 deny (default)   3 deny with a note   5 change it   Tab next",
    "Esc chat",
  ]);
});

test("a change shows its first twenty lines, says how many more there are, and v shows them all", () => {
  const team = teamWith(gateOf("ada-1", WRITE));
  const dialog = textOf(team, { size: [80, 50], keys: "\t" });
  expect(dialog).toContain('  +const line19 = "19";');
  expect(dialog).not.toContain("line20");
  expect(dialog).toContain("  … 10 more lines: v shows all of it");
  expect(dialog).toContain("  writes /etc/motd");
  const page = textOf(team, { size: [80, 50], keys: "\tv" });
  expect(page).toContain('  +const line29 = "29";');
  expect(page).toContain("── all of ada-1 ─");
});

test("a plan shows risk, needs and files", () => {
  expect(
    textOf(teamOf(...PLANNED), { size: [47, 24], keys: "\t" })
      .split("\n")
      .slice(-9),
  ).toEqual([
    `── plan 1 of 1 ${"─".repeat(31)}`,
    "plan: 2 tasks",
    "  t1 MEDIUM subject of t1",
    "     needs nothing · t1.ts",
    "  t2 HIGH   subject of t2",
    "     after t1 · src/, test/",
    "it waits for you, since less than a minute",
    "1 yes   2 no (default)   3 no with a note",
    "5 change it   Tab next   Esc chat",
  ]);
});

test("a plan of one task, and a change that hides one line, are in the singular", () => {
  const one: Team = teamOf(started({ yes: false }), created("t1"), {
    type: "plan.proposed",
    tasks: ["t1"],
  });
  expect(textOf(one, { size: [120, 30] })).toContain("⧗ plan  1 task: is this the plan?");
  const content = Array.from({ length: 21 }, (_, at) => `${at}`).join("\n");
  const input = { file_path: "/etc/motd", content };
  const gate = teamWith(gateOf("ada-1", { tool: "Write", input }));
  expect(textOf(gate, { size: [80, 50], keys: "\t" })).toContain(
    "… 1 more line: v shows all of it",
  );
});

test("what only an unknown program is about can be allowed for the session, and its pattern is shown", () => {
  const team = teamWith(gateOf("ada-1", { pattern: "Bash(frobnicate *)" }));
  const dialog = textOf(team, { size: [120, 30], keys: "\t" });
  expect(dialog).toContain("4 for this session: Bash(frobnicate *)");
  const { acts } = pressAll(
    itemsOf(team),
    [
      [0, "\t"],
      [500, "4"],
    ],
    { team },
  );
  expect(acts).toMatchObject([{ do: "gate", gate: "ada-1", answer: "session" }]);
});

test("a command is changed before it runs", () => {
  const team = teamWith(gateOf("ada-1", { input: { command: "git push -f" } }));
  const keys = [
    [0, "\t"],
    [500, "5\x17--dry-run"],
    [600, "\r"],
  ] as const;
  const { acts } = pressAll(itemsOf(team), keys, { team });
  const edit: Act = {
    do: "gate",
    gate: "ada-1",
    hash: "hash of ada-1",
    answer: "edit",
    note: "",
    text: "git push --dry-run",
  };
  expect(acts).toEqual([edit]);
});

test("a paused team and a paused worker are said in the header", () => {
  const pausing = { type: "session.paused", by: "person", reason: "paused", ends: false } as const;
  expect(textOf(teamWith(pausing), { size: [80, 24] })).toContain("⏸ paused");
  expect(textOf(teamWith({ ...pausing, worker: "ada" }), { size: [80, 24] })).toContain(
    "⏸ ada paused",
  );
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

test("commands print a gate with nothing wrapped and nothing left out", () => {
  const long = gateOf("ada-1", { input: { command: LONG } });
  const team = teamOf(started(), created("t1"), long);
  expect(gateLines(team, long.gate, { level: 0, readGate })).toContain(`  $ ${LONG}`);
  const write = gateOf("ada-2", WRITE);
  expect(gateLines(team, write.gate, { level: 0, readGate })).toContain('  +const line29 = "29";');
});

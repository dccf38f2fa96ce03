/** What a person sees of an action is the truth about it, whatever the model has put into its text. */
import { expect, test } from "vitest";
import { readGate } from "../../../../src/coordinator/reach.ts";
import { gateLines, gateParagraphs } from "../../../../src/coordinator/screen/dialogs/gate.ts";
import { textOfLine } from "../../../../src/coordinator/screen/terminal/styled.ts";
import { paint } from "../../../../src/coordinator/screen/terminal/theme.ts";
import { assessCommand } from "../../../../src/risk/shell.ts";
import type { Gate } from "../../../../src/session/events.ts";
import { gateOf, screenOf, teamWith } from "../support.ts";

const cwd = import.meta.dirname;
const PADDING = " ".repeat(9_000);

function gateFor(command: string, more: Readonly<Record<string, unknown>> = {}): Gate {
  const { reasons } = assessCommand(command, { root: cwd });
  return gateOf("ada-1", { input: { command, ...more }, reasons: [...reasons], cwd }).gate;
}

/** The spans of the command itself. */
function commandSpans(gate: Gate) {
  const all = gateParagraphs(teamWith(gateOf(gate.id, gate)), gate, { whole: true, readGate });
  const first = all.findIndex(({ spans }) => textOfLine(spans).startsWith("$ "));
  const last = all.findIndex(({ spans }) => textOfLine(spans).startsWith("in "));
  return all.slice(first, last).map(({ spans }) => spans);
}

const HOSTILE = [
  [
    "a bidirectional override",
    "ls \u202egnirts\u202c; git push",
    "ls \\u{202e}gnirts\\u{202c}; git push",
  ],
  [
    "an escape that clears the screen",
    "ls; \u001b[2J\u001b[1;1Hgit push",
    "ls; \\x1b[2J\\x1b[1;1Hgit push",
  ],
  ["a carriage return", "git push\rls      ", "git push\\x0dls      "],
  ["a zero-width blank", "git\u200b push", "git\\u{200b} push"],
  ["a title that would be set", "\u001b]0;safe\u0007git push", "\\x1b]0;safe\\x07git push"],
] as const;

test.each(HOSTILE)("R13: %s is shown, not obeyed", (_, command, shown) => {
  const spans = commandSpans(gateFor(command));
  expect(spans.map(textOfLine)).toEqual([`$ ${shown}`]);
});

test.each(HOSTILE)("R13: with %s no code but our own reaches the terminal", (_, command) => {
  const gate = gateFor(command, { description: command });
  const more = { ...gate, reasons: [...gate.reasons, command] };
  const { lines } = screenOf(teamWith(gateOf("ada-1", more)), { size: [100, 40], keys: "\t" });
  const theme = { level: 2, scheme: "dark", ascii: false, attributes: true } as const;
  const written = lines.map((line) => paint(line, theme)).join("\n");
  // oxlint-disable-next-line no-control-regex
  expect(written.replaceAll(/\u001b\[[\d;]*m/g, "")).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}/u);
});

test("R13: behind 9,000 blanks the dangerous part is there, and marked", () => {
  const [line = []] = commandSpans(gateFor(`ls;${PADDING}git push --force; ls`));
  expect(textOfLine(line)).toBe(`$ ls;${PADDING}git push --force; ls`);
  expect(line.filter(({ look }) => look === "danger").map(({ text }) => text)).toEqual([
    "git push --force",
  ]);
});

test("R13: marks stand where the danger is, behind what became longer by being shown", () => {
  const [line = []] = commandSpans(gateFor("echo 'a\u001bb\u202e' && git push"));
  const marked = line.filter(({ look }) => look === "danger").map(({ text }) => text);
  expect(marked).toContain("git push");
});

test.each([
  ["with colours", 2, "\u001b[1;4;38;5;203mgit push origin\u001b[0m"],
  ["without", 0, "\u001b[1;4mgit push origin\u001b[0m"],
])("R13: the mark can be seen %s", (_, level, wanted) => {
  const team = teamWith(gateOf("ada-1", gateFor("npm test && git push origin")));
  const { lines } = screenOf(team, { size: [100, 40], keys: "\t" });
  const theme = { level, scheme: "dark", ascii: false, attributes: true } as const;
  expect(lines.map((line) => paint(line, theme)).join("\n")).toContain(wanted);
});

test("R13: who asks, for which task, why, where, and what a yes gives, as commands print it", () => {
  const gate = gateFor("git push origin main", { description: "approve\u001b[2K me" });
  expect(gateLines(teamWith(gateOf("ada-1", gate)), gate, { level: 0, readGate })).toEqual([
    expect.stringMatching(/^ada-1 {2}\[1\] ada, t1 /),
    "  HIGH",
    "  - git push sends work to a remote",
    "  $ git push origin main",
    `  in ${cwd}`,
    "  touches, as parsed: branches main at origin",
    "  the agent's words: approve\\x1b[2K me",
  ]);
});

/** A terminal that changes its size: nothing of the old size is left over, nothing is cut, and every fact is there afterwards. */
import { expect, test } from "vitest";
import { cutTo } from "../../src/coordinator/screen/terminal/text-width.ts";
import { eventually } from "../support/eventually.ts";
import { BOARD_FILES, seesBoard } from "./support/board.ts";
import { type Person, sitDown } from "./support/person.ts";
import { createWorkplace } from "./support/workplace.ts";

/** The screen without what goes on by itself. */
async function look(person: Person): Promise<string[]> {
  const text = (await person.pane()).replaceAll(/\d\d:\d\d/g, "00:00");
  return text.split("\n").map((line) => line.trimEnd());
}

async function widthOf(person: Person): Promise<number> {
  const tmux = await person.tmux();
  const panes = await tmux.run(["list-panes", "-a", "-F", "#{@role} #{pane_width}"]);
  return Number(/^coordinator (\d+)$/m.exec(panes)?.[1]);
}

/** What has to be there at every size, in whole lines of it. */
const FACTS = [
  /^s · do it$/,
  /^⧗1 for you: Tab · working/,
  /^ ⧗ ben-1 /,
  /^ ● t3 /,
  /^ \[3\] cleo +● running/,
];

async function expectWhole(person: Person): Promise<void> {
  await eventually(async () => {
    const width = await widthOf(person);
    const lines = await look(person);
    // Its last line is written for this size.
    expect(lines.at(-1)).toBe(cutTo("> words for the coordinator, @worker text, :help", width - 1));
    for (const line of lines) expect(line.length).toBeLessThan(width);
    const rules = lines.filter((line) => line.startsWith("──"));
    expect(rules.length).toBeGreaterThan(1);
    for (const rule of rules) expect(rule).toHaveLength(width - 1);
    for (const fact of FACTS) expect(lines.filter((line) => fact.test(line))).toHaveLength(1);
    expect(lines.filter((line) => line.endsWith("press Tab"))).toHaveLength(1);
  });
  const lines = await look(person);
  await person.type("C-l");
  await eventually(async () => expect(await look(person)).toEqual(lines));
}

test("a board is whole at 200x50, 80x24 and 60x20, and at 200x50 again as it was", async () => {
  const place = await createWorkplace(BOARD_FILES);
  await using person = await sitDown(place, { scenario: "board", args: ["--yes"] });
  await seesBoard(person);
  await expectWhole(person);
  const before = await look(person);

  for (const [columns, rows] of [
    [80, 24],
    [60, 20],
  ] as const) {
    await person.resize(columns, rows);
    await expectWhole(person);
  }
  await person.resize(200, 50);
  await expectWhole(person);
  await eventually(async () => expect(await look(person)).toEqual(before));

  // A dialog and a page are laid anew in the same way.
  await person.opens("1 approve once");
  await person.resize(80, 24);
  await person.sees(/^── gate 1 of 1 ─/m);
  await person.type("Escape", "BTab", "?");
  await person.sees(/^── help ─/m);
  await person.resize(60, 20);
  await eventually(async () => {
    const [rule = ""] = (await look(person)).filter((line) => line.startsWith("── help"));
    expect(rule).toHaveLength((await widthOf(person)) - 1);
  });
});

test("a pane of 60 columns leaves columns out from the right, and nothing that waits", async () => {
  const place = await createWorkplace(BOARD_FILES);
  const args = ["--yes", "--panes", "none"];
  await using person = await sitDown(place, { scenario: "board", size: [60, 20], args });
  const screen = () => person.terminal.screen();
  await expect.poll(screen).toMatch(/● running[^]*✓ to merge|✓ to merge[^]*● running/);
  await expect.poll(screen).toMatch(/✗ t4/);
  for (const fact of [
    /^⧗1 for you: Tab · working · tasks 1\/6 · workers \d\/4 · \$0\.00$/m,
    /^ ⧗ ben-1 +needs you +Write \S*… +HIGH +\[2\] ben$/m,
    /^ ● t3 +working +Move the cart +MEDIUM +\[3\] cleo$/m,
    /^ \[2\] ben +⧗ waits for you +t2 Share the types +ctx 7k$/m,
    /^Enter sends · Tab answer · .*:help$/m,
  ]) {
    await expect.poll(screen).toMatch(fact);
  }
  for (const line of (await screen()).split("\n")) expect(line.length).toBeLessThan(60);
});

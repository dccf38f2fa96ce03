/** The board as a person sees it in tmux: who does what, what waits for them, and what they are asked. */
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { needSandbox } from "../support/needs-sandbox.ts";
import { BOARD_FILES, openPaidModel, seesBoard } from "./support/board.ts";
import { sitDown } from "./support/person.ts";
import { createWorkplace } from "./support/workplace.ts";

needSandbox();

const TIME = "\\d\\d:\\d\\d";

/** In groups where there is room, else the group is a word in each row. */
const WIDE = [
  /^needs you 1\n ⧗ ben-1 +Write \.vscode\/shared\.ts \(t2 Share the types\) +HIGH +\[2\] ben /m,
  new RegExp(`^working 1\\n ● t3 +Move the cart +MEDIUM +\\[3\\] cleo +${TIME} +\\+2 −1$`, "m"),
  new RegExp(`^ready to merge 1\\n ✓ t5 +Add three to b\\.txt +MEDIUM .* after t1 +${TIME}`, "m"),
  /^waiting 1\n ○ t6 +Write the docs +LOW +after t2, t3$/m,
  /^failed 1\n ✗ t4 +Find the old one · There is no old one\. +MEDIUM /m,
  new RegExp(`^done 1\\n ✓ t1 +Add two to a\\.txt +MEDIUM +\\[\\d\\] \\w+ +${TIME} +\\+1 −0$`, "m"),
  new RegExp(` ⧗ waits for you +t2 Share the types +ctx 1% +\\$0\\.\\d\\d +${TIME}$`, "m"),
  new RegExp(` ● running +t3 Bash sleep 100 +ctx 1% +\\$0\\.\\d\\d +${TIME} +\\+2 −1$`, "m"),
  new RegExp(` ✓ to merge +t5 Add three to b\\.txt +ctx 1% +\\$0\\.\\d\\d +${TIME}`, "m"),
  /^── activity ─+\n[^]*✗ t4 failed: There is no old one\.\n/m,
];
const NARROW = [
  /^ ⧗ ben-1 +needs you +Write \.vscode\/shared/m,
  /^ ● t3 +working +Move the cart$/m,
  /^ ✓ t5 +ready +Add three to b\.txt$/m,
  /^ ○ t6 +waiting +Write the docs$/m,
  /^ ✗ t4 +failed +Find the old one · There…$/m,
  /^ ✓ t1 +done +Add two to a\.txt$/m,
  /^ \[2\] ben +⧗ waits for you +t2 Share the types$/m,
  /^ \[3\] cleo +● running +t3 Bash sleep 100$/m,
  /^── activity ─+\n\d\d:\d\d:\d\d /m,
];

/** Badge and name in the worker's colour, then glyph and word in the colour of the state. */
const LOOKS = [
  ["[2] ben", /38;5;220m\[2\] ben.*38;5;221m⧗ waits for you/],
  ["[3] cleo", /38;5;204m\[3\] cleo.*38;5;78m● running/],
  ["✓ to merge", /38;5;(?:69m\[1\] ada|45m\[4\] dov).*38;5;78m✓ to merge/],
] as const;

test.each([
  { columns: 200, rows: 50, facts: WIDE },
  { columns: 80, rows: 24, facts: NARROW },
])(
  "at $columns by $rows every group, worker and question is there, and can be read",
  async ({ columns, rows, facts }) => {
    const place = await createWorkplace(BOARD_FILES);
    await using model = await openPaidModel("board");
    const args = ["--yes", "--budget", "5"];
    const size = [columns, rows] as const;
    await using person = await sitDown(place, { scenario: "board", size, args, api: model.url });
    await seesBoard(person);
    for (const fact of facts) await person.sees(fact);
    const painted = (await person.painted()).split("\n");
    for (const [words, look] of LOOKS) {
      expect(
        painted.filter((line) => stripVTControlCharacters(line).includes(words)),
      ).toContainEqual(expect.stringMatching(look));
    }

    await person.type("how far are you?", "Enter");
    await person.sees(/person to coordinator: how\s+far\s+are\s+you\?/);

    await person.opens("1 approve once");
    await person.sees(
      /^ben-1 {2}\[2\] ben, t2 Share the types\n {2}HIGH\n {2}- \.vscode\/shared\.ts/m,
    );
    await person.sees(/^ {2}Write \.vscode\/shared\.ts\n {2}\+import \{ readFile \}/m);
    const dialog = await person.painted();
    expect(dialog).toMatch(/38;5;75mimport/);
    expect(dialog).toMatch(/38;5;221m"node:/);
    await person.type("End");
    await person.sees(/^ {2}… 5 more lines: v shows all of it$/m);
    await person.sees(/^ {2}writes \.vscode\/shared\.ts$[^]*^ {2}t6 waits for it$/m);
    await person.type("v", "End");
    await person.sees(/── all of ben-1 ─[^]*\+export const theEnd = true;/);
    await person.type("Escape");
    await person.mayPress("1 approve once");
    await person.type("2");
    await person.sees("⧗ ben-2 waits for you");
    await person.opens("1 approve once");
    await person.sees(/touches, as parsed: branches\s+HEAD:refs\/heads\/types at origin$/m);
    await person.type("Escape");
    await person.sees(/^> words for the coordinator/m);

    await person.type("BTab", "D");
    await person.sees(
      /── diff of the integration branch ─[^]*\+\+\+ b\/a\.txt\n@@[^\n]*\n one\n\+two$/m,
    );
    expect(await person.painted()).toMatch(/38;5;78m\+.*two/);
    await person.type("Escape", "3", "d");
    await person.sees(/── diff of t3 ─[^]*\+\+\+ b\/cart\.ts\n@@[^\n]*\n-one\n\+two\n\+three$/m);
  },
);

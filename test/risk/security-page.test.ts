import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadScripts } from "../../src/risk/npm-scripts.ts";
import { assessCommand } from "../../src/risk/shell.ts";

const TOP = join(import.meta.dirname, "../..");
const PAGE = readFileSync(join(TOP, "docs/security.md"), "utf8");

/** The checkout that the page's commands are meant for. */
const root = realpathSync(mkdtempSync(join(tmpdir(), "swarmux-page-")));
afterAll(() => rmSync(root, { recursive: true, force: true }));
for (const file of ["a.ts", "src/b.ts", "build/c.js", "x.txt", "x.awk", ".env"]) {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), "");
}
writeFileSync(
  join(root, "package.json"),
  '{"scripts":{"deploy":"node deploy.js","test":"vitest"}}',
);

/** The rows of the table below a heading, each as its cells. */
function rowsBelow(heading: string): string[][] {
  const section = PAGE.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** Each command in backticks with the level that its group of the cell has. */
function commandsOf([commands = "", levels = ""]: readonly string[]): [string, string][] {
  const groups = commands.split(" · ");
  const given = levels.split(" · ");
  return groups.flatMap((group, at) =>
    [...group.matchAll(/`([^`]+)`/g)].map(([, command = ""]): [string, string] => [
      command.replaceAll(String.raw`\|`, "|"),
      given[at] ?? "",
    ]),
  );
}

const DISPUTED = rowsBelow("Commands on which reasonable people differ").flatMap(commandsOf);

test("the table of disputed commands is found", () => {
  expect(DISPUTED.length).toBeGreaterThan(50);
});

test.each(DISPUTED)("%s is %s, as the page says", (command, level) => {
  expect(assessCommand(command, { root, ...loadScripts(root) }).risk).toBe(level);
});

const REQUIREMENTS = rowsBelow("Requirement → test");

test("the requirements that the page has to answer are all there", () => {
  const numbers = new Set(REQUIREMENTS.map(([name = ""]) => /^R\d+/.exec(name)?.[0]));
  const wanted = ["R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "R16", "R17", "R20"];
  expect(wanted.filter((one) => !numbers.has(one))).toEqual([]);
});

test.each(REQUIREMENTS)("%s: every test that the page names exists", (...cells) => {
  const [name = "", , tests = ""] = cells;
  const all = [...tests.matchAll(/`(test\/[^`]+)`/g)].map(([, file = ""]) => file);
  expect(all.length).toBeGreaterThan(0);
  expect(all.filter((file) => !existsSync(join(TOP, file)))).toEqual([]);
  const requirement = /^R\d+/.exec(name)?.[0] ?? "";
  const naming = [...tests.matchAll(/((?:`test\/[^`]+`(?:, )?)+) "(R\d+): …"/g)];
  expect(naming.length).toBeGreaterThan(0);
  for (const [, files = "", number = ""] of naming) {
    expect(number).toBe(requirement);
    const last = [...files.matchAll(/`(test\/[^`]+)`/g)].at(-1)?.[1] ?? "";
    const named = new RegExp(`["\`]${number}: `);
    expect(readFileSync(join(TOP, last), "utf8")).toMatch(named);
  }
});

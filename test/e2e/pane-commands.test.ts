/** Every command that can be typed after a colon, in a real session; and the help, which has every key. */
import { expect, test } from "vitest";
import { CHAT_LINES } from "../../src/coordinator/screen/input/chat-commands.ts";
import { LIST_KEYS, PAGE_KEYS, PLAN_KEYS } from "../../src/coordinator/screen/input/keymap.ts";
import { OTHER_KEYS } from "../../src/coordinator/screen/input/other-keys.ts";
import { BOARD_FILES } from "./support/board.ts";
import { waitForEvent } from "./support/journal.ts";
import { type Person, sitDown } from "./support/person.ts";
import { BIN } from "./support/swarmux.ts";
import { createWorkplace } from "./support/workplace.ts";

const CHAT = /^> words for the coordinator/m;

type Row = readonly [line: string, seen: string | RegExp, back?: readonly string[]];

const WHILE_A_PLAN_WAITS: readonly Row[] = [
  [":gates", /^── plan 1 of 1 ─/m, ["Escape"]],
  [":edit", /^── the plan, to change ─/m, ["Escape", "Escape"]],
  [":move t6 up", "t6 stands before t5; the coordinator is told."],
  [":drop t4", "t4 is off the board; the coordinator is told."],
];

const WHILE_THEY_WORK: readonly Row[] = [
  [":gates ben-1", /^── gate 1 of 1 ─/m, ["Escape"]],
  [":pause", /The team waits before the next model call\.[^]*Go on: swarmux continue/],
  [":continue", "The team goes on."],
  [":pause ben", "ben waits before the next model call."],
  [":continue ben", "ben goes on."],
  [":tell cleo look at the cart", "cleo reads it before its next model call."],
  ["@cleo and at the docs", "person to cleo: and at the docs"],
  [":diff t3", /^── diff of t3 ─/m, ["Escape"]],
  [":diff", /^── diff of the integration branch ─/m, ["Escape"]],
  [":log cleo", /^── log of cleo ─/m, ["Escape"]],
  [":peek cleo", /^── cleo, looked at from here ─[^]*● Bash sleep 100/m, ["Escape"]],
  [":peek t3", /^── t3 ─[^]*^working, MEDIUM, cleo$/m, ["Escape"]],
  [":status", /^ ?▸/m, ["Escape"]],
  [":problems", /^── tasks \d\/5 done · problems only ─/m, ["Escape"]],
  [":filter types", /^── tasks \d\/5 done · problems only · \/types ─/m, ["Escape"]],
  [":all", /^── tasks \d\/5 done ─/m, ["Escape"]],
  [":stop cleo", "cleo drops t3, which is blocked now."],
  [":retry t3", "t3 waits for a worker again; the coordinator is told."],
];

async function tryAll(person: Person, rows: readonly Row[]): Promise<void> {
  for (const [line, seen, back = []] of rows) {
    await person.type(line, "Enter");
    await person.sees(seen);
    // Alone, or a terminal takes Escape and what follows for one key.
    for (const key of back) {
      const before = await person.pane();
      await person.type(key);
      await expect.poll(() => person.pane()).not.toBe(before);
    }
    await person.sees(CHAT);
  }
}

/** The whole page, read a screen at a time. */
async function readPage(person: Person): Promise<string> {
  const lines: string[] = [];
  for (;;) {
    const screen = (await person.pane()).split("\n");
    const at = screen.findIndex((line) => line.startsWith("── help ─"));
    const place = /(\d+)–(\d+) of (\d+) · /.exec(screen[at] ?? "");
    const [first = 0, last = 0, all = 0] = (place ?? []).slice(1).map(Number);
    for (let line = first; line <= last; line += 1) {
      lines[line] = screen[at + 1 + line - first] ?? "";
    }
    if (place === null || last === all) return lines.join(" ").replaceAll(/\s+/g, " ");
    await person.type("PageDown");
    const shown = async () => /(\d+)–\d+ of \d+ · /.exec(await person.pane())?.[1];
    await expect.poll(shown).not.toBe(String(first));
  }
}

test("every command does what the help says, and the help says every key", async () => {
  const place = await createWorkplace(BOARD_FILES);
  await using person = await sitDown(place, { scenario: "board" });
  await person.sees("plan waits for you");
  await tryAll(person, WHILE_A_PLAN_WAITS);
  await person.type("y", "Enter");
  await person.sees(/● running +t3 Bash[^]*ben-1 waits for you/);
  await tryAll(person, WHILE_THEY_WORK);

  await person.type(":help", "Enter");
  await person.sees(/^── help ─/m);
  const help = await readPage(person);
  for (const { shown, what } of [...OTHER_KEYS, ...LIST_KEYS, ...PAGE_KEYS, ...PLAN_KEYS]) {
    expect(help).toContain(`${shown} ${what}`);
  }
  for (const [line, what] of CHAT_LINES) expect(help).toContain(`${line} ${what}`);
  await person.type("Escape");
  await person.sees(CHAT);

  const tmux = await person.tmux();
  const looking = () =>
    tmux.run(["display-message", "-p", "#{@role} #{window_zoomed_flag} #{pane_active}"]);
  await person.type(":go ben", "Enter");
  await expect.poll(looking).toBe("ben 0 1");
  await person.type("C-]", "Left");
  await expect.poll(looking).toBe("coordinator 0 1");
  await person.type(":zoom ben", "Enter");
  await expect.poll(looking).toBe("ben 1 1");
  await person.type("C-]", "z", "C-]", "Left");
  await expect.poll(looking).toBe("coordinator 0 1");
  await person.type(":detach", "Enter");
  const terminal = () => person.terminal.screen();
  await expect.poll(terminal).toContain("Come back: swarmux attach s");
  await person.type(`${BIN} attach s`, "Enter");
  await expect.poll(terminal).toContain("⧗1 for you: Tab");
  await person.type(":stop", "Enter");
  await waitForEvent(place, (event) => event.type === "session.paused" && event.ends);
  await expect.poll(terminal).toContain("go on: swarmux resume s");

  const tried = [...WHILE_A_PLAN_WAITS, ...WHILE_THEY_WORK].map(([line]) => line.split(" ")[0]);
  const commands = CHAT_LINES.flatMap(([line]) => /^:\w+/.exec(line)?.[0] ?? []);
  expect(new Set([...tried, ":help", ":go", ":zoom", ":detach", ":stop"])).toEqual(
    new Set([...commands, "@cleo"]),
  );
});

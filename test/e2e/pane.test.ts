/** The coordinator's pane as people live in it: lists, pages, plan editing, retry, zoom; keys and eyes only. */
import { readlink } from "node:fs/promises";
import { expect, test } from "vitest";
import { go } from "./support/go.ts";
import { only, readEvents, userTurns, waitForEvent } from "./support/journal.ts";
import { findProcesses } from "./support/leftovers.ts";
import { type Person, sitDown } from "./support/person.ts";
import { createWorkplace, git, type Workplace } from "./support/workplace.ts";

const SIZES = [[200, 50] as const, [80, 24] as const];

/** Four workers who have written their files and are held before their reports. */
async function sitDownWithFour(
  place: Workplace,
  size: readonly [number, number] = [200, 50],
  args: readonly string[] = ["--yes"],
): Promise<Person> {
  return sitDown(place, { scenario: "four", size, args, go: true });
}

async function expectHeld(place: Workplace): Promise<void> {
  const written = async () =>
    only(await readEvents(place), "tool.finished").filter(({ agent }) => agent !== "coordinator");
  await expect.poll(written).toHaveLength(8);
}

/** Processes of ours that have a terminal as input, output or for errors. */
async function onTerminal({ folder }: Workplace): Promise<string[]> {
  const ours = (await findProcesses(folder)).filter(({ command }) => /dist\/\w+\.js/.test(command));
  const found = await Promise.all(
    ours.map(async ({ pid, command }) => ((await hasTerminal(pid)) ? [command] : [])),
  );
  return found.flat();
}

async function hasTerminal(pid: number): Promise<boolean> {
  const streams = [0, 1, 2].map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => ""));
  return (await Promise.all(streams)).some((path) => /^\/dev\/(?:pts|tty)/.test(path));
}

async function expectOver(person: Person, place: Workplace): Promise<void> {
  await waitForEvent(place, ({ type }) => type === "session.finished");
  await expect.poll(() => person.terminal.screen()).toMatch(/^cost [^]*^prompt> ?$/m);
}

test.each(SIZES)(
  "at %ix%i tasks and workers are looked at without going there",
  async (...size) => {
    const place = await createWorkplace();
    await using person = await sitDownWithFour(place, size);
    await expectHeld(place);
    await person.sees("working · tasks 0/4");
    for (const row of [/\[1\] ada +◐ thinking/, /\[4\] dov +◐ thinking/]) await person.sees(row);

    await person.type("BTab");
    await person.sees(/▸\[1\] ada/);
    await person.type("Enter");
    await person.sees(/── ada, looked at from here ─[^]*✓ Bash echo 1 > file-1\.txt/);
    await person.type("Escape", "3");
    await person.sees(/▸\[3\] cleo/);
    await person.type("d");
    await person.sees(/── diff of t3 ─[^]*\+\+\+ b\/file-3\.txt\n@@[^\n]*\n\+3/);
    await person.type("q", "D");
    await person.sees(/── diff of the integration branch ─[^\n]*\nNothing is changed so far\./);
    await person.type("Escape", "l");
    await person.sees(/── log of cleo ─[^]*cleo gets t3/);
    expect(await person.pane()).not.toContain("ada gets");
    await person.type("Escape", "?");
    await person.sees(/── help ─[^]*everywhere\n +Tab +the oldest plan/);
    await person.type("End");
    await person.sees(/Every action is a command of any other\s+terminal too/);
    await person.type("Escape", "i");
    await person.sees(/^> words for the coordinator/m);

    go(place);
    await expectOver(person, place);
    expect(only(await readEvents(place), "integration.merged")).toHaveLength(4);
  },
);

test("lists are narrowed by words and to problems, and a chosen row stays chosen", async () => {
  const place = await createWorkplace();
  await using person = await sitDownWithFour(place, [120, 40]);
  await expectHeld(place);

  await person.type("Tab", "Down", "Down", "Down");
  await person.sees(/▸● t4/);
  await person.type("/", "file-4");
  await person.sees("tasks 0/4 done · /file-4");
  await person.sees(/▸● t4|● t4/);
  await expect.poll(() => person.pane()).not.toMatch(/● t3/);
  await person.type("Enter", "!");
  await person.sees("nothing of it · problems only · /file-4 · :all shows everything");
  await person.type(":", "all", "Enter");
  await person.sees(/● t3[^]*▸● t4/);

  await person.type("Tab", "2", "x");
  await person.sees("Stop t2 of ben? It is blocked then.");
  await person.mayPress("1 stop it");
  await person.type("2");
  await expect.poll(() => person.pane()).not.toContain("1 stop it");
  await person.sees(/▸\[2\] ben/);
  expect(only(await readEvents(place), "task.finished")).toEqual([]);
  await person.type("x");
  await person.mayPress("1 stop it");
  await person.type("1");
  await person.sees(/⊘ t2/);
  await person.type("!");
  await person.sees("tasks 0/4 done · problems only");
  expect(await person.pane()).not.toMatch(/● t1/);

  await person.type("BTab", "r");
  await waitForEvent(place, (event) => event.type === "task.updated" && event.by === "person");
  await person.type("!");
  await person.sees(/● t2 /);
  go(place);
  await expectOver(person, place);
  const events = await readEvents(place);
  expect(only(events, "task.updated").filter(({ by }) => by === "person")).toMatchObject([
    { task: "t2", status: "pending" },
  ]);
  expect(only(events, "integration.merged")).toHaveLength(4);
  expect((await userTurns(place, "lead")).join("\n")).toContain("The person has t2 tried again.");
});

test("a worker's pane is gone to and zoomed, and the team is left and found again", async () => {
  const place = await createWorkplace();
  await using person = await sitDownWithFour(place, [160, 45]);
  await expectHeld(place);
  const tmux = await person.tmux();
  const looking = () =>
    tmux.run(["display-message", "-p", "#{@role} #{window_zoomed_flag} #{pane_active}"]);

  await person.type("BTab", "2", "z");
  await expect.poll(looking).toBe("ben 1 1");
  await person.type("C-]", "z", "C-]", "Left");
  await expect.poll(looking).toBe("coordinator 0 1");
  await person.type("4", "o");
  await expect.poll(looking).toBe("dov 0 1");
  await person.type("C-]", "Left", "q");
  await expect
    .poll(() => person.terminal.screen())
    .toContain("The team goes on. Come back: swarmux attach s");
  go(place);
  await waitForEvent(place, ({ type }) => type === "session.finished");
});

test.each(SIZES)(
  "at %ix%i a plan is changed before its yes, and the lead is told",
  async (...size) => {
    const place = await createWorkplace();
    await using person = await sitDownWithFour(place, size, []);
    await person.sees("plan waits for you");

    await person.opens("1 yes");
    await person.type("5");
    await person.sees("── the plan, to change ");
    await person.type("Down", "f", "C-u", "file-2.txt, notes/*.md", "Enter");
    await person.sees(/files +file-2\.txt, notes\/\*\.md/);
    await person.type("a", "t1", "Enter");
    await person.sees(/t2 MEDIUM Write file-2\.txt +after t1/);
    await person.type("r");
    await person.sees(/t2 HIGH/);
    await person.type("r");
    await person.sees(/t2 LOW/);
    await person.type("Up", "a", "t2", "Enter");
    await person.sees("That would be a cycle: t2 already waits for t1.");
    await person.type("s");
    await person.sees(/^subject: /m);
    await person.type(" and nothing else", "Enter");
    await person.sees("Write file-1.txt and nothing else");
    await person.type("Down", "Down", "Down", "x");
    await person.sees("x again drops it");
    await person.type("x");
    await expect.poll(() => person.pane()).not.toMatch(/▸ t4/);
    await person.type("Escape");
    await person.mayPress("1 yes");
    await person.type("1");
    go(place);

    await expectOver(person, place);
    const events = await readEvents(place);
    const changes = only(events, "task.updated").filter(({ by }) => by === "person");
    expect(changes).toMatchObject([
      { task: "t2", change: { files: ["file-2.txt", "notes/*.md"] } },
      { task: "t2", change: { blockedBy: ["t1"] } },
      { task: "t2", change: { risk: "HIGH" } },
      { task: "t2", change: { risk: "LOW" } },
      { task: "t1", change: { subject: "Write file-1.txt and nothing else" } },
      { task: "t4", status: "deleted" },
    ]);
    expect(
      only(events, "integration.merged")
        .map(({ task }) => task)
        .toSorted(),
    ).toEqual(["t1", "t2", "t3"]);
    const told = (await userTurns(place, "lead")).join("\n");
    expect(told).toContain("The person changed t2");
    expect(told).toContain("The person took t4 off the board.");
  },
);

test("a terminal is given back as it was, with the summary in it, whatever ends the session", async () => {
  const place = await createWorkplace();
  const args = ["--panes", "none"];
  await using person = await sitDown(place, { scenario: "one-task", size: [80, 24], args });
  const { terminal } = person;
  const state = () =>
    terminal.tmux.run([
      "display-message",
      "-p",
      "-t",
      "home:",
      "#{alternate_on} #{cursor_flag} #{wrap_flag}",
    ]);
  await expect.poll(() => terminal.screen()).toContain("plan waits for you");
  expect(await state()).toBe("1 1 0");
  // One that ends later than the screen would put the terminal back to what it was beside it.
  expect(await onTerminal(place)).toEqual([expect.stringContaining(" run --offline ")]);

  await person.type("C-c");

  await expect.poll(() => terminal.screen()).toMatch(/^cost [^]*^prompt> ?$/m);
  expect(await state()).toBe("0 1 1");
  expect(await terminal.screen()).toMatch(/prompt> .*run --offline --session s --panes none/);
  expect(git(place, "status", "--porcelain")).toBe("");
  await person.type("echo it $((20 + 3)) is typed as ever", "Enter");
  await expect.poll(() => terminal.screen()).toContain("it 23 is typed as ever");
});

test("without colours nothing is told by colour, and without UTF-8 every sign is one of ASCII", async () => {
  const place = await createWorkplace();
  const env = { NO_COLOR: "1", LC_ALL: "C" };
  await using person = await sitDown(place, { scenario: "four", args: ["--yes"], go: true, env });
  await expectHeld(place);

  await person.sees(/\[1\] ada +~ thinking/);
  await person.type("BTab");
  await person.sees(/>\[1\] ada/);
  const pane = await person.pane();
  expect(pane).toMatch(/-- tasks 0\/4 done -----[^]*-- workers ----/);
  // eslint-disable-next-line no-control-regex -- ASCII is what is looked for
  expect(pane).toMatch(/^[\x00-\x7f]*$/);
  expect(await person.painted()).not.toMatch(/\[(?:\d+;)*(?:[34][0-7]|[34]8;5;\d+|9[0-7])m/);
  go(place);
  await waitForEvent(place, ({ type }) => type === "session.finished");
});

/** The coordinator's console in real terminals: what a person types is what happens, and nothing else. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LIST_PANES, parsePanes } from "../../src/panes/tmux-panes.ts";
import type { SessionEvent } from "../../src/session/events.ts";
import { eventually } from "../support/eventually.ts";
import { only, readAgent, readEvents, userTurns, waitForEvent } from "./support/journal.ts";
import { type Person, pasteOnes, sitDown } from "./support/person.ts";
import { BIN, swarmux } from "./support/swarmux.ts";
import { createWorkplace, git, type Workplace } from "./support/workplace.ts";

const SIZES = [[200, 50] as const, [80, 24] as const];
const isOver = ({ type }: SessionEvent) => type === "session.finished";

/** The session is over once the shell's prompt is back and says its exit code. */
async function expectOver(person: Person, place: Workplace): Promise<void> {
  await waitForEvent(place, isOver);
  await expectPrompt(person);
}

function expectPrompt(person: Person): Promise<void> {
  return shows(person, /^cost [^]*^prompt> ?$/m);
}

/** Waits until the person's terminal shows it. */
async function shows({ terminal }: Person, what: string | RegExp): Promise<void> {
  await expect.poll(() => terminal.screen()).toMatch(what);
}

function count(text: string, what: string): number {
  return text.split(what).length - 1;
}

test.each(SIZES)("at %ix%i a plan is looked at and approved", async (...size) => {
  const place = await createWorkplace();
  await using person = await sitDown(place, { scenario: "one-task", size });
  await person.sees("plan waits for you: press Tab");

  await person.opens("1 yes");
  await person.sees(/t1 MEDIUM Add two to a\.txt\n +needs nothing · a\.txt/);
  await person.type("1");

  await expectOver(person, place);
  expect(only(await readEvents(place), "plan.approved")).toMatchObject([{ by: "person" }]);
  expect(git(place, "show", "swarmux/s/integration:a.txt")).toBe("one\ntwo");
});

test.each(SIZES)(
  "at %ix%i a plan is rejected with a note, and its better one approved",
  async (...size) => {
    const place = await createWorkplace({ "a.txt": "one\n", "b.txt": "one\n" });
    await using person = await sitDown(place, { scenario: "replans", size });
    await person.sees("plan waits for you");

    await person.opens("1 yes");
    await person.type("3");
    await person.sees("note: ");
    await person.type("use one task", "Enter");
    await waitForEvent(place, ({ type }) => type === "plan.rejected");
    await person.sees(/plan: 1 task\b/);
    await person.type("y", "Enter");

    await expectOver(person, place);
    const events = await readEvents(place);
    expect(only(events, "plan.rejected")).toMatchObject([{ by: "person", note: "use one task" }]);
    expect(only(events, "plan.approved")).toHaveLength(1);
  },
);

const ANSWERS = [
  { what: "approved", key: "1", answer: "once", note: "" },
  { what: "denied", key: "2", answer: "deny", note: "" },
  {
    what: "denied with a note",
    key: "3",
    answer: "deny",
    note: "leave my home alone",
  },
] as const;

test.each(SIZES.flatMap(([columns, rows]) => ANSWERS.map((one) => ({ columns, rows, ...one }))))(
  "at $columns by $rows an action is $what",
  async ({ columns, rows, key, answer, note }) => {
    const place = await createWorkplace();
    const size = [columns, rows] as const;
    const args = ["--yes"];
    await using person = await sitDown(place, { scenario: "asks-first", size, args });
    const opened = await waitForEvent(place, ({ type }) => type === "gate.opened");
    await person.sees("ada-1 waits for you: press Tab");
    const tmux = await person.tmux();
    const windowName = () => tmux.run(["display-message", "-p", "#{window_name}"]);
    await expect.poll(windowName).toBe("⧗1 s");

    await person.opens("1 approve once");
    await person.sees(/\[1\] ada, t1 Mark the home folder/);
    await person.sees(/HIGH\n {2}- .*\n[^]*\$ touch ~\/marked\n {2}in \//);
    for (const line of (await person.pane()).split("\n")) {
      expect(line.length).toBeLessThanOrEqual(columns);
    }
    await person.type(key);
    if (note !== "") {
      await person.sees("note: ");
      await person.type(note, "Enter");
    }

    await expectOver(person, place);
    const events = await readEvents(place);
    const hash = opened.type === "gate.opened" ? opened.gate.hash : "";
    expect(only(events, "gate.answered")).toMatchObject([
      { gate: "ada-1", hash, answer, by: "person", note },
    ]);
    expect(existsSync(join(place.folder, "home/marked"))).toBe(answer === "once");
    // Whatever note there is reaches the agent word for word.
    const results = (await readAgent(place, "ada")).filter(({ type }) => type === "call.outcome");
    expect(JSON.stringify(results[0])).toContain(note);
  },
);

test("what is typed while a gate appears, typed ahead or pasted answers nothing", async () => {
  const place = await createWorkplace();
  await using person = await sitDown(place, { scenario: "asks-first" });
  await person.sees("plan waits for you");
  await person.type("y", "Enter", "1y2n3");
  await waitForEvent(place, ({ type }) => type === "gate.opened");
  await person.sees("ada-1 waits for you");
  await person.type("12");
  await person.sees(/^> 1y2n312 *$/m);

  await person.terminal.tmux.run(["send-keys", "-t", "home:", "Tab", "1", "1", "Enter"]);
  await person.sees("1 approve once");
  await person.type("Escape");
  await person.sees(/^> 1y2n312/m);
  await person.opens("1 approve once");
  // The person's terminal gives no brackets around what is pasted; the team's own tmux does.
  await pasteOnes(person.terminal.tmux, "home:");
  const tmux = await person.tmux();
  await pasteOnes(tmux, coordinatorOf(await tmux.run(LIST_PANES)));
  await person.type("Enter", "y");
  // Alone, or a terminal takes Escape and what follows for one key.
  await person.type("Escape");
  await person.sees(/^> 1y2n312/m);
  await person.type("C-u", "a word", "Enter");
  await waitForEvent(place, ({ type }) => type === "message.sent");

  expect(only(await readEvents(place), "gate.answered")).toEqual([]);
  await person.opens("1 approve once");
  await person.type("2");
  await expectOver(person, place);
  expect(only(await readEvents(place), "message.sent")).toMatchObject([
    { from: "person", to: "coordinator", text: "a word" },
  ]);
  expect(only(await readEvents(place), "gate.answered")).toMatchObject([{ answer: "deny" }]);
});

function coordinatorOf(panes: string): string {
  return parsePanes(panes).find(({ coordinator }) => coordinator)?.pane ?? "";
}

test("a gate that is answered elsewhere goes away with a line that says so", async () => {
  const place = await createWorkplace();
  const args = ["--yes"];
  await using person = await sitDown(place, { scenario: "risky", args });
  await person.sees("ada-1 waits for you");
  await person.opens("1 approve once");

  expect(await swarmux(place, ["deny", "ada-1"])).toMatchObject({ code: 0 });

  await person.sees("ada-1 does not wait any more");
  await person.sees("ada-2 waits for you");
  expect(count(await person.pane(), "1 approve once")).toBe(0);
  await writes(person, { prompt: "> ", text: ":stop" });
  await person.type("Enter");
  await expectPrompt(person);
  expect(only(await readEvents(place), "gate.answered")).toMatchObject([{ answer: "deny" }]);
});

test.each(SIZES)("at %ix%i a question is answered by the number of an option", async (...size) => {
  const place = await createWorkplace();
  const args = ["--yes"];
  await using person = await sitDown(place, { scenario: "asks-a-question", size, args });
  await person.sees("q1 waits for you: press Tab");
  await person.opens("answer: ");
  await person.sees(/Which name\?\n +1\. callback\n +2\. done: shorter/);

  await writes(person, { prompt: "answer: ", text: "2" });
  await person.type("Enter");

  await expectOver(person, place);
  expect(only(await readEvents(place), "question.answered")).toMatchObject([
    { question: "q1", by: "person", text: "done: shorter" },
  ]);
  expect(git(place, "show", "swarmux/s/integration:name.txt")).toBe("done");
});

/** Types until the line holds it: what is typed while the console is deaf is dropped. */
async function writes(person: Person, line: { prompt: string; text: string }): Promise<void> {
  await eventually(
    async () => {
      await person.type("C-u", line.text);
      const lines = (await person.pane()).split("\n").map((one) => one.trimEnd());
      expect(lines).toContain(line.prompt + line.text);
    },
    { interval: 100 },
  );
}

async function callsOfAda(place: Workplace): Promise<number> {
  const calls = only(await readEvents(place), "model.called");
  return calls.filter(({ agent }) => agent === "ada").length;
}

test("the team is paused, goes on, a worker is steered from both panes, and its words reach it", async () => {
  const place = await createWorkplace();
  const args = ["--yes"];
  await using person = await sitDown(place, { scenario: "waits", args });
  await expect.poll(() => callsOfAda(place)).toBeGreaterThan(1);

  await person.type(":pause", "Enter");
  await person.sees("⏸ paused");
  const paused = await waitForEvent(place, ({ type }) => type === "session.paused");
  expect(paused).toMatchObject({ by: "person", ends: false });
  await person.type(":contniue", "Enter");
  await person.sees("Did you mean :continue?");
  await person.type(":continue", "Enter");
  await waitForEvent(place, ({ type }) => type === "session.resumed");
  await expect.poll(() => person.pane()).not.toContain("⏸ paused");
  await person.type("@nobody hello", "Enter");
  await person.sees("There is nobody called nobody");
  await person.type("@ada look around", "Enter");
  await waitForEvent(place, ({ type }) => type === "message.delivered");

  const tmux = await person.tmux();
  const pane =
    parsePanes(await tmux.run(LIST_PANES)).find(({ worker }) => worker === "ada")?.pane ?? "";
  await tmux.run(["send-keys", "-t", pane, "it is swordfish", "Enter"]);

  await expectOver(person, place);
  const turns = (await userTurns(place, "ada")).join("\n");
  expect(turns).toContain("look around");
  expect(turns).toContain("it is swordfish");
  expect(only(await readEvents(place), "message.sent")).toMatchObject([
    { from: "person", to: "ada", text: "look around" },
    { from: "person", to: "ada", text: "it is swordfish" },
  ]);
  expect(git(place, "show", "swarmux/s/integration:word.txt")).toBe("swordfish");
});

test("a worker's task is stopped, and nobody else's", async () => {
  const place = await createWorkplace();
  const args = ["--yes"];
  await using person = await sitDown(place, { scenario: "waits", args });
  await waitForEvent(place, (event) => event.type === "tool.started" && event.agent === "ada");

  await person.type(":stop ben", "Enter");
  await person.sees("ben has no task");
  await person.type(":stop ada", "Enter");

  await expectOver(person, place);
  expect(only(await readEvents(place), "task.finished")).toMatchObject([
    { task: "t1", status: "blocked", worker: "ada", why: "stopped by the person" },
  ]);
});

test("the whole session is stopped, and the command exits as interrupted", async () => {
  const place = await createWorkplace();
  await using person = await sitDown(place, { scenario: "one-task" });
  await person.sees("plan waits for you");

  await person.type(":stop", "Enter");

  await expectPrompt(person);
  expect(only(await readEvents(place), "session.paused")).toMatchObject([
    { by: "person", reason: "stopped", ends: true },
  ]);
  await person.type("echo code $?", "Enter");
  await shows(person, "code 130");
});

test("Ctrl-C in the console stops the session as it does anywhere", async () => {
  const place = await createWorkplace();
  await using person = await sitDown(place, { scenario: "one-task" });
  await person.sees("plan waits for you");

  await person.type("C-c");

  await expectPrompt(person);
  expect(only(await readEvents(place), "session.paused")).toMatchObject([
    { by: "person", ends: true },
  ]);
});

test("the person detaches, comes back with attach, and finds the plan still waiting", async () => {
  const place = await createWorkplace();
  await using person = await sitDown(place, { scenario: "one-task" });
  await person.sees("plan waits for you");

  await person.type(":detach", "Enter");
  await shows(person, "Come back: swarmux attach s");
  await person.sees("The team goes on. Come back: swarmux attach s");
  await person.type(`${BIN} attach s`, "Enter");
  await shows(person, "⧗1 for you: Tab");
  await person.opens("1 yes");
  await person.type("1");

  await expectOver(person, place);
  expect(only(await readEvents(place), "plan.approved")).toMatchObject([{ by: "person" }]);
});

test("lines above stay as they are, and one footer below them, at every size the terminal takes", async () => {
  const place = await createWorkplace();
  const args = ["--yes"];
  await using person = await sitDown(place, { scenario: "asks-first", size: [120, 40], args });
  await person.sees("ada-1 waits for you");
  await person.opens("1 approve once");
  const tmux = await person.tmux();

  for (const [columns, rows] of [
    [80, 24],
    [160, 50],
    [60, 20],
    [100, 30],
  ] as const) {
    const resize = ["resize-window", "-t", "home:", "-x", `${columns}`, "-y", `${rows}`];
    await person.terminal.tmux.run(resize);
    const width = async () =>
      Number(await tmux.run(["display-message", "-p", "-t", "{left}", "#{window_width}"]));
    await expect.poll(width).toBe(columns);
    await eventually(async () => {
      const pane = await person.pane();
      expect(count(pane, "1 approve once")).toBe(1);
      expect(count(pane, "⧗1 for you")).toBe(1);
    });
  }
  await person.type("2");
  await expectOver(person, place);
});

test("without tmux the same console stands in a plain terminal, and its title says what waits", async () => {
  const place = await createWorkplace();
  const args = ["--panes", "none"];
  await using person = await sitDown(place, { scenario: "one-task", size: [80, 24], args });
  const { terminal } = person;
  const title = () => terminal.tmux.run(["display-message", "-p", "-t", "home:", "#{pane_title}"]);
  await expect.poll(title).toBe("⧗1 swarmux s");

  await person.type("Tab");
  await eventually(async () => {
    expect(await terminal.screen("-e")).toMatch(/1m(?:.\[[\d;]*m)*1 yes/);
  });
  await person.type("1");

  await expectOver(person, place);
  expect(await title()).toBe("swarmux s");
});

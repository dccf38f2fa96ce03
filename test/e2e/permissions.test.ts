/** Rules and grants over whole sessions: what they refuse, ask about and let through, and what the journal says of it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { SessionEvent } from "../../src/session/events.ts";
import { only, readEvents, readTeam, waitForEvent } from "./support/journal.ts";
import { addOrigin } from "./support/origin.ts";
import { type Ended, expectCode, jsonLines, scripted, start, swarmux } from "./support/swarmux.ts";
import { createWorkplace, git, put, type Workplace } from "./support/workplace.ts";

const CONFIG = "home/.config/swarmux/config.toml";
const WORK = "sed -i s/one/two/ a.txt";
const PUSH = "git push origin HEAD:refs/heads/work";

type Try = string | [string, Record<string, unknown>];

function startTrying(place: Workplace, tries: readonly Try[], ...more: string[]) {
  const { args, env } = scripted("tries");
  return start(place, [...args, ...more, "try"], {
    env: { ...env, ...place.env, TRIES: JSON.stringify(tries) },
  });
}

async function tryAll(
  place: Workplace,
  tries: readonly Try[],
  ...more: string[]
): Promise<{ ended: Ended; events: SessionEvent[]; said: string }> {
  const ended = await startTrying(place, tries, ...more).ended;
  const events = await readEvents(place);
  expectOnlyAllowed(events);
  return { ended, events, said: (await readTeam(place)).tasks.get("t1")?.report?.summary ?? "" };
}

/** R1: whatever ran at HIGH risk has a yes to that very action, or a rule. */
function expectOnlyAllowed(events: readonly SessionEvent[]): void {
  const opened = new Map(only(events, "gate.opened").map(({ gate }) => [gate.id, gate.hash]));
  const yes = only(events, "gate.answered").filter(({ answer }) => /^(once|session)$/.test(answer));
  const unasked = only(events, "tool.started").filter(({ risk, refused, gate, rule }) => {
    const isAllowed = yes.some((one) => one.gate === gate && one.hash === opened.get(one.gate));
    return risk === "HIGH" && refused !== true && rule === undefined && !isAllowed;
  });
  expect(unasked).toEqual([]);
}

function bashCalls(events: readonly SessionEvent[]) {
  return only(events, "tool.started").filter(({ tool }) => tool === "Bash");
}

async function configure(place: Workplace, text: string): Promise<void> {
  await put(place.folder, { [CONFIG]: text });
}

test("a deny rule refuses a call with its name, and the task goes on", async () => {
  const place = await createWorkplace();
  await configure(place, '[permissions]\ndeny = ["Bash(touch:*)"]\n');
  const { ended, events, said } = await tryAll(place, ["ls && touch b.txt", WORK]);
  expectCode(ended, 0);
  expect(said).toContain("Bash(touch:*)");
  expect(only(events, "gate.opened")).toEqual([]);
  expect(bashCalls(events).map(({ refused = false }) => refused)).toEqual([true, false]);
  const files = git(place, "ls-tree", "--name-only", "swarmux/s/integration");
  expect(files).toBe("a.txt");
});

test("R1: an ask rule opens a gate below HIGH, and each call runs on the yes to its own hash", async () => {
  const place = await createWorkplace();
  await configure(place, '[permissions]\nask = ["Bash(ls:*)"]\n');
  const running = startTrying(place, ["ls", "touch ~/mark", WORK]);
  for (const gate of ["ada-1", "ada-2"]) {
    await waitForEvent(place, (one) => one.type === "gate.opened" && one.gate.id === gate);
    expectCode(await swarmux(place, ["approve", gate]), 0);
  }
  expectCode(await running.ended, 0);
  const events = await readEvents(place);
  expectOnlyAllowed(events);
  expect(only(events, "gate.opened")).toMatchObject([
    { gate: { id: "ada-1", risk: "LOW" } },
    { gate: { id: "ada-2", risk: "HIGH" } },
  ]);
  expect(bashCalls(events)).toMatchObject([
    { risk: "LOW", gate: "ada-1" },
    { risk: "HIGH", gate: "ada-2" },
    { risk: "MEDIUM" },
  ]);
  expect(existsSync(join(place.folder, "home/mark"))).toBe(true);
});

test("an allow rule lets a HIGH call run unasked, and no other of its kind", async () => {
  const place = await createWorkplace();
  const pushes = addOrigin(place);
  await configure(
    place,
    `[permissions]\nallow = ["Bash(${PUSH})", "Bash(eval:*)", "Bash(cat:*)"]\n`,
  );
  const tries = [PUSH, `${PUSH} && touch ~/mark`, 'eval "$(cat a.txt)"', WORK];
  const { ended, events } = await tryAll(place, tries, "--on-high", "deny");
  expectCode(ended, 0);
  expect(pushes()).toEqual(["refs/heads/work"]);
  expect(bashCalls(events)[0]).toMatchObject({ risk: "HIGH", input: { command: PUSH } });
  expect(bashCalls(events)[0]?.rule).toContain(PUSH);
  const asked = only(events, "gate.opened").map(({ gate }) => gate.input);
  expect(asked).toMatchObject([{ command: tries[1] }, { command: tries[2] }]);
  expect(only(events, "gate.answered").map(({ answer }) => answer)).toEqual(["deny", "deny"]);
  expect(existsSync(join(place.folder, "home/mark"))).toBe(false);
});

test("R20: a repository's allow rule ends the start with 78, file and line, and nothing was made", async () => {
  const place = await createWorkplace({
    "a.txt": "one\n",
    ".swarmux/config.toml": '[permissions]\ndeny = ["WebFetch"]\nallow = ["Bash(curl:*)"]\n',
  });
  const ended = await startTrying(place, [WORK]).ended;
  expectCode(ended, 78);
  expect(ended.stderr).toMatch(/\.swarmux\/config\.toml:3\b/);
  expect(jsonLines((await swarmux(place, ["sessions", "--json"])).stdout)).toEqual([]);
});

test("--grant read-only refuses every change and command, and the report says so", async () => {
  const place = await createWorkplace();
  const tries: Try[] = [
    ["Read", { file_path: "a.txt" }],
    ["Write", { file_path: "b.txt", content: "b\n" }],
    ["Edit", { file_path: "a.txt", old_string: "one", new_string: "two" }],
    WORK,
  ];
  const env = { ENDS: "blocked" };
  const ended = tryAll({ ...place, env: { ...place.env, ...env } }, tries, "--grant", "read-only");
  const { said, events } = await ended;
  expectCode((await ended).ended, 1);
  const refused = only(events, "tool.started").filter((one) => one.refused === true);
  expect(refused.map(({ tool }) => tool)).toEqual(["Write", "Edit", "Bash"]);
  expect(said.match(/grant/gi)).toHaveLength(3);
  expect((await swarmux(place, ["report"])).stdout).toContain("grant");
});

test("--no-shell leaves files to the agents and no command", async () => {
  const place = await createWorkplace();
  const tries: Try[] = [WORK, ["Write", { file_path: "b.txt", content: "b\n" }]];
  const { ended, events } = await tryAll(place, tries, "--no-shell");
  expectCode(ended, 0);
  expect(bashCalls(events)).toMatchObject([{ refused: true }]);
  expect(git(place, "show", "swarmux/s/integration:a.txt")).toBe("one");
  expect(git(place, "show", "swarmux/s/integration:b.txt")).toBe("b");
});

test("the tools of the lead's Agent call are all that a worker has", async () => {
  const place = await createWorkplace({ "a.txt": "one\n", "src/b.txt": "one\n" });
  const TOOLS = JSON.stringify(["Read", "Write(src/**)", "Report"]);
  const tries: Try[] = [
    WORK,
    ["Write", { file_path: "c.txt", content: "c\n" }],
    ["Write", { file_path: "src/c.txt", content: "c\n" }],
  ];
  const narrowed = { ...place, env: { ...place.env, TOOLS } };
  const { ended, events } = await tryAll(narrowed, tries);
  expectCode(ended, 0);
  const calls = only(events, "tool.started").filter(({ tool }) => /Bash|Write/.test(tool));
  expect(calls.map(({ refused = false }) => refused)).toEqual([true, true, false]);
  expect(git(place, "ls-tree", "-r", "--name-only", "swarmux/s/integration").split("\n")).toEqual([
    "a.txt",
    "src/b.txt",
    "src/c.txt",
  ]);
});

test("a task that has spent its budget is blocked", async () => {
  const place = await createWorkplace();
  await configure(place, "[prices.offline]\ninput = 100\noutput = 100\n");
  const { ended, events } = await tryAll(place, ["ls", WORK], "--task-budget", "0.01");
  expectCode(ended, 1);
  expect(only(events, "task.finished")).toMatchObject([{ task: "t1", status: "blocked" }]);
  expect(only(events, "task.finished")[0]?.why).toMatch(/budget/);
});

/** The team in tmux, as a person sees it: panes, borders, questions, and their own tmux left alone. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { attachArgs } from "../../src/panes/attach.ts";
import { colourOf } from "../../src/panes/palette.ts";
import type { Tmux } from "../../src/panes/tmux.ts";
import { eventually } from "../support/eventually.ts";
import { go, goEnvironment } from "./support/go.ts";
import { only, readEvents, userTurns, waitForEvent } from "./support/journal.ts";
import { BIN, expectCode, scripted, swarmux } from "./support/swarmux.ts";
import { openTeamsTmux } from "./support/teams-tmux.ts";
import { colourBefore, openTerminal } from "./support/terminal.ts";
import { createWorkplace, git, type Workplace } from "./support/workplace.ts";

const WORKERS = ["ada", "ben", "cleo", "dov"];
const RUN = ["run", "--offline", "--panes", "tmux", "--session", "s"];

function panesOf(tmux: Tmux): Promise<string> {
  const format =
    "#{@role} #{pane_id} #{pane_left} #{pane_top} #{pane_width} #{pane_height} #{window_id}";
  return tmux.run(["list-panes", "-a", "-F", format]);
}

async function expectServerGone(tmux: Tmux): Promise<void> {
  await expect.poll(() => existsSync(tmux.socket)).toBe(false);
}

test.each([
  { columns: 200, rows: 50 },
  { columns: 80, rows: 24 },
])(
  "at $columns by $rows the coordinator stands left and four named workers right",
  async ({ columns, rows }) => {
    const place = await createWorkplace();
    const { env } = scripted("four");
    const size = { COLUMNS: String(columns), LINES: String(rows) };

    const started = await swarmux(place, [...RUN, "--yes", "--detach", "write four files"], {
      env: { ...env, ...size, ...goEnvironment(place) },
    });

    expect(started).toMatchObject({ code: 0, stdout: "s" });
    const tmux = await openTeamsTmux(place);
    await expectHeld(place);
    const argv = ["env", "-u", "TMUX", "TERM=tmux-256color", ...attachArgs(tmux)];
    {
      await using terminal = await openTerminal(place, { columns, rows, argv });
      await eventually(
        async () => {
          const screen = await terminal.screen();
          for (const [at, name] of WORKERS.entries()) {
            expect(screen).toMatch(new RegExp(`\\[${at + 1}\\] ${name} · ◐ t\\d thinking`));
          }
          expect(screen).toContain("coordinator");
          expect(screen).toContain("working · tasks 0/4 · workers 4/4");
          expect(screen).toMatch(/● t4 +(?:working +)?Write file-4\.txt/);
        },
        { interval: 100 },
      );
      const coloured = await terminal.screen("-e");
      const seen = WORKERS.map((_, at) => colourBefore(coloured, `[${at + 1}]`));
      expect(seen).toEqual(WORKERS.map((_, at) => String(colourOf(at + 1, "dark").index)));
      await expectLayout(tmux, columns);
    }
    for (const name of WORKERS) {
      const pane = await paneOf(tmux, name);
      const lines = await tmux.run(["capture-pane", "-p", "-J", "-S", "-", "-t", pane]);
      expect(lines).toContain("✓ Read a.txt");
      expect(lines).toMatch(/✓ Bash echo \d > file-\d\.txt/);
      expect(lines).toMatch(/▌ t\d Write file-\d\.txt/);
    }

    go(place);

    await waitForEvent(place, ({ type }) => type === "session.finished");
    await expectServerGone(tmux);
    expect(only(await readEvents(place), "integration.merged")).toHaveLength(4);
  },
);

/** Waits until all four have written their file and are held before their report. */
async function expectHeld(place: Workplace): Promise<void> {
  const ends = async () =>
    only(await readEvents(place), "tool.finished").filter(({ agent }) => WORKERS.includes(agent));
  await expect.poll(ends).toHaveLength(8);
}

async function expectLayout(tmux: Tmux, columns: number): Promise<void> {
  const [coordinator, ...workers] = (await panesOf(tmux)).split("\n").map((line) => {
    const [role = "", , left, , width, , window] = line.split(" ");
    return { role, left: Number(left), width: Number(width), window };
  });
  expect(coordinator).toMatchObject({ role: "coordinator", left: 0 });
  expect(coordinator?.width).toBeGreaterThan(columns / 2);
  expect(workers.map(({ role }) => role)).toEqual(WORKERS);
  expect(new Set(workers.map(({ left }) => left)).size).toBe(1);
  expect(workers[0]?.left).toBeGreaterThan(coordinator?.width ?? columns);
  expect(new Set([coordinator, ...workers].map((pane) => pane?.window)).size).toBe(1);
}

async function paneOf(tmux: Tmux, role: string): Promise<string> {
  const line = (await panesOf(tmux)).split("\n").find((one) => one.startsWith(`${role} `));
  return line?.split(" ")[1] ?? "";
}

test("from inside a person's tmux it opens one window, leaves theirs alone, and exits with its code", async () => {
  const place = await createWorkplace();
  const script = join(place.folder, "person.sh");
  const code = join(place.folder, "code");
  const command = [BIN, ...RUN, "--yes", "'write four files'"].join(" ");
  await writeFile(script, `${command}\necho $? > ${code}\n`);
  await using terminal = await openTerminal(place, {
    columns: 120,
    rows: 40,
    argv: ["sh"],
    env: { ...scripted("four").env, ...goEnvironment(place) },
  });
  const { tmux } = terminal;
  await tmux.run(["split-window", "-d", "-h", "-t", "home:", "--", "sleep", "600"]);
  const facts = async () => ({
    panes: await panesOf(tmux),
    options: await tmux.run(["show-options", "-g"]),
    windowOptions: await tmux.run(["show-options", "-wg"]),
    keys: await tmux.run(["list-keys"]),
  });
  const before = await facts();

  await tmux.run(["send-keys", "-t", "home:0.0", `sh ${script}`, "Enter"]);
  await expectHeld(place);

  await eventually(
    async () => {
      const screen = await tmux.run(["capture-pane", "-p", "-t", "home:swarmux"]);
      for (const name of WORKERS) expect(screen).toMatch(new RegExp(`${name} · ◐ t\\d thinking`));
    },
    { interval: 100 },
  );
  const during = await facts();
  const added = during.panes.split("\n").filter((line) => !before.panes.split("\n").includes(line));
  expect(added).toHaveLength(1);
  expect({ ...during, panes: "" }).toEqual({ ...before, panes: "" });
  go(place);
  await expect.poll(() => existsSync(code)).toBe(true);
  expect(await readFile(code, "utf8")).toBe("0\n");
  await expect.poll(facts).toEqual(before);
});

test("a plan is asked in the coordinator's pane, and y approves it", async () => {
  const place = await createWorkplace({ "a.txt": "one\n", "b.txt": "one\n" });
  const tmux = await startAsking(place);

  await tmux.run(["send-keys", "-t", await paneOf(tmux, "coordinator"), "y", "Enter"]);

  await waitForEvent(place, ({ type }) => type === "session.finished");
  await expectServerGone(tmux);
  const events = await readEvents(place);
  expect(only(events, "plan.approved")).toMatchObject([{ by: "person" }]);
  expect(only(events, "session.finished")).toMatchObject([{ outcome: "done" }]);
  expect(git(place, "show", "swarmux/s/integration:b.txt")).toBe("one\ntwo");
});

test("a no with a note reaches the lead in its next turn, and its better plan is asked again", async () => {
  const place = await createWorkplace({ "a.txt": "one\n", "b.txt": "one\n" });
  const tmux = await startAsking(place);
  const coordinator = await paneOf(tmux, "coordinator");

  await tmux.run(["send-keys", "-t", coordinator, "n use one task", "Enter"]);
  await expectShown(tmux, /plan: 1 task\b/);
  await tmux.run(["send-keys", "-t", coordinator, "y", "Enter"]);

  await waitForEvent(place, ({ type }) => type === "session.finished");
  await expectServerGone(tmux);
  const events = await readEvents(place);
  expect(only(events, "plan.rejected")).toMatchObject([{ by: "person", note: "use one task" }]);
  const turns = await userTurns(place, "lead");
  expect(turns[1]).toContain("The plan was rejected");
  expect(turns[1]).toContain("use one task");
  expect(only(events, "plan.proposed").map(({ tasks }) => tasks)).toEqual([["t1", "t2"], ["t1"]]);
  expect(only(events, "worker.spawned")).toHaveLength(1);
  expect(git(place, "show", "swarmux/s/integration:b.txt")).toBe("one");
});

/** Starts a run whose plan waits for an answer in the coordinator's pane. */
async function startAsking(place: Workplace): Promise<Tmux> {
  const { env } = scripted("replans");
  const started = await swarmux(place, [...RUN, "--detach", "add two"], { env });
  expectCode(started, 0);
  const tmux = await openTeamsTmux(place);
  await expectShown(tmux, /plan: 2 tasks\b[^]*plan waits for you/);
  expect(only(await readEvents(place), "worker.spawned")).toEqual([]);
  return tmux;
}

/** Waits until the coordinator's pane shows it: what is typed before a question is seen does not answer it. */
async function expectShown(tmux: Tmux, what: RegExp): Promise<void> {
  const shown = async () => {
    const pane = await paneOf(tmux, "coordinator");
    return tmux.run(["capture-pane", "-p", "-J", "-S", "-", "-t", pane]);
  };
  await expect.poll(shown).toMatch(what);
}

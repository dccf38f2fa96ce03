import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isAlive } from "../../src/panes/process.ts";
import { eventually } from "../support/eventually.ts";
import { type OwnServer, openOwnServer, openPersonsServer, PATH, viewArgv } from "./own-server.ts";

interface Geometry {
  readonly pane: string;
  readonly window: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

async function geometry(own: OwnServer): Promise<Geometry[]> {
  const format = "#{pane_id} #{window_id} #{pane_left} #{pane_top} #{pane_width} #{pane_height}";
  const text = await own.tmux.run(["list-panes", "-a", "-F", format]);
  return text.split("\n").map((line) => {
    const [pane = "", window = "", ...numbers] = line.split(" ");
    const [left = 0, top = 0, width = 0, height = 0] = numbers.map(Number);
    return { pane, window, left, top, width, height };
  });
}

async function startTeam(own: OwnServer, size: number): Promise<string[]> {
  const badges = Array.from({ length: size }, (_, at) => at + 1);
  const started = await Promise.all(
    badges.map((badge) => own.launcher.start(own.launch(`worker-${badge}`, badge))),
  );
  return started.map(({ pane }) => pane ?? "");
}

test.each([
  [200, 50],
  [80, 24],
])("at %ix%i the coordinator is left and four workers stand right of it", async (columns, rows) => {
  await using own = await openOwnServer({ columns, rows });
  const workers = await startTeam(own, 4);
  const [lead, ...others] = await geometry(own);
  expect(lead).toMatchObject({ pane: own.server.coordinator.pane, left: 0 });
  expect(lead?.width).toBeGreaterThanOrEqual(Math.floor(columns * 0.55));
  expect(lead?.width).toBeLessThanOrEqual(Math.ceil(columns * 0.65));
  expect(others.map(({ pane }) => pane).toSorted()).toEqual(workers.toSorted());
  for (const other of others) {
    expect(other.window).toBe(lead?.window);
    expect(other.left).toBe((lead?.width ?? 0) + 1);
    expect(other.height).toBeGreaterThanOrEqual(3);
    expect(other.width).toBeGreaterThanOrEqual(Math.floor(columns * 0.3));
  }
});

test("the fifth and sixth worker go to a second window", async () => {
  await using own = await openOwnServer();
  await startTeam(own, 6);
  const panes = await geometry(own);
  const windows = Map.groupBy(panes, ({ window }) => window);
  expect([...windows.values()].map((members) => members.length)).toEqual([5, 2]);
});

test("where a window has no room for another pane, the next window has", async () => {
  await using own = await openOwnServer({ columns: 80, rows: 6 });
  await startTeam(own, 4);
  const panes = await geometry(own);
  expect(panes).toHaveLength(5);
  expect(new Set(panes.map(({ window }) => window)).size).toBeGreaterThan(1);
});

test("the coordinator keeps its share when the terminal changes its size, and a zoomed one stays zoomed", async () => {
  await using own = await openOwnServer();
  await startTeam(own, 2);
  const { pane } = own.server.coordinator;
  const zoom = ["resize-pane", "-Z", "-t", pane];
  await own.tmux.run(["resize-window", "-t", pane, "-x", "100", "-y", "30"]);
  await eventually(async () => {
    const [lead] = await geometry(own);
    expect(lead?.width).toBeGreaterThanOrEqual(58);
    expect(lead?.width).toBeLessThanOrEqual(60);
  });
  await own.tmux.run(zoom);
  await own.launcher.start(own.launch("late", 3));
  const flag = ["display-message", "-p", "-t", pane, "#{window_zoomed_flag}"];
  expect(await own.tmux.run(flag)).toBe("1");
});

test("borders show badge, name and state in the worker's colour", async () => {
  await using own = await openOwnServer();
  await own.launcher.start(own.launch("ada", 1));
  await own.launcher.start(own.launch("#[fg=red]bob;", 2));
  await own.launcher.setState("ada", { glyph: "●", word: "running" });
  await own.launcher.setState("#[fg=red]bob;", { word: "idle #(x)" });
  await own.launcher.setState("nobody", { word: "idle" });
  await using person = await openPersonsServer(own.run, viewArgv(own.server.socket));
  const capture = (...flags: string[]) =>
    person.tmux.run(["capture-pane", "-p", ...flags, "-t", "home:"]);
  await eventually(async () => {
    const plain = await capture();
    expect(plain).toContain("[1] ada · ● running ");
    expect(plain).toContain("[2] #[fg=red]bob; · idle #(x) ");
    expect(plain).toContain("━ coordinator ━");
    expect(plain).toContain("calm-otter");
    expect(plain).toContain("C-] then: d detach");
  });
  const coloured = await capture("-e");
  const before = (text: string) => colourBefore(coloured, text);
  expect(before("[1] ada")).toBe("69");
  expect(before("[2] ")).toBe("220");
  expect(before(" coordinator")).toBe("245");
});

/** The palette index of the last foreground colour set before `text` in a captured screen. */
function colourBefore(screen: string, text: string): string | undefined {
  const at = screen.indexOf(text);
  const colours = [...screen.slice(0, at).matchAll(/\[(?:\d+;)*?38;5;(\d+)(?:;\d+)*m/g)];
  return at === -1 ? undefined : colours.at(-1)?.[1];
}

test("the state is written only when it changed", async () => {
  await using own = await openOwnServer();
  const { pane } = await own.launcher.start(own.launch("ada", 1));
  const show = ["show-options", "-p", "-v", "-t", pane ?? "", "@state"];
  await own.launcher.setState("ada", { word: "idle" });
  await own.tmux.run(["set-option", "-p", "-t", pane ?? "", "@state", "by hand"]);
  await own.launcher.setState("ada", { word: "idle" });
  expect(await own.tmux.run(show)).toBe("by hand");
  await own.launcher.setState("ada", { word: "running" });
  expect(await own.tmux.run(show)).toBe("running");
});

test("reports how workers end once, and keeps their panes to be read", async () => {
  await using own = await openOwnServer();
  const { pane, pid } = await own.launcher.start(
    own.launch("ada", 1, "sleep 0.1; echo bye; exit 7"),
  );
  await eventually(() => expect(own.exits).toHaveLength(1));
  const [, exit] = own.exits[0] ?? [];
  // tmux 3.3a loses the status of about one exit in fifty; then nothing is claimed.
  expect([
    { code: 7, signal: null },
    { code: null, signal: null },
  ]).toContainEqual(exit);
  expect(await own.launcher.list()).toEqual([{ worker: "ada", pane, pid, dead: true, ...exit }]);
  expect(await own.tmux.run(["capture-pane", "-p", "-S", "-", "-t", pane ?? ""])).toContain("bye");
});

test("a worker that comes back gets its old pane, its environment and a new exit", async () => {
  await using own = await openOwnServer();
  await startTeam(own, 2);
  const first = await own.launcher.start(own.launch("ada", 3, "exit 1"));
  await eventually(() => expect(own.exits).toHaveLength(1));
  const again = own.launch("ada", 3, 'echo "$ONE" > one; exec sleep 600');
  const second = await own.launcher.start({ ...again, env: { PATH, ONE: "a;" } });
  expect([second.pane, second.pid === first.pid]).toEqual([first.pane, false]);
  await eventually(async () => expect(await readFile(join(own.run, "one"), "utf8")).toBe("a;\n"));
  await expect(own.launcher.start(again)).rejects.toThrow("runs already");
  process.kill(second.pid, "SIGKILL");
  await eventually(() => expect(own.exits.map(([worker]) => worker)).toEqual(["ada", "ada"]));
});

test("a worker whose pane is closed is reported after its process is gone", async () => {
  await using own = await openOwnServer();
  const script = `trap '' HUP; ${loop("deaf")}`;
  const deaf = await own.launcher.start(own.launch("deaf", 1, script));
  const ada = await own.launcher.start(own.launch("ada", 2));
  await eventually(() => expect(existsSync(join(own.run, "deaf"))).toBe(true));
  await own.tmux.run(["kill-pane", "-t", deaf.pane ?? ""]);
  await own.tmux.run(["kill-pane", "-t", ada.pane ?? ""]);
  const lost = { code: null, signal: null };
  await eventually(() => expect(own.exits).toEqual([["ada", lost]]));
  expect(isAlive(deaf.pid)).toBe(true);
  await eventually(() =>
    expect(own.exits).toEqual([
      ["ada", lost],
      ["deaf", lost],
    ]),
  );
  expect(isAlive(deaf.pid)).toBe(false);
});

/** Shell that says it is there by a file and then runs for ever. */
function loop(name: string): string {
  return `echo $$ > ${name}; while :; do sleep 0.05; done`;
}

test("stopping ends the process, politely or by force, and closes its pane", async () => {
  await using own = await openOwnServer();
  const polite = await own.launcher.start(
    own.launch("polite", 1, `trap 'exit 4' TERM; ${loop("p")}`),
  );
  const deaf = await own.launcher.start(own.launch("deaf", 2, `trap '' TERM HUP; ${loop("d")}`));
  await eventually(async () =>
    expect(await readdir(own.run)).toEqual(expect.arrayContaining(["p", "d"])),
  );
  await own.launcher.stop("polite", { graceMs: 5_000 });
  await own.launcher.stop("deaf", { graceMs: 100 });
  await own.launcher.stop("nobody", { graceMs: 100 });
  expect([isAlive(polite.pid), isAlive(deaf.pid)]).toEqual([false, false]);
  expect(own.exits.map(([worker]) => worker)).toEqual(["polite", "deaf"]);
  expect(await geometry(own)).toHaveLength(1);
  expect(await own.launcher.list()).toEqual([]);
});

test("hostile names, folders and arguments are shown and run nothing", async () => {
  await using own = await openOwnServer({ session: "#(touch session)" });
  const bait = "#(touch bait) '\"$(touch bait)`touch bait`;";
  const cwd = join(own.run, bait.replaceAll("/", ""));
  await mkdir(cwd);
  const launch = own.launch(`${bait}\n#{E:@x}`, 1);
  const argv = [
    "/bin/sh",
    "-c",
    'printf "%s\\n" "$@" > args; pwd > pwd; exec sleep 600',
    "sh",
    bait,
    "",
    "b;",
  ];
  const arg = ["set-option", "-g", "@pwn", "yes"];
  await own.launcher.start({ ...launch, cwd, argv: [...argv, ...arg], env: { PATH, BAIT: bait } });
  await own.launcher.setState(launch.worker, { glyph: "#(touch bait)", word: bait });
  await using _ = await openPersonsServer(own.run, viewArgv(own.server.socket));
  await eventually(async () => {
    const args = await readFile(join(cwd, "args"), "utf8");
    expect(args).toBe(`${[bait, "", "b;", ...arg].join("\n")}\n`);
    expect(await readFile(join(cwd, "pwd"), "utf8")).toBe(`${cwd}\n`);
  });
  // A format that does run a command, drawn after the others: when it has run, theirs would have.
  await own.tmux.run(["set-option", "-g", "status-right", "#(touch sentinel)"]);
  await eventually(async () => expect(await readdir(own.run)).toContain("sentinel"));
  expect(await own.launcher.list()).toMatchObject([{ worker: launch.worker, dead: false }]);
  expect(await own.tmux.run(["show-options", "-gqv", "@pwn"])).toBe("");
  const files = [...(await readdir(own.run)), ...(await readdir(cwd))];
  expect(files.filter((name) => name === "bait" || name === "session")).toEqual([]);
});

test("a folder that is not there is a failure of the start", async () => {
  await using own = await openOwnServer();
  const launch = { ...own.launch("ada", 1), cwd: join(own.run, "nowhere") };
  await expect(own.launcher.start(launch)).rejects.toMatchObject({ kind: "failed" });
  expect(await geometry(own)).toHaveLength(1);
});

test("a start that fails as the server goes down says first that it is gone", async () => {
  await using own = await openOwnServer();
  await own.launcher.start(own.launch("ada", 1));
  await own.tmux.run(["kill-server"]);

  await expect(own.launcher.start(own.launch("ben", 2))).rejects.toMatchObject({ kind: "failed" });

  expect(own.serversGone()).toBe(1);
});

test("says once that the server is gone", async () => {
  await using own = await openOwnServer();
  await own.launcher.start(own.launch("ada", 1));
  process.kill(own.server.pid, "SIGKILL");
  await eventually(() => expect(own.serversGone()).toBe(1));
  await expect(own.launcher.start(own.launch("bob", 2))).rejects.toMatchObject({ kind: "failed" });
  expect([own.serversGone(), own.exits, await own.launcher.list()]).toEqual([1, [], []]);
});

test("a socket that a cleaner removed comes back", async () => {
  await using own = await openOwnServer();
  await own.launcher.start(own.launch("ada", 1));
  await rm(own.server.socket);
  await eventually(async () => expect(await own.launcher.list()).toHaveLength(1));
  expect(own.serversGone()).toBe(0);
});

test("closing ends the workers and reports none", async () => {
  await using own = await openOwnServer();
  const { pid } = await own.launcher.start(own.launch("ada", 1));
  await own.launcher.close();
  expect([isAlive(pid), own.exits]).toEqual([false, []]);
});

/** What is refused: actions that are too risky, paths out of the checkout, and runs that can't start. */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { only, readAgent, readEvents } from "./support/journal.ts";
import { expectCode, scripted, swarmux } from "./support/swarmux.ts";
import { createWorkplace, git, put } from "./support/workplace.ts";

const NEEDS_TWO = "test -f two.txt || { echo two.txt is missing; exit 3; }";

test("HIGH commands are refused with a reason and never run; LOW and MEDIUM ones run", async () => {
  const place = await createWorkplace();
  const { args, env } = scripted("risky");

  const ended = await swarmux(place, [...args, "--on-high", "deny", "try everything"], { env });

  expectCode(ended, 0);
  const events = await readEvents(place);
  const calls = only(events, "tool.started")
    .filter(({ tool }) => tool === "Bash")
    .map(({ id, risk }) => {
      const end = only(events, "tool.finished").find((finished) => finished.id === id);
      return [risk, end?.ok, end?.refused !== undefined];
    });
  expect(calls).toEqual([
    ["LOW", true, false],
    ["MEDIUM", true, false],
    ["HIGH", false, true],
    ["HIGH", false, true],
    ["HIGH", false, true],
    ["HIGH", false, true],
    ["LOW", true, false],
  ]);
  const refused = only(events, "tool.finished").flatMap((end) => end.refused ?? []);
  expect(refused[0]).toContain("denied");
  expect(existsSync(join(place.folder, "home/marked-outside"))).toBe(false);
  expect(git(place, "ls-tree", "--name-only", "swarmux/s/integration")).toBe("a.txt");
  expect(git(place, "show", "swarmux/s/integration:a.txt")).toBe("two");
});

test("no file tool leaves the checkout, through a link, upwards or by a full path", async () => {
  const place = await createWorkplace();
  const outside = join(place.folder, "outside");
  await put(outside, { "secret.txt": "hunter2\n" });
  await symlink(outside, join(place.repo, "out"));
  git(place, "add", "out");
  git(place, "commit", "-q", "-m", "a link out of the repository");
  const { args, env } = scripted("through-links");

  const ended = await swarmux(place, [...args, "--on-high", "deny", "get out"], { env });

  expectCode(ended, 0);
  const tries = only(await readEvents(place), "tool.finished").filter(
    ({ agent }) => agent === "ada",
  );
  // Glob answers that nothing matches; the last two are the worker's own work and its report.
  const ok = tries.map((end) => end.ok);
  expect(ok.filter((one) => one)).toHaveLength(3);
  expect(ok.slice(-2)).toEqual([true, true]);
  const results = (await readAgent(place, "ada")).filter(({ type }) => type === "call.outcome");
  expect(JSON.stringify(results)).not.toMatch(/hunter2|"secret\.txt/);
  expect(await readdir(outside)).toEqual(["secret.txt"]);
  expect(await readFile(join(outside, "secret.txt"), "utf8")).toBe("hunter2\n");
});

test("a red base ends the run with what failed, and --allow-red goes on", async () => {
  const place = await createWorkplace();
  const { args, env } = scripted("writes-two");
  const checked = [...args, "--check", NEEDS_TWO];

  const red = await swarmux(place, [...checked, "write two"], { env });

  expectCode(red, 1);
  expect(`${red.stdout}${red.stderr}`).toContain("two.txt is missing");
  const events = await readEvents(place);
  expect(only(events, "worker.spawned")).toEqual([]);
  expect(only(events, "session.finished")).toMatchObject([{ outcome: "failed" }]);
  expect(only(events, "session.finished")[0]?.summary).toContain(`${NEEDS_TWO} → exit 3`);

  const again = [...checked, "--session", "again", "--allow-red", "write two"];
  expectCode(await swarmux(place, again, { env }), 0);
  expect(git(place, "show", "swarmux/again/integration:two.txt")).toBe("two");

  const unknown = await swarmux(place, ["status", "nobody"]);
  expectCode(unknown, 2);
  expect(unknown.stderr).toContain("nobody");
});

test("without a key the run ends with 69 and names every way to a model, and nothing is made", async () => {
  const place = await createWorkplace();

  const ended = await swarmux(place, ["run", "--headless", "add a test"]);

  expect(ended).toMatchObject({ code: 69, stdout: "" });
  for (const way of [
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_BASE_URL",
    "--offline",
  ]) {
    expect(ended.stderr).toContain(way);
  }
  expect(existsSync(join(place.folder, "state"))).toBe(false);
  expect(git(place, "branch", "--format=%(refname:short)")).toBe("main");
});

const RENAME = ["run", "--headless", "--offline", "rename one to two"];

test("a folder that is no repository, has no commit or no files to work in can't start a run", async () => {
  const place = await createWorkplace();
  const at = (name: string) => join(place.folder, name);
  await mkdir(at("plain"));
  git(place, "init", "-q", at("empty"));
  git(place, "init", "-q", "--bare", at("bare"));

  for (const [folder, why] of [
    ["plain", /not (in )?a git repository|no git repository/i],
    ["empty", /no commit/i],
    ["bare", /bare/i],
  ] as const) {
    const ended = await swarmux(place, RENAME, { cwd: at(folder) });
    expect([folder, ended.code]).toEqual([folder, 2]);
    expect(ended.stderr).toMatch(why);
    expect(ended.stderr).toContain("mend it:");
  }
  expect(existsSync(at("state"))).toBe(false);
});

test("bad usage ends with 2 and says how it is meant", async () => {
  const place = await createWorkplace();

  for (const [args, words] of [
    [["run", "--headless", "--offline", "--base", "nowhere", "rename one to two"], "nowhere"],
    [["run", "--headless", "--offline", "--worker", "3", "rename one to two"], "--workers"],
    [
      ["run", "--headless", "--offline", "--workers", "few", "rename one to two"],
      "--workers takes a number",
    ],
    [["run", "--headless", "--offline", "tidy everything up"], 'rename oldName to newName"'],
    [["run", "--headless", "--offline", " "], "There is no task."],
    [["run", "--offline", "--panes", "none", "rename one to two"], "--headless"],
    [["statsu"], "swarmux status"],
    [["status", "nobody"], "no sessions"],
    [["log", "--session", "nobody"], "no sessions"],
    [["accept"], "no sessions"],
  ] as const) {
    const ended = await swarmux(place, args);
    expect([args, ended.code]).toEqual([args, 2]);
    expect(ended.stderr).toContain(words);
  }
  expect(git(place, "branch", "--format=%(refname:short)")).toBe("main");
});

test("bad configuration ends with 78 and names file, line and fix", async () => {
  const place = await createWorkplace();
  const user = join(place.folder, "home/.config/swarmux/config.toml");
  const project = join(place.repo, ".swarmux/config.toml");

  await put(place.folder, { "home/.config/swarmux/config.toml": 'model = "x"\n\ncolour = 1\n' });
  const unknown = await swarmux(place, RENAME);
  expect(unknown.code).toBe(78);
  expect(unknown.stderr).toContain(`${user}:3: "colour"`);
  expect(unknown.stderr).toContain("coordinator_model");

  await put(place.folder, { "home/.config/swarmux/config.toml": 'model = "x"\nworkers = = 2\n' });
  const broken = await swarmux(place, RENAME);
  expect(broken.code).toBe(78);
  expect(broken.stderr).toContain(`${user}:2:`);

  await put(place.folder, { "home/.config/swarmux/config.toml": "" });
  await put(place.repo, { ".swarmux/config.toml": '# what the team shares\nmodel = "x"\n' });
  const wider = await swarmux(place, RENAME);
  expect(wider.code).toBe(78);
  expect(wider.stderr).toContain(`${project}:2: "model"`);
});

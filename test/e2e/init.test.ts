/** A repository's first configuration, and the checkouts that are made by it. */
import { existsSync, symlinkSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { only, readEvents } from "./support/journal.ts";
import { expectCode, scripted, swarmux } from "./support/swarmux.ts";
import { createWorkplace, git, put } from "./support/workplace.ts";

const CONFIG = ".swarmux/config.toml";

test("init writes what it found, once, and nothing else", async () => {
  const npm = JSON.stringify({ scripts: { test: "node --test" } });
  const place = await createWorkplace({ ".gitignore": "node_modules\n", "package.json": npm });
  await put(place.repo, { "node_modules/dep/index.js": "" });

  expectCode(await swarmux(place, ["init"]), 0);
  const text = await readFile(join(place.repo, CONFIG), "utf8");
  const again = await swarmux(place, ["init"]);

  expect(text).toContain('checks = ["npm test"]');
  expect(text).toContain('link = ["node_modules"]');
  expectCode(again, 2);
  expect(again.stderr).toContain("it stays as it is");
  expect(git(place, "status", "--porcelain")).toBe("?? .swarmux/");
  expectCode(await swarmux(place, ["init", "--agents"]), 0);
  expect(await readFile(join(place.repo, "AGENTS.md"), "utf8")).toContain("- `npm test`");
});

test("init writes through no link", async () => {
  const place = await createWorkplace();
  const outside = join(place.folder, "outside");
  await mkdir(outside);
  symlinkSync(outside, join(place.repo, ".swarmux"));
  expectCode(await swarmux(place, ["init"]), 2);
  expect(existsSync(join(outside, "config.toml"))).toBe(false);
});

test("each checkout is set up before its worker begins and before its checks", async () => {
  const setup = "mkdir -p built && cp a.txt built/";
  const place = await createWorkplace({
    "a.txt": "one\n",
    ".gitignore": "built\n*.local\n",
    [CONFIG]: `[checkout]\ncopy = ["own.local"]\nsetup = "${setup}"\n`,
  });
  await put(place.repo, { "own.local": "mine\n" });
  const { args, env } = scripted("one-task");
  const check = "test -e built/a.txt && test -e own.local";

  const ended = await swarmux(place, [...args, "--check", check, "do it"], { env });

  expectCode(ended, 0);
  const checked = only(await readEvents(place), "integration.checked");
  expect(checked.map(({ task, command, ok }) => [task, command, ok])).toEqual([
    [null, setup, true],
    [null, check, true],
    ["t1", setup, true],
    ["t1", setup, true],
    ["t1", check, true],
  ]);
  expect(git(place, "diff", "--name-only", "main", "swarmux/s/integration")).toBe("a.txt");
});

test("a checkout that can't be set up fails its task and says why", async () => {
  const place = await createWorkplace();
  await put(place.repo, {
    "home.toml": '[checkout]\nsetup = "! test -e .git/refs/heads/swarmux"\n',
  });
  const { args, env } = scripted("one-task");

  const ended = await swarmux(place, [...args, "do it"], {
    env: { ...env, SWARMUX_CONFIG: join(place.repo, "home.toml") },
  });

  expectCode(ended, 1);
  expect(only(await readEvents(place), "task.finished")[0]?.why).toContain("could not be set up");
});

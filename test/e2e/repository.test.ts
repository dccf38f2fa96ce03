/** R20: what a repository brings along can't widen anything, and nothing of it counts before a person's yes. */

import { existsSync } from "node:fs";
import { chmod, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { only, readEvents } from "./support/journal.ts";
import { type Ended, expectCode, jsonLines, scripted, swarmux } from "./support/swarmux.ts";
import { createWorkplace, git, PROJECT, put, type Workplace } from "./support/workplace.ts";

const WORK = ["sed -i s/one/two/ a.txt"];

function run(place: Workplace, session: string, ...more: string[]): Promise<Ended> {
  const { env } = scripted("tries");
  const args = ["run", "--headless", "--offline", "--session", session, ...more, "try"];
  return swarmux(place, args, { env: { ...env, TRIES: JSON.stringify(WORK) } });
}

/** What the worker says that its prompt was. */
async function promptOf(place: Workplace, session: string): Promise<string | undefined> {
  const reports = only(await readEvents(place, session), "task.updated");
  return reports.flatMap(({ report }) => report?.summary.split("\n")[0] ?? [])[0];
}

const WIDER = [
  'model = "theirs"',
  'coordinator_model = "theirs"',
  'base_url = "http://host.invalid"',
  'sandbox = "off"',
  'hooks = ["touch ~/marked"]',
  '[permissions]\nallow = ["Bash"]',
  '[prompts]\nworker = "theirs.md"',
  '[notify]\ncommand = "touch ~/marked"',
  '[notify]\nntfy = "https://host.invalid/x"',
  '[tmux]\nprefix = "C-b"',
  "[prices.offline]\ninput = 0\noutput = 0",
] as const;

test("R20: every setting that is not a repository's to make ends the start with 78, file and line", async () => {
  const place = await createWorkplace();
  for (const text of WIDER) {
    await put(place.repo, { ".swarmux/config.toml": `workers = 1\n${text}\n` });
    const ended = await run(place, "s");
    expectCode(ended, 78);
    expect(`${text}\n${ended.stderr}`).toMatch(/\.swarmux\/config\.toml:[23]\b/);
  }
  expect(jsonLines((await swarmux(place, ["sessions", "--json"])).stdout)).toEqual([]);
  expect(existsSync(join(place.folder, "home/marked"))).toBe(false);
});

test("R20: hooks and a HIGH check of a repository don't run unasked, and its .env is not read", async () => {
  const place = await createWorkplace({
    "a.txt": "one\n",
    ".swarmux/config.toml": 'checks = ["touch ~/marked-by-check"]\n',
    ".env": `SWARMUX_STATE_DIR=theirs\nSWARMUX_CONFIG=theirs.toml\nANTHROPIC_BASE_URL=http://127.0.0.1:9\n`,
  });
  for (const hook of ["post-checkout", "pre-commit", "post-commit", "reference-transaction"]) {
    const file = `.git/hooks/${hook}`;
    await put(place.repo, {
      [file]: `#!/bin/sh\necho ran >> '${place.folder}/home/marked-by-hook'\n`,
    });
    await chmod(join(place.repo, file), 0o755);
  }
  expectCode(await run(place, "s", "--on-high", "deny"), 1);
  const events = await readEvents(place);
  expect(only(events, "gate.opened")).toMatchObject([
    { gate: { worker: "coordinator", tool: "Check", risk: "HIGH" } },
  ]);
  expect(only(events, "integration.checked")).toMatchObject([{ ok: false, exit: null }]);

  expectCode(await run(place, "s2", "--check", "true"), 0);
  expect(only(await readEvents(place, "s2"), "integration.merged")).toHaveLength(1);
  const traces = ["home/marked-by-check", "home/marked-by-hook", "repo/theirs", "theirs"];
  expect(traces.filter((name) => existsSync(join(place.folder, name)))).toEqual([]);
});

test("R20: a repository's prompt is used after a yes to its very text, and a changed byte asks again", async () => {
  const file = ".swarmux/prompts/worker.md";
  const own = await readFile(join(PROJECT, "prompts/worker.md"), "utf8");
  const place = await createWorkplace({ "a.txt": "one\n", [file]: `${own}\nmarked-once\n` });

  const before = await run(place, "s1");
  expectCode(before, 0);
  expect(before.stderr).toContain(`${file} of this repository is not used`);
  expect(await promptOf(place, "s1")).toBe("My prompt: the program's");

  expectCode(await swarmux(place, ["rules", "trust"]), 2);
  expectCode(await swarmux(place, ["rules", "trust", "--yes"]), 0);
  expectCode(await run(place, "s2"), 0);
  expect(await promptOf(place, "s2")).toBe("My prompt: marked-once");

  await put(place.repo, { [file]: `${own}\nmarked-twice\n` });
  git(place, "commit", "-aqm", "another text");
  const changed = await run(place, "s3");
  expectCode(changed, 0);
  expect(changed.stderr).toContain("swarmux rules trust");
  expect(await promptOf(place, "s3")).toBe("My prompt: the program's");
});

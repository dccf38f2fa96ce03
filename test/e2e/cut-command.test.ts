/** A worker that is killed inside a command: the next process tells the model what the command may have left. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readTeam, sessionPaths } from "./support/journal.ts";
import { expectCode, scripted, start } from "./support/swarmux.ts";
import { createWorkplace } from "./support/workplace.ts";

test("what a killed command had made, removed and printed is told, and what stood there before is not", async () => {
  const place = await createWorkplace({ "old.txt": "old\n" });
  const { args, env } = scripted("tries");
  const tries = [
    "echo whole > whole.txt; sleep 0.1",
    "rm old.txt; echo half way; echo hal > sedAb12Cd; sleep 300",
  ];
  const running = start(place, [...args, "try"], {
    env: { ...env, TRIES: JSON.stringify(tries) },
  });
  const half = join(sessionPaths(place).checkout("ada"), "sedAb12Cd");
  await expect.poll(() => existsSync(half), { interval: 20 }).toBe(true);
  process.kill((await readTeam(place)).workers.get("ada")?.pid ?? 0, "SIGKILL");
  expectCode(await running.ended, 0);
  const report = (await readTeam(place)).tasks.get("t1")?.report?.summary;
  expect(report).toMatch(
    /outcome is not known\..*\nNew or changed since it began.*\nsedAb12Cd\nIn the last commit and not there.*\nold\.txt\nThe last that it had printed:\nhalf way$/,
  );
});

/** The demo, as somebody tries it who has nothing else. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { swarmux } from "./support/swarmux.ts";
import { createWorkplace } from "./support/workplace.ts";

test("the headless demo merges its tasks and leaves nothing but the folder it names", async () => {
  const place = await createWorkplace();

  const ended = await swarmux(place, ["demo", "--headless"]);

  expect(ended).toMatchObject({ code: 0 });
  const left = /^the demo left this folder and nothing else: (.*)$/m.exec(ended.stdout)?.[1] ?? "";
  expect(ended.stdout).toContain("4 of 4 tasks merged");
  const tmp = join(place.folder, "tmp");
  expect((await readdir(tmp)).map((name) => join(tmp, name))).toEqual([left]);
  expect(await readdir(join(place.folder, "home"))).toEqual([]);
  expect((await readdir(place.folder)).toSorted()).toEqual(["home", "repo", "tmp"]);
  const diff = await swarmux(place, ["diff", "--stat"], {
    cwd: join(left, "shop"),
    env: { SWARMUX_STATE_DIR: join(left, "state") },
  });
  expect(diff).toMatchObject({ code: 0 });
  expect(diff.stdout).toContain("33 files changed");
});

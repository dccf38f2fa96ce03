/** Sessions that older versions left in the middle of a task come to their end with this one. */
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createSessionFolder, paths } from "../../src/session/folders.ts";
import { copyJournals, listRecorded, PLACEHOLDER, type Recorded } from "../support/old-journals.ts";
import { createRecordedRepository } from "../support/recorded-repository.ts";
import { go, goEnvironment } from "./support/go.ts";
import { modelRequests, only, readEvents } from "./support/journal.ts";
import { expectCode, scripted, swarmux } from "./support/swarmux.ts";
import { createFolder, environmentOf, git, PROJECT, type Workplace } from "./support/workplace.ts";

test.each(listRecorded().filter(({ session }) => session === "killed"))(
  "a session of $version that was killed is resumed and merged",
  async (recorded) => {
    const place = await bringBack(recorded);
    go(place);
    const { env } = scripted("counts");

    const ended = await swarmux(place, ["resume", "--headless", "killed"], {
      env: { ...env, ...goEnvironment(place) },
    });

    expectCode(ended, 0);
    // The machine that wrote the journal is gone, and with it what stood uncommitted in the checkout.
    expect(ended.stderr).toContain("mended: the files of ada's checkout were gone");
    expect(git(place, "show", "swarmux/killed/integration:count.txt")).toBe("3\n4");
    const events = await readEvents(place, "killed");
    expect(only(events, "task.finished")).toMatchObject([{ task: "t1", status: "completed" }]);
    const requests = await modelRequests(place, "killed");
    expect(requests.filter(({ violation }) => violation !== null)).toEqual([]);
    expectCode(await swarmux(place, ["log", "--verify", "killed"]), 0);
  },
);

/** The session as it stood on the machine that wrote it, with a repository of the same commits. */
async function bringBack({ folder, session }: Recorded): Promise<Workplace> {
  const top = await createFolder();
  const env = environmentOf(top);
  const repo = createRecordedRepository(top);
  const place = { folder: top, repo, env };
  const to = await createSessionFolder(env, repo, session);
  copyJournals(folder, to, [PLACEHOLDER, top]);
  const { prompts } = paths(to);
  for (const name of ["coordinator.md", "worker.md"]) {
    await copyFile(join(PROJECT, "prompts", name), join(prompts, name));
  }
  await writeFile(join(prompts, "prices.json"), "{}");
  await writeFile(join(prompts, "instructions.json"), "[]");
  return { ...place, base: git(place, "rev-parse", "HEAD") };
}

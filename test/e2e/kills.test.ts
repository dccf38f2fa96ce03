/** A session that is killed again and again over its whole run comes to what it would have come to undisturbed. */
import { expect, test } from "vitest";
import { isStep, pickKills, weather } from "../support/storm.ts";
import { modelRequests, only, readEvents, sessionPaths } from "./support/journal.ts";
import {
  CHECK,
  createRenameRepository,
  fingerprint,
  NEW,
  OLD,
  treeBySed,
} from "./support/rename-repository.ts";
import { BIN, expectCode, swarmux } from "./support/swarmux.ts";
import { git, type Workplace } from "./support/workplace.ts";

const KILLS = 3;

test("three kills over a whole run, one with all workers, change nothing of what comes out", async () => {
  const place = await createRenameRepository();
  const before = await fingerprint(place.repo);
  const calm = await play(place, "calm", []);
  expect(calm).toMatchObject({ code: 0, kills: 0 });
  const steps = (await readEvents(place, "calm")).filter(isStep).length;

  const seed = Date.now();
  const storm = await play(place, "storm", pickKills(steps, KILLS, seed));

  expectCode({ ...storm, code: storm.code ?? undefined, stdout: storm.output, stderr: "" }, 0);
  expect(storm.kills).toBe(KILLS);
  expect(await fingerprint(place.repo)).toEqual(before);
  const changed = git(place, "diff", "swarmux/calm/integration", "swarmux/storm/integration");
  expect(changed, `seed ${seed}, ${steps} steps`).toBe("");
  const tree = git(place, "rev-parse", "swarmux/storm/integration^{tree}");
  expect(tree).toBe(treeBySed(place));
  const events = await readEvents(place, "storm");
  const merged = only(events, "integration.merged").map(({ task }) => task);
  expect(merged.toSorted()).toEqual(["t1", "t2", "t3", "t4"]);
  expect(git(place, "rev-list", "--count", "main..swarmux/storm/integration")).toBe("4");
  // Who is killed while it starts has not said yet that it goes on.
  const resumed = only(events, "session.resumed").length;
  expect([1, 2, 3]).toContain(resumed);
  const requests = await modelRequests(place, "storm");
  expect(requests.filter(({ violation }) => violation !== null)).toEqual([]);
  expectCode(await swarmux(place, ["log", "--verify", "storm"]), 0);
});

function play(place: Workplace, session: string, kills: readonly number[]) {
  const options = ["--headless", "--offline", "--workers", "4", "--session", session];
  return weather({
    program: BIN,
    repo: place.repo,
    env: place.env,
    journal: sessionPaths(place, session).journal,
    session,
    run: ["run", ...options, "--check", CHECK, `rename ${OLD} to ${NEW}`],
    kills,
    note: () => {},
  });
}

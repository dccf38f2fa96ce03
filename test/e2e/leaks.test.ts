/** A commit that holds a key is stopped at the merge. */
import { expect, test } from "vitest";
import { only, readAgent, readEvents, userTurns, waitForEvent } from "./support/journal.ts";
import { expectCode, scripted, start, swarmux } from "./support/swarmux.ts";
import { createWorkplace, git } from "./support/workplace.ts";

test("R18: work with a key goes back once, and is merged without it or after a person's yes", async () => {
  const place = await createWorkplace();
  const { args, env } = scripted("leaks");
  const running = start(place, [...args, "do what the scenario says"], { env });

  await waitForEvent(place, ({ type }) => type === "gate.opened");
  const [opened] = only(await readEvents(place), "gate.opened");
  expect(opened?.gate).toMatchObject({
    worker: "coordinator",
    task: "t2",
    tool: "Merge",
    reasons: ["what looks like a secret stands in keep.txt:2: GitHub token"],
  });
  await waitForEvent(place, ({ type }) => type === "integration.merged");
  expectCode(await swarmux(place, ["approve", opened?.gate.id ?? ""]), 0);

  expectCode(await running.ended, 0);
  const events = await readEvents(place);
  expect(
    only(events, "integration.rejected")
      .map(({ task, tries }) => `${task} ${tries}`)
      .toSorted((a, b) => a.localeCompare(b)),
  ).toEqual(["t1 1", "t2 1"]);
  const merged = only(events, "integration.merged").map(({ task }) => task);
  expect(merged).toEqual(["t1", "t2"]);
  expect(git(place, "show", "swarmux/s/integration:mend.txt")).toBe("none");
  expect(git(place, "show", "swarmux/s/integration:keep.txt")).toMatch(/^first\nkey = ghp_/);
  for (const worker of ["ada", "ben"]) {
    const turns = (await userTurns(place, worker)).join("\n");
    expect(turns).toMatch(/- (mend|keep)\.txt:2: GitHub token/);
    expect(turns).not.toMatch(/ghp_\w{20}/);
  }
  const results = (await readAgent(place, "ben")).filter(({ type }) => type === "call.outcome");
  expect(JSON.stringify(results)).toContain("[hidden by swarmux: GitHub token.");
});

test("a person's no to a key in the work ends its task", async () => {
  const place = await createWorkplace();
  const { args, env } = scripted("leaks");
  const running = start(place, [...args, "--on-high", "deny", "do what the scenario says"], {
    env,
  });
  expectCode(await running.ended, 77);
  const ends = only(await readEvents(place), "task.finished");
  const told = ends.map(({ task, status }) => `${task} ${status}`);
  expect(told.toSorted((a, b) => a.localeCompare(b))).toEqual(["t1 completed", "t2 blocked"]);
});

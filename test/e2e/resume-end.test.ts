/** What the terminal says in which a person has resumed a session: how this start of it ended, not how the one before did. */
import { expect, test } from "vitest";
import { go } from "./support/go.ts";
import { only, readEvents, waitForEvent } from "./support/journal.ts";
import { sitDown } from "./support/person.ts";
import { BIN } from "./support/swarmux.ts";
import { createWorkplace } from "./support/workplace.ts";

test.each([
  { where: "a plain terminal", inTmux: false },
  { where: "the person's own tmux", inTmux: true },
])("resumed in $where, a session that was stopped ends with its own end", async ({ inTmux }) => {
  const place = await createWorkplace();
  const size = [120, 40] as const;
  await using person = await sitDown(place, {
    scenario: "counts",
    size,
    args: ["--yes"],
    go: true,
  });
  const { terminal } = person;
  const counted = async () =>
    only(await readEvents(place), "tool.finished").filter(({ agent }) => agent === "ada").length;
  await expect.poll(counted).toBe(2);
  await person.type("C-c");
  await expect.poll(() => terminal.screen()).toMatch(/^go on: swarmux resume s$[^]*^prompt> ?$/m);

  go(place);
  const tmux = inTmux ? `TMUX=${terminal.tmux.socket},1,0 ` : "";
  await person.type(`clear; ${tmux}${BIN} resume s; echo "exit code $?"`, "Enter");

  await waitForEvent(place, ({ type }) => type === "session.finished");
  const all = () => terminal.tmux.run(["capture-pane", "-p", "-S", "-", "-t", "home:0"]);
  await expect.poll(all).toMatch(/^1 of 1 task merged into [^]*^exit code 0$/m);
  expect(await all()).not.toContain("0 of 1 task merged into s");
});

/** What the pane writes while nobody touches it: nothing where nothing changes, and only the lines that do. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { waitForEvent } from "./support/journal.ts";
import { type Person, sitDown } from "./support/person.ts";
import { createWorkplace, type Workplace } from "./support/workplace.ts";

/** Two ticks of its clock and a half. */
const A_WHILE = 2_500;
const AT_WORK = { TRIES: '["sleep 100"]' };

/** All that the coordinator's pane has written since, which grows. */
async function record(person: Person, place: Workplace): Promise<() => Promise<string>> {
  const file = join(place.folder, "written");
  await writeFile(file, "");
  const tmux = await person.tmux();
  const panes = await tmux.run(["list-panes", "-a", "-F", "#{@role} #{pane_id}"]);
  const pane = /^coordinator (%\d+)$/m.exec(panes)?.[1] ?? "";
  await tmux.run(["pipe-pane", "-O", "-t", pane, `cat >> '${file}'`]);
  return () => readFile(file, "utf8");
}

/** Waits until what was going on is over. */
async function rest(person: Person): Promise<void> {
  let last = "";
  const isSame = async () => {
    const before = last;
    last = (await person.pane()).replaceAll(/\d\d:\d\d/g, "");
    return last === before;
  };
  await expect.poll(isSame, { interval: 500 }).toBe(true);
}

/** Its pane writes nothing for a while, and gives what it writes from then on. */
async function staysStill(person: Person, place: Workplace): Promise<() => Promise<string>> {
  await rest(person);
  const written = await record(person, place);
  await sleep(A_WHILE);
  expect(await written()).toBe("");
  return written;
}

test("nothing is drawn while nothing changes, and while somebody works the clock's lines alone", async () => {
  const place = await createWorkplace();
  await using person = await sitDown(place, { scenario: "tries", env: AT_WORK });
  await person.sees("plan waits for you");
  const written = await staysStill(person, place);

  await person.type("y");
  await expect.poll(written).toContain("y");
  await person.type("Enter");
  await person.sees(/\[1\] ada +● running/);
  await rest(person);
  const before = (await written()).length;
  const frames = async () => (await written()).slice(before).split("\x1b[?2026h").slice(1);
  await expect.poll(async () => (await frames()).length).toBeGreaterThan(2);
  for (const frame of await frames()) {
    // The row of the task and that of its worker.
    // eslint-disable-next-line no-control-regex -- the codes are what is looked for
    expect(frame.match(/\x1b\[\d+;1H/g)?.length).toBeLessThanOrEqual(2);
    expect(frame).not.toContain("\x1b[2J");
  }
});

test("with reduced motion nothing is drawn while somebody works", async () => {
  const place = await createWorkplace();
  const SWARMUX_CONFIG = join(place.folder, "config.toml");
  await writeFile(SWARMUX_CONFIG, '[display]\nmotion = "reduced"\n');
  const env = { ...AT_WORK, SWARMUX_CONFIG };
  await using person = await sitDown(place, { scenario: "tries", args: ["--yes"], env });
  await waitForEvent(place, (event) => event.type === "tool.started" && event.agent === "ada");
  await person.sees(/\[1\] ada +● running/);
  const written = await staysStill(person, place);

  await person.type("x");
  await expect.poll(written).toContain("x");
});

/** What the pane is drawn with: colours on dark and on light, or none, and signs of ASCII. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { colourOf } from "../../src/panes/palette.ts";
import { sitDown } from "./support/person.ts";
import { colourBefore } from "./support/terminal.ts";
import { createWorkplace } from "./support/workplace.ts";

const AT_WORK = { TRIES: '["sleep 100"]' };
/** Any colour of letters or background: the sixteen, the palette and 24 bits. The terminal's own is none. */
// eslint-disable-next-line no-control-regex -- the codes are what is looked for
const COLOUR = /\x1b\[(?:\d+;)*(?:[34][0-8]|9[0-7]|10[0-7])(?:;\d+)*m/;

const LIGHT = /38;5;53m\[1\] ada.*38;5;28m[●*] running/;

test("twelve workers have twelve colours, each beside its badge and name", async () => {
  const place = await createWorkplace();
  const args = ["--yes", "--workers", "12"];
  await using person = await sitDown(place, { scenario: "twelve", args });
  await person.sees(/\[12\] lars +(?:◐|●) \w/);
  const painted = (await person.painted()).split("\n");
  const rows = painted.filter((line) => /^ \[\d+\]/.test(stripVTControlCharacters(line)));
  const colours = rows.map((line, at) => colourBefore(line, `[${at + 1}] `));
  expect(colours).toEqual(
    Array.from({ length: 12 }, (_, at) => String(colourOf(at + 1, "dark").index)),
  );
  expect(new Set(colours).size).toBe(12);
  // Twelve are not stopped within what the end of a test allows on a busy machine.
  await person.type("C-c");
  await expect
    .poll(() => person.terminal.screen(), { interval: 100 })
    .toContain("go on: swarmux resume s");
});

test("a light background, as COLORFGBG says it, has colours of its own", async () => {
  const place = await createWorkplace();
  const env = { ...AT_WORK, COLORFGBG: "0;15" };
  const size = [80, 24] as const;
  await using person = await sitDown(place, { scenario: "tries", size, args: ["--yes"], env });
  await person.sees(/\[1\] ada +● running/);
  expect(await person.painted()).toMatch(LIGHT);
});

test("on a Linux console every sign is one of ASCII, and a configured theme is the one that counts", async () => {
  const place = await createWorkplace();
  const SWARMUX_CONFIG = join(place.folder, "config.toml");
  await writeFile(SWARMUX_CONFIG, '[display]\ntheme = "light"\n');
  const env = { ...AT_WORK, SWARMUX_CONFIG, TERM: "linux", COLORFGBG: "15;0" };
  const size = [80, 24] as const;
  await using person = await sitDown(place, { scenario: "tries", size, args: ["--yes"], env });
  await person.sees(/\[1\] ada +\* running/);
  const screen = async () => stripVTControlCharacters(await person.terminal.screen());
  await expect.poll(screen).toMatch(/\[1\] ada - \* t1 Bash/);
  // The worker's own pane and the borders, too.
  expect(await screen()).toMatch(/\| t1 Try/);
  // eslint-disable-next-line no-control-regex -- ASCII is what is looked for
  expect(await screen()).toMatch(/^[\x00-\x7f]*$/);
  expect(await person.painted()).toMatch(LIGHT);
});

test.each([
  { by: "NO_COLOR", args: ["--yes"], more: { NO_COLOR: "1" } },
  { by: "--color never", args: ["--yes", "--color", "never"], more: {} },
])("with $by nothing has a colour, and signs and words say the same", async ({ args, more }) => {
  const place = await createWorkplace();
  const env = { ...AT_WORK, ...more };
  await using person = await sitDown(place, {
    scenario: "tries",
    size: [80, 24],
    args,
    env,
  });
  await person.sees(/\[1\] ada +● running/);
  const tmux = await person.tmux();
  const panes = (await tmux.run(["list-panes", "-a", "-F", "#{pane_id}"])).split("\n");
  expect(panes).toHaveLength(2);
  for (const pane of panes) {
    expect(await tmux.run(["capture-pane", "-p", "-e", "-t", pane])).not.toMatch(COLOUR);
  }
  // With borders and the status line.
  expect(await person.terminal.screen("-e")).not.toMatch(COLOUR);
});

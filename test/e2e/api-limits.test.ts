/** An API that says slow down: the whole team waits once, a long wait is shown and can be ended, and nobody storms. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import type { Fault } from "../../src/offline/faults.ts";
import { go, goEnvironment } from "./support/go.ts";
import { modelRequests, only, readEvents, waitForEvent } from "./support/journal.ts";
import { expectNothingLeft } from "./support/leftovers.ts";
import { sitDown } from "./support/person.ts";
import { expectCode, jsonLines, scripted, start, swarmux } from "./support/swarmux.ts";
import { createWorkplace, type Workplace } from "./support/workplace.ts";

/** No request of the lead offers this tool. */
const WORKERS = { match: '"name":"Report"' };
const HOUR = 3_600;

async function faultsFile(place: Workplace, faults: readonly Fault[]): Promise<string> {
  const file = join(place.folder, "faults.json");
  await writeFile(file, JSON.stringify(faults));
  return file;
}

test("four workers meet a limit one at a time, and each wait is kept by all of them", async () => {
  const place = await createWorkplace();
  go(place);
  const { args, env } = scripted("four");
  const retryAfter = 0.4;
  const fault: Fault = { kind: "status", status: 429, retryAfter, at: WORKERS, times: 3 };
  const faults = await faultsFile(place, [fault]);

  const ended = await swarmux(place, [...args, "write four files"], {
    env: { ...env, ...goEnvironment(place), SWARMUX_FAULTS: faults },
  });

  expectCode(ended, 0);
  const requests = await modelRequests(place);
  const met = requests.filter((request) => request.fault === "status 429");
  expect(met).toHaveLength(3);
  const limited = only(await readEvents(place), "rate.limited");
  expect(limited).toHaveLength(3);
  const times = met.map(({ ts }) => Date.parse(ts));
  const waits = times.slice(1).map((time, at) => time - (times[at] ?? 0));
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(retryAfter * 1000);
  expect(ended.stderr).toMatch(/rate limited until \d\d:\d\d: the API answered 429/);
});

test("a limit that never ends gives up for now, after sixty calls of one agent", async () => {
  const place = await createWorkplace();
  const { args, env } = scripted("one-task");
  const fault: Fault = { kind: "status", status: 429, retryAfter: 0, at: 1, times: 999 };
  const faults = await faultsFile(place, [fault]);

  const ended = await swarmux(place, [...args, "add two"], {
    env: { ...env, SWARMUX_FAULTS: faults },
  });

  expectCode(ended, 75);
  expect(ended.stdout + ended.stderr).toContain("It failed 60 times in a row.");
  expect(await modelRequests(place)).toHaveLength(60);
});

test("headless, a wait of an hour ends the session with 75, and resume goes on", async () => {
  const place = await createWorkplace();
  const { args, env } = scripted("one-task");
  const fault: Fault = { kind: "status", status: 429, retryAfter: HOUR, at: WORKERS };
  const faults = await faultsFile(place, [fault]);

  const ended = await swarmux(place, [...args, "add two"], {
    env: { ...env, SWARMUX_FAULTS: faults },
  });

  expectCode(ended, 75);
  expect(ended.stderr).toMatch(/the API answered 429 and asked to wait until \d{4}-/);
  await expectNothingLeft(place.folder);
  const events = await readEvents(place);
  expect(only(events, "session.paused")).toMatchObject([{ by: "api", ends: true }]);
  expect(only(events, "rate.limited")).toHaveLength(1);
  expectCode(await swarmux(place, ["resume"], { env }), 0);
});

test("a person is shown until when the team waits, in the console, the pane and status, and can end it", async () => {
  const place = await createWorkplace();
  const fault: Fault = { kind: "status", status: 529, retryAfter: HOUR, at: WORKERS };
  const faults = await faultsFile(place, [fault]);
  await using person = await sitDown(place, {
    scenario: "one-task",
    args: ["--yes"],
    env: { SWARMUX_FAULTS: faults },
  });
  const event = await waitForEvent(place, ({ type }) => type === "rate.limited");
  const until = event.type === "rate.limited" ? event.until : "";
  const clock = new Date(until).toTimeString().slice(0, 5);

  await person.sees(`↻ rate limited until ${clock}`);
  await person.sees(`rate limited until ${clock}: the API answered 529`);
  const tmux = await person.tmux();
  const borders = () => tmux.run(["list-panes", "-a", "-F", "#{@role} #{@state}"]);
  await expect.poll(borders).toMatch(new RegExp(`ada .*rate limited until ${clock}`));
  const pane = (await tmux.run(["list-panes", "-a", "-F", "#{@role} #{pane_id}"]))
    .split("\n")
    .find((line) => line.startsWith("ada "))
    ?.split(" ")[1];
  const shown = await tmux.run(["capture-pane", "-p", "-J", "-t", pane ?? ""]);
  expect(stripVTControlCharacters(shown)).toMatch(
    new RegExp(`The API answered 529.*Again at ${clock}`),
  );
  const json = await swarmux(place, ["status", "--json"]);
  expect(jsonLines(json.stdout)).toMatchObject([{ limited_until: until }]);
  const status = await swarmux(place, ["status"]);
  expect(status.stdout).toContain(`↻ rate limited until ${clock}; end it: swarmux stop`);

  expectCode(await swarmux(place, ["stop"]), 0);

  await waitForEvent(place, ({ type }) => type === "session.paused");
  await expect.poll(() => tmux.attempt(["has-session"]).then(({ ok }) => ok)).toBe(false);
});

test("without panes a wait is a line, and a Ctrl-C ends it", async () => {
  const place = await createWorkplace();
  const { env } = scripted("one-task");
  const fault: Fault = { kind: "status", status: 429, retryAfter: HOUR, at: WORKERS };
  const faults = await faultsFile(place, [fault]);
  const options = ["run", "--panes", "none", "--yes", "--offline", "--session", "s"];
  const running = start(place, [...options, "add two"], {
    env: { ...env, SWARMUX_FAULTS: faults },
  });
  await waitForEvent(place, ({ type }) => type === "rate.limited");

  running.kill("SIGINT");

  const ended = await running.ended;
  expectCode(ended, 130);
  expect(ended.stderr).toMatch(/rate limited until \d\d:\d\d/);
  await expectNothingLeft(place.folder);
});

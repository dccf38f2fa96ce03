/** `status --watch`: a session's board as it changes. */
import { expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { waitForEvent } from "./support/journal.ts";
import { addOrigin } from "./support/origin.ts";
import {
  BIN,
  expectCode,
  jsonLines,
  type Running,
  scripted,
  start,
  swarmux,
} from "./support/swarmux.ts";
import { openTerminal } from "./support/terminal.ts";
import { createWorkplace, type Workplace } from "./support/workplace.ts";

/** A session whose only worker waits at a gate. */
async function startWaiting(place: Workplace): Promise<Running> {
  addOrigin(place);
  const { args, env } = scripted("pushes");
  const running = start(place, [...args, "push it"], { env });
  await waitForEvent(place, ({ type }) => type === "gate.opened");
  return running;
}

test("without a terminal every change is printed once, until the session ends", async () => {
  const place = await createWorkplace();
  const running = await startWaiting(place);
  const watching = start(place, ["status", "--watch", "--json"]);
  const looked = await swarmux(place, ["status", "--json"]);
  expect(jsonLines(looked.stdout)).toMatchObject([{ gates: [{ id: "ada-1" }] }]);

  expectCode(await swarmux(place, ["deny", "ada-1"]), 0);

  expectCode(await running.ended, 0);
  const watched = await watching.ended;
  expectCode(watched, 0);
  const shown = watched.stdout.split("\n");
  expect(shown.filter((line, at) => line === shown[at - 1])).toEqual([]);
  expect(jsonLines(watched.stdout).at(-1)).toMatchObject({ state: "finished" });
});

test("in a terminal it is drawn in place, until the session ends", async () => {
  const place = await createWorkplace();
  const running = await startWaiting(place);
  const command = `${BIN} status --watch; echo "ended with $?"; exec cat`;
  const argv = ["sh", "-c", command];
  await using terminal = await openTerminal(place, { columns: 80, rows: 24, argv });
  const sees = (what: string) =>
    eventually(async () => expect(await terminal.screen()).toContain(what));
  await sees("ada-1 waits for you");

  expectCode(await swarmux(place, ["deny", "ada-1"]), 0);
  await eventually(async () => {
    const screen = await terminal.screen();
    expect(screen).not.toContain("ada-1");
    expect(screen.match(/^s {2}\w+/gm)).toHaveLength(1);
  });
  expectCode(await running.ended, 0);
  await sees("ended with 0");
});

test("Ctrl-C ends it, and the session goes on", async () => {
  const place = await createWorkplace();
  const running = await startWaiting(place);
  const argv = ["sh", "-c", `trap : INT; ${BIN} status --watch; echo "ended with $?"; exec cat`];
  await using terminal = await openTerminal(place, { columns: 80, rows: 24, argv });
  const sees = (what: string) =>
    eventually(async () => expect(await terminal.screen()).toContain(what));
  await sees("ada-1 waits for you");

  await terminal.tmux.run(["send-keys", "-t", "home:", "C-c"]);

  await sees("ended with 0");
  expectCode(await swarmux(place, ["deny", "ada-1"]), 0);
  expectCode(await running.ended, 0);
});

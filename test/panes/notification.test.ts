import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { notification, throughTmux } from "../../src/panes/notification.ts";
import { createTeamWindow } from "../../src/panes/team-window.ts";
import { eventually } from "../support/eventually.ts";
import { openOwnServer, openPersonsServer, viewArgv } from "./own-server.ts";

test.each([
  [
    { isFocused: false, name: "xterm-kitty", type: "" },
    "\x1b]99;i=swarmux:d=0;swarmux\x1b\\\x1b]99;i=swarmux:p=body;come\x1b\\",
  ],
  [{ isFocused: false, name: "xterm-256color", type: "iTerm2 3.5" }, "\x1b]9;come\x1b\\"],
  [{ isFocused: false, name: "xterm-ghostty", type: "" }, "\x1b]9;come\x1b\\"],
  [
    { isFocused: false, name: "xterm-256color", type: "VTE(7006)" },
    "\x1b]777;notify;swarmux;come\x1b\\",
  ],
  [{ isFocused: false, name: "foot", type: "" }, "\x1b]777;notify;swarmux;come\x1b\\"],
  [{ isFocused: false, name: "xterm-256color", type: "" }, "\x07"],
])("%o is told in its own way", (facts, sequence) => {
  expect(notification(facts, "come")).toBe(sequence);
});

test("a terminal that is looked at is not told, but rung where that is all it can", () => {
  expect(notification({ isFocused: true, name: "foot", type: "" }, "come")).toBe("");
  expect(notification({ isFocused: true, name: "xterm-256color", type: "" }, "come")).toBe("\x07");
});

test("nothing of the text can end the sequence, start another or break the line", () => {
  const text = "a\x1b\\b\x07c\nd\u202ee;f";
  expect(notification({ isFocused: false, name: "foot", type: "" }, text)).toBe(
    "\x1b]777;notify;swarmux;a \\b c d e,f\x1b\\",
  );
});

test("through tmux every escape is doubled", () => {
  expect(throughTmux("\x1b]9;come\x1b\\")).toBe("\x1bPtmux;\x1b\x1b]9;come\x1b\x1b\\\x1b\\");
});

test("a notification reaches the terminal of whoever shows the team", async () => {
  await using own = await openOwnServer();
  const view = viewArgv(own.server.socket).map((word) =>
    word === "TERM=tmux-256color" ? "TERM=rxvt" : word,
  );
  await using person = await openPersonsServer(own.run, view);
  const seen = join(own.run, "seen");
  await person.tmux.run(["pipe-pane", "-O", "-t", "home:", `cat > ${seen}`]);
  const window = createTeamWindow({ run: own.run, session: "calm-otter" });
  const sequence = await eventually(async () => {
    // What a terminal says when it is no longer looked at.
    await person.tmux.run(["send-keys", "-t", "home:", "-H", "1b", "5b", "4f"]);
    const found = await window.notificationFor("come");
    expect(found).toBe(throughTmux("\x1b]777;notify;swarmux;come\x1b\\"));
    return found;
  });

  const pane = own.server.coordinator.pane;
  const bytes = join(own.run, "bytes");
  await own.tmux.run([
    "respawn-pane",
    "-k",
    "-t",
    pane,
    "--",
    "/bin/sh",
    "-c",
    `while ! cat ${bytes}; do sleep 0.1; done 2>/dev/null; exec sleep 600`,
  ]);
  await writeFile(bytes, sequence);

  await eventually(async () => {
    expect(await readFile(seen, "latin1")).toContain("\x1b]777;notify;swarmux;come\x1b\\");
  });
});

test("nobody is told where nobody looks", async () => {
  await using own = await openOwnServer();
  const window = createTeamWindow({ run: own.run, session: "calm-otter" });
  expect(await window.notificationFor("come")).toBe("");
});

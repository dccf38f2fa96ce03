import { expect, test } from "vitest";
import { paneCommand, parsePanes } from "../../src/panes/tmux-panes.ts";

test("reads panes of the coordinator, of workers and of nobody, alive and dead", () => {
  const text = [
    "%0 @0 100 d0 s g z1 c1 w",
    "%1 @0 101 d1 s3 g z1 c wada",
    "%2 @1 102 d1 s g9 z0 c wa%20b%23(x)",
    "%3 @1 103 d1 s gTERM z0 c w",
  ].join("\n");
  const pane = { worker: null, coordinator: false, dead: true, code: null, signal: null };
  expect(parsePanes(`${text}\n`)).toEqual([
    { ...pane, pane: "%0", window: "@0", pid: 100, dead: false, coordinator: true, zoomed: true },
    { ...pane, pane: "%1", window: "@0", pid: 101, worker: "ada", code: 3, zoomed: true },
    {
      ...pane,
      pane: "%2",
      window: "@1",
      pid: 102,
      worker: "a b#(x)",
      signal: "SIGKILL",
      zoomed: false,
    },
    { ...pane, pane: "%3", window: "@1", pid: 103, signal: "SIGTERM", zoomed: false },
  ]);
});

test("keeps a single word away from the shell and every last ; inside its argument", () => {
  expect(paneCommand({ argv: ["a b;"], env: { K: "#v;" }, cwd: "/x#y;" })).toEqual([
    "-c",
    "/x##y\\;",
    "-e",
    "K=#v\\;",
    "--",
    "/usr/bin/env",
    "--",
    "a b\\;",
  ]);
});

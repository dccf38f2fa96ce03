import { expect, test } from "vitest";
import { attachArgs, openInPersonsTmux } from "../../src/panes/attach.ts";
import { eventually } from "../support/eventually.ts";
import { openOwnServer, openPersonsServer, PATH } from "./own-server.ts";

test("attaches to our own server by its socket", () => {
  expect(attachArgs({ socket: "/run/a/tmux.sock" })).toEqual([
    "tmux",
    "-S",
    "/run/a/tmux.sock",
    "attach-session",
    "-t",
    "=swarmux",
  ]);
});

test("opens one new window in the person's session and leaves everything else as it is", async () => {
  await using own = await openOwnServer();
  await own.launcher.start(own.launch("ada", 1));
  await using person = await openPersonsServer(own.run, ["sleep", "600"]);
  const { tmux } = person;
  await tmux.run(["new-session", "-d", "-s", "other", "--", "sleep", "600"]);
  const facts = async () => ({
    panes: await tmux.run([
      "list-panes",
      "-a",
      "-F",
      "#{session_name} #{pane_id} #{pane_width}x#{pane_height} #{pane_title}",
    ]),
    options: await tmux.run(["show-options", "-g"]),
    windowOptions: await tmux.run(["show-options", "-wg"]),
  });
  const before = await facts();
  const [pane] = (await tmux.run(["list-panes", "-t", "home:", "-F", "#{pane_id}"])).split("\n");
  const env = { PATH, TMUX: `${tmux.socket},123,0`, TMUX_PANE: pane };
  const window = await openInPersonsTmux({ socket: own.server.socket, env });
  await eventually(async () => {
    const screen = await tmux.run(["capture-pane", "-p", "-t", window]);
    expect(screen).toContain("[1] ada");
    expect(screen).toContain("━");
  });
  const where = "#{session_name} #{window_name} #{window_panes}";
  expect(await tmux.run(["display-message", "-p", "-t", window, where])).toBe("home swarmux 1");
  await tmux.run(["kill-window", "-t", window]);
  expect(await facts()).toEqual(before);
});

test("outside tmux it says so", async () => {
  const opening = openInPersonsTmux({ socket: "/run/a/tmux.sock", env: {} });
  await expect(opening).rejects.toMatchObject({ kind: "usage", mend: "swarmux attach" });
});

import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isAlive } from "../../src/panes/process.ts";
import { closeTmuxServer, openTmuxServer, tmuxPaths } from "../../src/panes/tmux-server.ts";
import { eventually } from "../support/eventually.ts";
import { openOwnServer, PATH, tempFolder } from "./own-server.ts";

test("starts detached in the size asked for, with the coordinator in the first pane", async () => {
  await using own = await openOwnServer({ columns: 120, rows: 40, session: "calm #(x) otter;" });
  const { pane, pid } = own.server.coordinator;
  const format = "#{pane_id} #{pane_pid} #{window_width}x#{window_height} #{pane_title} #{@role}";
  expect(await own.tmux.run(["list-panes", "-a", "-F", format])).toBe(
    `${pane} ${pid} 120x40 coordinator coordinator`,
  );
  expect(await own.tmux.run(["display-message", "-p", "#{@swarmux_session}"])).toBe(
    "calm ##(x) otter;",
  );
  const prefix = await own.tmux.run(["show-options", "-gv", "prefix"]);
  const size = await own.tmux.run(["show-options", "-gv", "window-size"]);
  expect([prefix, size]).toEqual(["C-]", "latest"]);
  expect((await stat(tmuxPaths(own.run).configPath)).mode & 0o777).toBe(0o600);
});

test("the coordinator has its whole environment, and no other pane any of it", async () => {
  const many = Object.fromEntries(Array.from({ length: 250 }, (_, at) => [`VALUE_${at}`, "x"]));
  const env = { ...many, PATH, HOME: "/nowhere", ANTHROPIC_API_KEY: "secret;", "-odd;": "1" };
  await using own = await openOwnServer({ env });
  const environ = await readFile(`/proc/${own.server.coordinator.pid}/environ`, "utf8");
  const given = environ.split("\0");
  for (const [name, value] of Object.entries(env)) expect(given).toContain(`${name}=${value}`);

  const launch = own.launch("ada", 1, "env -0 > env; exec sleep 600");
  await own.launcher.start({ ...launch, env: { PATH: "/usr/bin:/bin", ONE: "a;b #(c);" } });
  const seen = await eventually(async () => {
    const text = await readFile(join(own.run, "env"), "utf8");
    expect(text).toContain("PATH");
    return text.split("\0").filter((line) => line !== "" && !/^(?:TERM|TMUX|_=)/.test(line));
  });
  const shell = seen.find((line) => line.startsWith("SHELL="));
  expect(seen.filter((line) => line !== shell).toSorted()).toEqual([
    "ONE=a;b #(c);",
    "PATH=/usr/bin:/bin",
    `PWD=${own.run}`,
  ]);
  expect(await own.tmux.run(["show-environment", "-g"])).not.toContain("secret");
});

test("a server left over in the same folder is ended before the new one starts", async () => {
  await using own = await openOwnServer();
  const coordinator = { argv: ["/bin/sh", "-c", "exec sleep 600"], env: { PATH }, cwd: own.run };
  const options = { run: own.run, session: "again", columns: 80, rows: 24, coordinator };
  const again = await openTmuxServer(options);
  expect(again.pid).not.toBe(own.server.pid);
  expect([isAlive(own.server.pid), isAlive(own.server.coordinator.pid)]).toEqual([false, false]);
});

test("closing ends the server with its panes, and does nothing where there is none", async () => {
  await using own = await openOwnServer();
  await closeTmuxServer({ run: own.run });
  expect(isAlive(own.server.pid)).toBe(false);
  await eventually(() => expect(isAlive(own.server.coordinator.pid)).toBe(false));
  await using empty = await tempFolder();
  await closeTmuxServer({ run: empty.path });
});

test("a run folder too deep for a socket is refused", async () => {
  const coordinator = { argv: ["true"], env: { PATH }, cwd: "/" };
  const options = { run: `/${"d".repeat(110)}`, session: "s", columns: 80, rows: 24, coordinator };
  await expect(openTmuxServer(options)).rejects.toMatchObject({ kind: "config" });
});

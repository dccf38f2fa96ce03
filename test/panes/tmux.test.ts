import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createTmux, escape, findTmux, isTooOld, literal } from "../../src/panes/tmux.ts";
import { tempFolder } from "./own-server.ts";

test.each([
  ["plain", "plain"],
  ["a;b", "a;b"],
  ["a;", "a\\;"],
  ["a\\;", "a\\\\;"],
  [";", "\\;"],
])("an argument %j is written %j", (text, written) => {
  expect(literal(text)).toBe(written);
});

test("a text to be expanded has each # doubled and its last ; kept", () => {
  expect(escape("#(touch x) #[fg=red] a;")).toBe("##(touch x) ##[fg=red] a\\;");
});

test("says that tmux is missing and how to get it", async () => {
  await using folder = await tempFolder();
  await expect(findTmux(folder.path)).rejects.toMatchObject({
    kind: "missing",
    mend: "sudo apt-get install tmux",
  });
});

test("refuses a tmux that is too old, by its own word", async () => {
  await using folder = await tempFolder();
  const bin = join(folder.path, "bin");
  await mkdir(bin);
  await writeFile(join(bin, "tmux"), "#!/bin/sh\necho tmux 3.1c\n");
  await chmod(join(bin, "tmux"), 0o755);
  const tmux = createTmux({
    socket: join(folder.path, "s"),
    configPath: "/dev/null",
    searchPath: bin,
  });
  await expect(tmux.run(["list-sessions"])).rejects.toMatchObject({
    kind: "missing",
    message: expect.stringContaining("tmux 3.1c"),
  });
});

test.each([
  ["2.9a", true],
  ["3.1c", true],
  ["3.2a", false],
  ["3.3a", false],
  ["next-3.7", false],
  ["10.0", false],
  ["master", false],
])("version %s is too old: %s", (version, old) => {
  expect(isTooOld(version)).toBe(old);
});

/** A path of so many bytes and fewer characters. */
function socketOf(bytes: number): string {
  return `/${"é".repeat(20)}${"a".repeat(bytes - 41)}`;
}

test("refuses a socket path of more bytes than a socket can have", () => {
  expect(() => createTmux({ socket: socketOf(108), configPath: "/dev/null" })).toThrow(
    "which no socket can have",
  );
  expect(createTmux({ socket: socketOf(103), configPath: "/dev/null" }).socket).toBe(socketOf(103));
});

test("a command that fails tells what tmux said", async () => {
  await using folder = await tempFolder();
  const tmux = createTmux({ socket: join(folder.path, "none"), configPath: "/dev/null" });
  await expect(tmux.run(["list-panes"])).rejects.toMatchObject({
    kind: "failed",
    message: expect.stringMatching(/^tmux list-panes failed: .*No such file/),
  });
});

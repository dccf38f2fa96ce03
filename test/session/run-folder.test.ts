import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findRunFolder, openRunFolder, removeRunFolder } from "../../src/session/run-folder.ts";
import { tempFolder } from "./support.ts";

async function longFolder(): Promise<string> {
  const folder = join(await tempFolder(), "long".repeat(25));
  await mkdir(folder, { mode: 0o700 });
  onTestFinished(() => removeRunFolder(folder));
  return folder;
}

test("is inside the session's folder where sockets fit", async () => {
  const folder = await tempFolder();
  expect(await findRunFolder(folder)).toBeUndefined();
  const run = await openRunFolder(folder, {});
  expect(run).toBe(join(folder, "run"));
  expect(await findRunFolder(folder)).toBe(run);
  expect(await openRunFolder(folder, {})).toBe(run);
  expect((await stat(run)).mode & 0o777).toBe(0o700);
});

test("is a private folder elsewhere where the path is too long, and is found again", async () => {
  const folder = await longFolder();
  const runtime = await tempFolder();
  const run = await openRunFolder(folder, { XDG_RUNTIME_DIR: runtime });
  expect(run.startsWith(join(runtime, "swarmux-"))).toBe(true);
  expect((await stat(run)).mode & 0o777).toBe(0o700);
  expect(await findRunFolder(folder)).toBe(run);
  expect(await openRunFolder(folder, {})).toBe(run);

  const server = createServer().listen(join(run, "tmux.sock"));
  await once(server, "listening");
  server.close();
});

test("passes over a runtime folder that is too long itself or does not exist", async () => {
  for (const runtime of [await longFolder(), "/nonexistent"]) {
    const folder = await longFolder();
    const run = await openRunFolder(folder, { XDG_RUNTIME_DIR: runtime });
    expect(run.startsWith(runtime)).toBe(false);
    expect((await stat(run)).isDirectory()).toBe(true);
  }
});

test.each([
  ["was cleaned away", async (run: string) => rm(run, { recursive: true })],
  ["is open to others", async (run: string) => chmod(run, 0o755)],
  [
    "is a link to another folder",
    async (run: string) => {
      await rm(run, { recursive: true });
      await symlink(await tempFolder(), run);
    },
  ],
  [
    "is a file",
    async (run: string) => {
      await rm(run, { recursive: true });
      await writeFile(run, "", { mode: 0o600 });
    },
  ],
])("makes another folder when the one elsewhere %s", async (_, spoil) => {
  const folder = await longFolder();
  const env = { XDG_RUNTIME_DIR: await tempFolder() };
  const run = await openRunFolder(folder, env);
  await spoil(run);
  expect(await findRunFolder(folder)).toBeUndefined();
  const next = await openRunFolder(folder, env);
  expect(next).not.toBe(run);
  expect(await findRunFolder(folder)).toBe(next);
});

test("is removed wherever it is", async () => {
  const folder = await longFolder();
  const run = await openRunFolder(folder, {});
  await writeFile(join(run, "some.sock"), "");
  await removeRunFolder(folder);
  await removeRunFolder(folder);
  expect(existsSync(run)).toBe(false);
});

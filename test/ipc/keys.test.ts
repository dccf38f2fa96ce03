import { chmod, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createKey, readKey, takeKey, writeKey } from "../../src/ipc/keys.ts";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "keys-"));
  path = join(folder, "ada");
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("a key has 256 bits and is another one each time", () => {
  expect(createKey()).toHaveLength(32);
  expect(createKey()).not.toEqual(createKey());
});

test("only the owner can read the file of a key", async () => {
  await writeKey(path, createKey());
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("a key can be read again and again", async () => {
  const key = createKey();
  await writeKey(path, key);
  expect([await readKey(path), await readKey(path)]).toEqual([key, key]);
});

test("a key that is taken is gone", async () => {
  const key = createKey();
  await writeKey(path, key);
  expect(await takeKey(path)).toEqual(key);
  await expect(stat(path)).rejects.toThrow("ENOENT");
  await expect(takeKey(path)).rejects.toMatchObject({ name: "SwarmError", kind: "missing" });
});

test("of many takers one gets the key", async () => {
  await writeKey(path, createKey());
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => takeKey(path)));
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("a new key replaces one that was not taken", async () => {
  const key = createKey();
  await writeKey(path, createKey());
  await writeKey(path, key);
  expect(await takeKey(path)).toEqual(key);
});

test("writing a key does not follow a link that was put in its place", async () => {
  const elsewhere = join(folder, "elsewhere");
  await writeFile(elsewhere, "mine");
  await symlink(elsewhere, path);
  await writeKey(path, createKey());
  expect((await stat(elsewhere)).size).toBe(4);
});

test("a key that others can read is refused", async () => {
  await writeKey(path, createKey());
  await chmod(path, 0o644);
  await expect(readKey(path)).rejects.toThrow("others can read it");
});

test("a link and a file without a key are refused", async () => {
  const link = join(folder, "link");
  await writeKey(path, createKey());
  await symlink(path, link);
  await expect(readKey(link)).rejects.toThrow("cannot be opened");
  await writeFile(path, "password");
  await expect(readKey(path)).rejects.toThrow("does not hold a key");
});

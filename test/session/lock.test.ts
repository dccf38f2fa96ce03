import { once } from "node:events";
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isLocked, takeLock } from "../../src/session/lock.ts";
import { firstLine, fixture, kill, start, tempFolder } from "./support.ts";

async function startTaker(path: string) {
  const taker = start(process.execPath, [fixture("lock-taker.ts"), path]);
  expect(await firstLine(taker)).toBe("ready");
  return taker;
}

test("is held by one and free again after release", async () => {
  const path = join(await tempFolder(), "lock");
  const first = await takeLock(path);
  const second = await takeLock(path);
  const whileHeld = await isLocked(path);
  first?.release();
  first?.release();
  const afterwards = await isLocked(path);
  using third = await takeLock(path);
  expect({
    first: first !== undefined,
    second,
    whileHeld,
    afterwards,
    third: third !== undefined,
    mode: (await stat(path)).mode & 0o777,
  }).toEqual({
    first: true,
    second: undefined,
    whileHeld: true,
    afterwards: false,
    third: true,
    mode: 0o600,
  });
});

test("looking makes no file and leaves the lock to the next taker", async () => {
  const path = join(await tempFolder(), "lock");
  expect(await isLocked(path)).toBe(false);
  expect(existsSync(path)).toBe(false);
  (await takeLock(path))?.release();
  expect(await isLocked(path)).toBe(false);
  using lock = await takeLock(path);
  expect(lock).toBeDefined();
});

test("says what is wrong with a file that cannot be a lock", async () => {
  await expect(takeLock(await tempFolder())).rejects.toMatchObject({ name: "SwarmError" });
});

test("goes to one of twenty that start at once, and is free as soon as that one is killed", async () => {
  const path = join(await tempFolder(), "lock");
  const takers = await Promise.all(Array.from({ length: 20 }, () => startTaker(path)));
  const answers = takers.map((taker) => once(taker.stdout, "data"));
  for (const taker of takers) taker.stdin.write("go\n");
  const said = (await Promise.all(answers)).map(([text]) => String(text).trim());
  expect(said.toSorted()).toEqual(["held", ...Array.from({ length: 19 }, () => "refused")]);

  const holder = takers[said.indexOf("held")];
  holder?.kill("SIGSTOP");
  expect(await isLocked(path)).toBe(true);
  expect(await takeLock(path)).toBeUndefined();
  if (holder) await kill(holder);
  expect(await isLocked(path)).toBe(false);
  using lock = await takeLock(path);
  expect(lock).toBeDefined();
});

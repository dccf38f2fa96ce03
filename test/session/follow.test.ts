import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type FollowOptions, followJournal } from "../../src/session/follow.ts";
import { openJournal } from "../../src/session/journal.ts";
import { type Note, note, tempFolder, writeJournal } from "./support.ts";

async function journalPath(): Promise<string> {
  return join(await tempFolder(), "journal.jsonl");
}

/** Follows until the test ends; `take` waits for that many more lines and gives their numbers. */
function follow(path: string, options: Omit<FollowOptions, "signal"> = {}) {
  const stop = new AbortController();
  const lines = followJournal(path, { ...options, signal: stop.signal });
  onTestFinished(() => stop.abort());
  const next = async () => (await lines.next()).value?.seq;
  const take = async (count: number) => {
    const seqs: (number | undefined)[] = [];
    while (seqs.length < count) seqs.push(await next());
    return seqs;
  };
  return { take, next, stop };
}

test("gives the lines that are there, then each new one", async () => {
  const path = await journalPath();
  await using journal = (await openJournal<Note>(path)).journal;
  for (const text of ["a", "b"]) await journal.append(note(text)).durable;
  const { take } = follow(path);
  expect(await take(2)).toEqual([1, 2]);
  const waiting = take(3);
  for (const text of ["c", "d", "e"]) await journal.append(note(text)).durable;
  expect(await waiting).toEqual([3, 4, 5]);
});

test("begins at the number that is asked for", async () => {
  const path = await journalPath();
  await writeJournal(path, 5);
  expect(await follow(path, { from: 4 }).take(2)).toEqual([4, 5]);
});

test("waits for a journal that does not exist yet", async () => {
  const path = await journalPath();
  const { take } = follow(path);
  const waiting = take(2);
  await writeJournal(path, 2);
  expect(await waiting).toEqual([1, 2]);
});

test("gives a line once it is finished, and once only", async () => {
  const path = await journalPath();
  await writeJournal(path, 3);
  const good = await readFile(path);
  const middle = good.length - 30;
  await writeFile(path, good.subarray(0, middle));
  const { take } = follow(path);
  expect(await take(2)).toEqual([1, 2]);
  const waiting = take(1);
  await appendFile(path, good.subarray(middle, -1));
  await appendFile(path, "\n");
  expect(await waiting).toEqual([3]);
});

test("goes on after a torn tail was cut off by the next writer", async () => {
  const path = await journalPath();
  await writeJournal(path, 2);
  await appendFile(path, "rubbish\n\0\0\0");
  const { take } = follow(path);
  expect(await take(2)).toEqual([1, 2]);
  const waiting = take(1);
  await using journal = (await openJournal<Note>(path)).journal;
  await journal.append(note("next")).durable;
  expect(await waiting).toEqual([3]);
});

test("throws when a line in the middle is damaged", async () => {
  const path = await journalPath();
  await writeJournal(path, 4);
  await writeFile(path, (await readFile(path, "utf8")).replace("number 2", "number 8"));
  await expect(follow(path).take(4)).rejects.toMatchObject({
    kind: "missing",
    message: expect.stringContaining("damaged at line 2"),
  });
});

test("ends when it is told to, also while it waits", async () => {
  const path = await journalPath();
  await writeJournal(path, 1);
  const { take, next, stop } = follow(path);
  await take(1);
  const waiting = next();
  stop.abort();
  expect(await waiting).toBeUndefined();
  expect(await next()).toBeUndefined();
});

import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { SwarmError } from "../../src/errors.ts";
import { openJournal } from "../../src/session/journal.ts";
import { readJournal, verifyJournal } from "../../src/session/read-journal.ts";
import { tempFolder, writeJournal } from "./support.ts";

async function journalOf(lines: number): Promise<string> {
  const path = join(await tempFolder(), "journal.jsonl");
  await writeJournal(path, lines);
  return path;
}

test("reads the good lines before an unfinished one and leaves the file alone", async () => {
  const path = await journalOf(3);
  const good = await readFile(path);
  await appendFile(path, '{"v":1,"seq":4,"ts":');
  const { lines, bytes, tornBytes } = await readJournal(path);
  expect({ texts: lines.map((line) => line.text), bytes, tornBytes }).toEqual({
    texts: ["number 1", "number 2", "number 3"],
    bytes: good.length,
    tornBytes: 20,
  });
  expect((await readFile(path)).length).toBe(good.length + 20);
});

test("throws with the position when the middle is damaged", async () => {
  const path = await journalOf(3);
  await writeFile(path, (await readFile(path, "utf8")).replace("number 1", "number 4"));
  await expect(readJournal(path)).rejects.toMatchObject({
    kind: "missing",
    message: expect.stringContaining("line 1 (byte 0)"),
  });
});

test("says that there is no journal", async () => {
  const path = join(await tempFolder(), "journal.jsonl");
  await expect(readJournal(path)).rejects.toMatchObject({
    kind: "missing",
    message: expect.stringContaining("ENOENT"),
    mend: "swarmux sessions",
  });
});

test("verifies a whole journal, and tells an unfinished tail apart", async () => {
  const path = await journalOf(3);
  const lastHash = (await readJournal(path)).lines.at(-1)?.chain;
  expect(await verifyJournal(path)).toEqual({ ok: true, lines: 3, lastHash, torn: 0 });
  await appendFile(path, "{");
  expect(await verifyJournal(path)).toEqual({ ok: true, lines: 3, lastHash, torn: 1 });
});

test("verifies a damaged journal with the line, the byte and why", async () => {
  const path = await journalOf(3);
  const [first = "", , third = ""] = (await readFile(path, "utf8")).split(/(?<=\n)/);
  await writeFile(path, first + third);
  expect(await verifyJournal(path)).toEqual({
    ok: false,
    line: 2,
    byte: first.length,
    why: "it holds number 3 where 2 is due; a line is missing, repeated or out of order",
  });
});

test("reads no journal with a flipped bit as something else: it is refused, or its last line is cut", async () => {
  const path = await journalOf(6);
  const good = await readFile(path);
  const { lines } = await readJournal(path);
  const lastLine = good.lastIndexOf("\n", -2) + 1;
  const refused = { read: "refused", written: "refused" };
  const cut = { read: lines.slice(0, 5), written: lines.slice(0, 5) };

  async function flip(at: number): Promise<[number, object]> {
    const file = `${path}-${at}`;
    const bad = Buffer.from(good);
    bad.writeUInt8(good.readUInt8(at) ^ (1 << (at % 8)), at);
    await writeFile(file, bad);
    const read = await readJournal(file).then((text) => text.lines, refusal);
    const written = await openJournal(file).then(async ({ journal, records }) => {
      await journal.close();
      return records;
    }, refusal);
    return [at, { read, written }];
  }

  const found = await Promise.all(Array.from(good, (_, at) => flip(at)));
  // In the last line it depends on the byte: a number that is not due, for one, is no torn write.
  const silent = found.filter(([at, seen]) => {
    const isCut = at >= lastLine && isDeepStrictEqual(seen, cut);
    return !isCut && !isDeepStrictEqual(seen, refused);
  });
  expect(silent).toEqual([]);
});

function refusal(error: unknown): string {
  if (error instanceof SwarmError) return "refused";
  throw error;
}

import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
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

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { encodeLine, START, scanLines } from "../../src/session/journal-line.ts";
import { tempFolder, writeJournal } from "./support.ts";

async function journalOf(lines: number): Promise<Buffer> {
  const path = join(await tempFolder(), "journal.jsonl");
  await writeJournal(path, lines);
  return readFile(path);
}

test("writes the stamp first, then the body, then the hash over the hash before and the text", () => {
  const place = { seq: 4, hash: "a".repeat(64), bytes: 0 };
  const { text, hash } = encodeLine(place, "2026-01-01T00:00:00.000Z", { type: "note", n: 1 });
  const front = '{"v":1,"seq":5,"ts":"2026-01-01T00:00:00.000Z","type":"note","n":1';
  const expected = createHash("sha256").update(`${place.hash}${front}`).digest("hex");
  expect({ text, hash }).toEqual({ text: `${front},"chain":"${expected}"}\n`, hash: expected });
});

test("reads what it wrote, whatever the text holds", () => {
  const body = { text: 'line\nbreak \u2028 "quote" ,"chain":"x"} é 漢 \ud83d\ude00 \ud800 \0' };
  const first = encodeLine(START, "2026-01-01T00:00:00.000Z", body);
  const second = encodeLine({ seq: 1, hash: first.hash, bytes: 0 }, "2026-01-01T00:00:00.000Z", {});
  const { lines, torn, flaw } = scanLines(Buffer.from(first.text + second.text));
  expect({ lines, torn, flaw }).toEqual({
    lines: [
      { v: 1, seq: 1, ts: "2026-01-01T00:00:00.000Z", ...body, chain: first.hash },
      { v: 1, seq: 2, ts: "2026-01-01T00:00:00.000Z", chain: second.hash },
    ],
    torn: 0,
    flaw: undefined,
  });
});

test("refuses a body that sets a field of the stamp", () => {
  expect(() => encodeLine(START, "2026-01-01T00:00:00.000Z", { chain: "x" })).toThrow(/"chain"/);
});

test("never takes a journal with one flipped bit for what it was", async () => {
  const good = await journalOf(20);
  const whole = scanLines(good);
  const lastLine = good.lastIndexOf("\n", -2) + 1;
  const silent: number[] = [];
  for (let at = 0; at < good.length; at++) {
    for (const bit of [0, 1, 2, 3, 4, 5, 6, 7]) {
      const bad = Buffer.from(good);
      bad.writeUInt8(good.readUInt8(at) ^ (1 << bit), at);
      const { lines, torn, flaw } = scanLines(bad);
      const isCut = at >= lastLine && torn === good.length - lastLine && lines.length === 19;
      if (flaw === undefined && !isCut) silent.push(at);
    }
  }
  expect({ silent, lines: whole.lines.length }).toEqual({ silent: [], lines: 20 });
});

test.each([
  [
    "a line is missing",
    (lines: string[]) => lines.toSpliced(4, 1),
    { line: 5, why: /number 6 where 5/ },
  ],
  [
    "the last but one is missing",
    (lines: string[]) => lines.toSpliced(8, 1),
    { line: 9, why: /number 10 where 9/ },
  ],
  [
    "two lines are swapped",
    (lines: string[]) => [...lines.slice(0, 8), ...lines.slice(8).toReversed()],
    { line: 9, why: /number 10 where 9/ },
  ],
  [
    "a line is repeated",
    (lines: string[]) => [...lines, ...lines.slice(-1)],
    { line: 11, why: /number 10 where 11/ },
  ],
  [
    "a word is changed",
    (lines: string[]) => lines.map((line) => line.replace("number 3", "number 7")),
    { line: 3, why: /hash/ },
  ],
  [
    "a line is rubbish",
    (lines: string[]) => lines.with(2, "rubbish\n"),
    { line: 3, why: /not a journal line/ },
  ],
  [
    "the version is newer",
    (lines: string[]) => lines.with(9, (lines[9] ?? "").replace('"v":1', '"v":2')),
    { line: 10, why: /version 2/ },
  ],
])("finds the position when %s", async (_, damage, expected) => {
  const lines = (await journalOf(10)).toString("utf8").split(/(?<=\n)/);
  const bad = damage(lines);
  const byte = Buffer.byteLength(lines.slice(0, expected.line - 1).join(""));
  const { flaw, torn } = scanLines(Buffer.from(bad.join("")));
  expect({ flaw, torn }).toEqual({
    flaw: { line: expected.line, byte, why: expect.stringMatching(expected.why) },
    torn: 0,
  });
});

test.each([1, 511, 4096])("takes %i zero bytes at the end for a torn tail", async (zeros) => {
  const { lines, torn } = scanLines(Buffer.concat([await journalOf(5), Buffer.alloc(zeros)]));
  expect({ lines: lines.length, torn }).toEqual({ lines: 5, torn: zeros });
});

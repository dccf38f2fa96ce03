import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFile, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SwarmError } from "../../src/errors.ts";
import { openJournal } from "../../src/session/journal.ts";
import { MAX_LINE } from "../../src/session/journal-line.ts";
import { readJournal, verifyJournal } from "../../src/session/read-journal.ts";
import { fixture, kill, type Note, note, start, tempFolder, writeJournal } from "./support.ts";

const canMount =
  spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;

async function journalPath(): Promise<string> {
  return join(await tempFolder(), "journal.jsonl");
}

test("creates a private file and gives back on reopening what was appended", async () => {
  const path = await journalPath();
  const first = await openJournal<Note>(path, { now: () => 0 });
  const { line, durable } = first.journal.append(note("one"));
  await durable;
  await first.journal.close();
  const second = await openJournal<Note>(path);
  await second.journal.close();
  expect({
    line,
    records: second.records,
    torn: second.torn,
    lastSeq: second.journal.lastSeq,
    mode: (await stat(path)).mode & 0o777,
  }).toEqual({
    line: {
      v: 1,
      seq: 1,
      ts: "1970-01-01T00:00:00.000Z",
      type: "note",
      text: "one",
      chain: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
    records: [line],
    torn: undefined,
    lastSeq: 1,
    mode: 0o600,
  });
});

test("goes on with the chain and the numbers after reopening", async () => {
  const path = await journalPath();
  for (const text of ["one", "two", "three"]) {
    await using opened = (await openJournal<Note>(path)).journal;
    void opened.append(note(text));
  }
  expect(await verifyJournal(path)).toMatchObject({ ok: true, lines: 3, torn: 0 });
});

test("acknowledges in order, and only what can be read from the file", async () => {
  const path = await journalPath();
  await using journal = (await openJournal<Note>(path)).journal;
  const order: number[] = [];
  const unreadable: number[] = [];
  async function add(n: number): Promise<void> {
    const { line, durable } = journal.append(note(`number ${n}`));
    await durable;
    order.push(line.seq);
    if (!(await readFile(path, "utf8")).includes(line.chain)) unreadable.push(line.seq);
    if (n <= 50) await add(n + 50);
  }
  await Promise.all(Array.from({ length: 50 }, (_, n) => add(n + 1)));
  expect({ order, unreadable }).toEqual({
    order: Array.from({ length: 100 }, (_, n) => n + 1),
    unreadable: [],
  });
});

test("writes a line that is appended the moment the one before is acknowledged", async () => {
  const path = await journalPath();
  await using journal = (await openJournal<Note>(path)).journal;
  for (let n = 0; n < 20; n++) await journal.append(note("again")).durable;
  expect(await verifyJournal(path)).toMatchObject({ ok: true, lines: 20 });
});

test("close waits for what was appended, and nothing can be appended after it", async () => {
  const path = await journalPath();
  const { journal } = await openJournal<Note>(path);
  const { durable } = journal.append(note("last words"));
  await journal.close();
  await durable;
  expect(() => journal.append(note("too late"))).toThrow(/is closed/);
  expect((await readJournal(path)).lines).toHaveLength(1);
});

test("never lets time run backwards, over restarts too", async () => {
  const path = await journalPath();
  const clock = [5000, 3000, 9000];
  const { journal } = await openJournal<Note>(path, { now: () => clock.shift() ?? 0 });
  for (const text of ["a", "b", "c"]) void journal.append(note(text));
  await journal.close();
  await using again = (await openJournal<Note>(path, { now: () => 1000 })).journal;
  void again.append(note("d"));
  await again.close();
  const { lines } = await readJournal(path);
  expect(lines.map((line) => Date.parse(line.ts))).toEqual([5000, 5000, 9000, 9000]);
});

test("refuses a line that is too long and goes on without it", async () => {
  const path = await journalPath();
  const { journal } = await openJournal<Note>(path);
  expect(() => journal.append(note("x".repeat(MAX_LINE)))).toThrow(SwarmError);
  await journal.append(note("short")).durable;
  await journal.close();
  expect(await verifyJournal(path)).toMatchObject({ ok: true, lines: 1 });
});

test("cuts off a torn tail at every byte of the last three lines and keeps it", async () => {
  const folder = await tempFolder();
  await writeJournal(join(folder, "good"), 6);
  const good = await readFile(join(folder, "good"));
  const ends = [...good.toString("latin1").matchAll(/\n/g)].map((match) => match.index + 1);
  const wrong: unknown[] = [];

  async function tryCut(cut: number): Promise<void> {
    const path = join(folder, String(cut));
    await writeFile(path, good.subarray(0, cut));
    const { journal, records, torn } = await openJournal<Note>(path);
    void journal.append(note("after"));
    await journal.close();
    const whole = ends.filter((end) => end <= cut);
    const rest = good.subarray(whole.at(-1), cut);
    const kept = torn ? await readFile(torn.file) : Buffer.alloc(0);
    const verdict = await verifyJournal(path);
    const isRight =
      records.length === whole.length &&
      (torn?.bytes ?? 0) === rest.length &&
      kept.equals(rest) &&
      verdict.ok &&
      verdict.lines === whole.length + 1 &&
      verdict.torn === 0;
    if (!isRight) wrong.push({ cut, records: records.length, torn, verdict });
  }

  const first = ends[2] ?? 0;
  // Side by side, because the disk syncs many files about as fast as one.
  await Promise.all(Array.from({ length: good.length - first + 1 }, (_, n) => tryCut(first + n)));
  expect(wrong).toEqual([]);
});

test("keeps each torn tail in a file of its own", async () => {
  const path = await journalPath();
  await writeJournal(path, 2);
  for (const rubbish of ["first", "second"]) {
    await appendFile(path, rubbish);
    await (await openJournal(path)).journal.close();
  }
  const kept = [`${path}.torn-1`, `${path}.torn-2`].map((file) => readFile(file, "utf8"));
  expect(await Promise.all(kept)).toEqual(["first", "second"]);
});

test("refuses damage in the middle with its position, and changes nothing", async () => {
  const path = await journalPath();
  await writeJournal(path, 5);
  const bad = (await readFile(path, "utf8")).replace("number 2", "number 8");
  await writeFile(path, bad);
  const byte = bad.indexOf("\n") + 1;
  const failure = await openJournal(path).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    kind: "missing",
    message: expect.stringContaining(`${path} is damaged at line 2 (byte ${byte}): its hash`),
    mend: "swarmux log --verify",
  });
  expect(await readFile(path, "utf8")).toBe(bad);
  expect(await readdir(join(path, ".."))).toEqual(["journal.jsonl"]);
});

test("says what is wrong when the folder does not exist", async () => {
  await expect(openJournal(join(await tempFolder(), "none", "journal.jsonl"))).rejects.toThrow(
    SwarmError,
  );
});

test("loses nothing acknowledged when its process is killed again and again", async () => {
  const path = await journalPath();
  for (const enough of [20, 150, 400]) {
    const writer = start(process.execPath, [fixture("writer.ts"), path]);
    let printed = "";
    const done = once(writer.stdout, "close");
    writer.stdout.on("data", (text: string) => {
      printed += text;
      if (printed.split("\n").length > enough) writer.kill("SIGKILL");
    });
    await done;
    await kill(writer);
    const acknowledged = Number(printed.split("\n").at(-2));
    const { journal, records } = await openJournal<{ n: number }>(path);
    await journal.close();
    expect(acknowledged).toBeGreaterThanOrEqual(enough);
    expect(records.length).toBeGreaterThanOrEqual(acknowledged);
    expect(records.map(({ n }) => n)).toEqual(records.map(({ seq }) => seq));
  }
});

test.skipIf(!canMount)("waits on a full disk and goes on where it was", async () => {
  const folder = await tempFolder();
  const script = 'mount -t tmpfs -o size=96k tmpfs "$1" && exec "$2" "$3" "$1"';
  const args = ["-rm", "sh", "-c", script, "sh", folder, process.execPath, fixture("full-disk.ts")];
  expect(JSON.parse(await outputOf("unshare", args))).toEqual({
    state: "full",
    fullLinesWhole: true,
    keptWaiting: true,
    early: false,
    late: true,
    afterwards: true,
    closing: "The disk that holds <path> is full.",
    nothingLost: true,
  });
});

test("takes back a write that failed, rejects what waited and writes no more", async () => {
  const path = await journalPath();
  const script = 'ulimit -f 16; exec "$1" "$2" "$3"';
  const args = ["-c", script, "sh", process.execPath, fixture("size-limit.ts"), path];
  const failure = "SwarmError: The journal <path> cannot be written: EFBIG: file too large, write.";
  expect(JSON.parse(await outputOf("sh", args))).toEqual({
    failure,
    next: failure,
    state: "failed",
    retried: false,
    torn: 0,
    kept: true,
  });
});

async function outputOf(command: string, args: readonly string[]): Promise<string> {
  const child = start(command, args);
  let text = "";
  child.stdout.on("data", (chunk: string) => {
    text += chunk;
  });
  await once(child, "close");
  return text;
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { editTool } from "../../src/tools/edit.ts";
import { readTool } from "../../src/tools/read.ts";
import { createWorkspace } from "./workspace.ts";

async function opened(before: string) {
  const work = createWorkspace();
  work.write({ "src/a.ts": before });
  await work.call(readTool, { file_path: "src/a.ts" });
  const edit = (change: Record<string, unknown>) =>
    work.call(editTool, { file_path: "src/a.ts", ...change });
  const refused = (change: Record<string, unknown>) =>
    work.failure(editTool, { file_path: "src/a.ts", ...change });
  const text = () => readFileSync(join(work.root, "src/a.ts"), "utf8");
  return { work, edit, refused, text };
}

test("replaces one occurrence, twice in a row without reading again", async () => {
  const { edit, text } = await opened("let a = 1;\nlet b = 2;\n");
  expect(await edit({ old_string: "a = 1", new_string: "a = 10" })).toBe(
    "Edited src/a.ts: 1 replacement.",
  );
  await edit({ old_string: "b = 2", new_string: "b = 20" });
  expect(text()).toBe("let a = 10;\nlet b = 20;\n");
});

test("replaces all, taking $ and patterns literally", async () => {
  const { edit, text } = await opened("x.y x.y xzy");
  expect(await edit({ old_string: "x.y", new_string: "$&$1$$", replace_all: true })).toBe(
    "Edited src/a.ts: 2 replacements.",
  );
  expect(text()).toBe("$&$1$$ $&$1$$ xzy");
});

test("says how often and where a text occurs that is not unique", async () => {
  const { refused, text } = await opened("a\nfoo\nb\nfoo foo\n");
  expect(await refused({ old_string: "foo", new_string: "bar" })).toBe(
    "old_string occurs 3 times in src/a.ts, at lines 2, 4, 4. Take in more of the text around the one you mean, or set replace_all to change all of them.",
  );
  expect(text()).toBe("a\nfoo\nb\nfoo foo\n");
});

test("refuses what changes nothing or can't be found", async () => {
  const { work, refused } = await opened("a");
  expect(await refused({ old_string: "b", new_string: "c" })).toContain(
    "was not found in src/a.ts",
  );
  expect(await refused({ old_string: "a", new_string: "a" })).toContain("are equal");
  expect(await refused({ old_string: "", new_string: "a" })).toContain("old_string is empty");
  const missing = { file_path: "src/b.ts", old_string: "a", new_string: "b" };
  expect(await work.failure(editTool, missing)).toBe(
    "No file at src/b.ts. Did you mean src/a.ts? To create it, use Write.",
  );
});

test.each([
  ["a\r\nb\r\nc\r\n", "a\nb", "x\ny\nz", "x\r\ny\r\nz\r\nc\r\n"],
  ["a\r\nb\r\n", "b", "x\ny", "a\r\nx\r\ny\r\n"],
  ["a\nb\r\nc\nd\n", "b\nc", "x", "a\nx\nd\n"],
  ["a\nb\n", "a\nb", "x\ny", "x\ny\n"],
])("keeps the line ends of %j", async (before, ...change) => {
  const [old_string, new_string, after] = change;
  const { edit, text } = await opened(before);
  await edit({ old_string, new_string });
  expect(text()).toBe(after);
});

test("keeps a byte order mark, and refuses what is not UTF-8", async () => {
  const { work, edit, text } = await opened("\uFEFFa");
  await edit({ old_string: "a", new_string: "b" });
  expect(text()).toBe("\uFEFFb");
  work.write({ "bin.dat": "a\0" });
  expect(await work.failure(readTool, { file_path: "bin.dat" })).toContain("binary");
  expect(
    await work.failure(editTool, { file_path: "bin.dat", old_string: "a", new_string: "b" }),
  ).toContain("was not read");
});

/** What a process that takes over finds out about an edit whose intent is on disk. */
async function probed(change: { old_string: string; new_string: string }, isDone: boolean) {
  const { work, edit } = await opened("one two\n");
  const prepared = editTool.prepare({ file_path: "src/a.ts", ...change });
  if (!prepared.ok) throw new Error(prepared.complaint);
  const before = await prepared.call.before(work.context);
  if (isDone) await edit(change);
  const probe = (known: string | undefined) => prepared.call.probe(work.context, known);
  return { known: await probe(before), unknown: await probe(undefined) };
}

test("an edit that was cut off is found out by the file as it was before, also where the new text holds the old", async () => {
  const replaces = { old_string: "two", new_string: "three" };
  const adds = { old_string: "two", new_string: "two three" };
  const done = { done: "Edited src/a.ts." };
  expect(await probed(replaces, true)).toEqual({ known: done, unknown: done });
  expect(await probed(replaces, false)).toEqual({ known: "not-done", unknown: "not-done" });
  expect(await probed(adds, true)).toEqual({ known: done, unknown: "unknown" });
  expect(await probed(adds, false)).toEqual({ known: "not-done", unknown: "unknown" });
});

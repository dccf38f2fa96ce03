/** What a worker's pane shows of a change. */
import { expect, test } from "vitest";
import { shortDiff } from "../../src/worker/short-diff.ts";

const numbered = (count: number, word = "line") =>
  Array.from({ length: count }, (_, at) => `${word} ${at}`).join("\n");

test("shows what an edit takes away and puts there, with the lines around it once", () => {
  const input = { old_string: "a\nb\nold\nc\nd", new_string: "a\nb\nnew\nand more\nc\nd" };
  expect(shortDiff("Edit", input)).toEqual({
    lines: [
      { sign: " ", text: "b" },
      { sign: "-", text: "old" },
      { sign: "+", text: "new" },
      { sign: "+", text: "and more" },
      { sign: " ", text: "c" },
    ],
    more: 0,
  });
});

test("shows twelve lines and says how many more there are", () => {
  const diff = shortDiff("Write", { content: `${numbered(42)}\n` });
  expect(diff?.lines).toHaveLength(12);
  expect(diff?.lines[0]).toEqual({ sign: "+", text: "line 0" });
  expect(diff?.more).toBe(30);
});

test.each([
  ["a line that is only added", "one\n", "one\ntwo\n", [" one", "+two"]],
  ["a line that is only taken away", "one\ntwo\n", "one\n", [" one", "-two"]],
  ["nothing at all before", "", "one\n", ["+one"]],
  ["equal lines beside the change", "x\nx\n", "x\nx\nx\n", [" x", "+x"]],
])("shows %s", (...[, before, after, expected]) => {
  const diff = shortDiff("Edit", { old_string: before, new_string: after });
  expect(diff?.lines.map(({ sign, text }) => sign + text)).toEqual(expected);
});

test("shows nothing of calls that change no file, or whose input is not what it should be", () => {
  expect(shortDiff("Read", { file_path: "a" })).toBeNull();
  expect(shortDiff("Edit", { old_string: 1, new_string: "a" })).toBeNull();
});

/** A line as it is written, key by key. */
import { expect, test } from "vitest";
import {
  type Editor,
  EMPTY_EDITOR,
  edit,
  sent,
  textOf,
} from "../../../../src/coordinator/screen/input/editor.ts";
import { createKeyParser } from "../../../../src/coordinator/screen/input/keys.ts";

function typed(keys: string, editor: Editor = EMPTY_EDITOR): Editor {
  return createKeyParser().feed(keys).reduce(edit, editor);
}

const LEFT = "\x1b[D";
const RIGHT = "\x1b[C";
const UP = "\x1b[A";
const DOWN = "\x1b[B";
const DELETE = "\x1b[3~";

// `|` is where the cursor stands.
test.each<[string, string, string]>([
  ["inserts at the cursor", `ac${LEFT}b`, "ab|c"],
  ["moves by what a person sees as one character", `a漢e\u0301${LEFT}${LEFT}`, "a|漢e\u0301"],
  ["goes home and to the end", "abc\x01x\x05y", "xabcy|"],
  ["stays at either end", `${LEFT}a${RIGHT}${RIGHT}`, "a|"],
  ["deletes to the left a whole character", "ae\u0301\x7f", "a|"],
  ["deletes to the right", `abc\x01${DELETE}`, "|bc"],
  ["cuts what is before the cursor", `abc${LEFT}\x15`, "|c"],
  ["cuts what is behind the cursor", `abc${LEFT}\x0b`, "ab|"],
  ["cuts a word with the blanks behind it", "one two  \x17", "one |"],
  [
    "keeps the line ends of a paste and no other controls",
    "\x1b[200~a\r\nb\x07c\x1b[201~",
    "a\nbc|",
  ],
  ["does nothing to an empty line at its end of input", "\x04", "|"],
])("%s", (_what, keys, expected) => {
  const { before, after } = typed(keys);
  expect(`${before}|${after}`).toBe(expected);
});

test("goes through the lines that were sent and back to the one that was begun", () => {
  const editor = sent(typed("two", sent(typed("one"))));
  const begun = typed("thr", editor);
  const shown = [UP, UP, UP, DOWN, DOWN, DOWN].reduce<{ editor: Editor; texts: string[] }>(
    (sum, key) => {
      const next = typed(key, sum.editor);
      return { editor: next, texts: [...sum.texts, textOf(next)] };
    },
    { editor: begun, texts: [] },
  );
  expect(shown.texts).toEqual(["two", "one", "one", "two", "thr", "thr"]);
});

test("keeps neither empty lines nor the same line twice in its history", () => {
  const editor = ["one", "one", " ", "two"].reduce(
    (sum, text) => sent(typed(text, sum)),
    EMPTY_EDITOR,
  );
  expect(editor).toEqual({ ...EMPTY_EDITOR, history: ["one", "two"], at: 2 });
});

/** Columns, and breaking at them. */
import { expect, test } from "vitest";
import {
  breakAtWords,
  breakExactly,
  cutTo,
  widthOf,
} from "../../../../src/coordinator/screen/terminal/text-width.ts";

test.each<[string, number]>([
  ["", 0],
  ["abc", 3],
  ["größe", 5],
  ["e\u0301", 1],
  ["漢字", 4],
  ["한글", 4],
  ["🚀", 2],
  ["⧗ ● …", 5],
])("%j takes %i columns", (text, columns) => {
  expect(widthOf(text)).toBe(columns);
});

test.each<[string, number, string[]]>([
  ["abcdef", 3, ["abc", "def"]],
  ["", 3, [""]],
  ["a漢字b", 3, ["a漢", "字b"]],
  ["漢字", 3, ["漢", "字"]],
  ["e\u0301e\u0301e\u0301", 2, ["e\u0301e\u0301", "e\u0301"]],
])("breaks %j at %i exactly and loses nothing", (text, width, pieces) => {
  expect(breakExactly(text, width)).toEqual(pieces);
  expect(pieces.join("")).toBe(text);
});

test.each<[string, number, string[]]>([
  ["a few words", 5, ["a few", "words"]],
  ["supercalifragilistic is long", 10, ["supercalif", "ragilistic", "is long"]],
  ["short", 10, ["short"]],
])("breaks %j at %i between words", (text, width, lines) => {
  expect(breakAtWords(text, width)).toEqual(lines);
});

test.each<[string, number, string]>([
  ["abcdef", 6, "abcdef"],
  ["abcdef", 4, "abc…"],
  ["漢字漢字", 4, "漢…"],
])("cuts %j to %i columns", (text, width, cut) => {
  expect(cutTo(text, width)).toBe(cut);
});

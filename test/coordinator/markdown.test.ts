import { expect, test } from "vitest";
import { codeSpan, quoteLines, words } from "../../src/coordinator/markdown.ts";

test.each([
  [
    "plain words stay as they are, with (all) of it: done.",
    "plain words stay as they are, with (all) of it: done.",
  ],
  ["# heading", "\\# heading"],
  ["- item", "\\- item"],
  ["1. item", "1\\. item"],
  ["===", "\\==="],
  ["two\nlines\r\n\r\n# three", "two lines # three"],
  ["[x](http://evil)", "\\[x\\](http&#58;//evil)"],
  ["![x](y)", "\\!\\[x\\](y)"],
  ["<img src=x onerror=y>", "&lt;img src=x onerror=y&gt;"],
  ["&lt;b>", "&amp;lt;b&gt;"],
  [
    "`code` **bold** _it_ ~~s~~ a|b $x$",
    "\\`code\\` \\*\\*bold\\*\\* \\_it\\_ \\~\\~s\\~\\~ a\\|b \\$x\\$",
  ],
  ["back\\slash", "back\\\\slash"],
  ["@everyone closes #12", "&#64;everyone closes &#35;12"],
  ["a\u001b[31mred\u202e", "a\\\\x1b\\[31mred\\\\u{202e}"],
])("words: %j becomes %j", (text, wanted) => {
  expect(words(text)).toBe(wanted);
});

test.each([
  ["npm test", "`npm test`"],
  ["echo `date`", "`` echo `date` ``"],
  ["a ``` b", "```` a ``` b ````"],
  ["two\nlines", "`two lines`"],
  ["", "` `"],
])("a code span holds %j as %j", (text, wanted) => {
  expect(codeSpan(text)).toBe(wanted);
});

test("a quotation keeps its lines and nothing gets out of it", () => {
  expect(quoteLines("one\n\n```\n# two\n")).toEqual(["> one  ", ">", "> \\`\\`\\`  ", "> \\# two"]);
});

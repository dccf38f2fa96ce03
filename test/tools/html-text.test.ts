import { expect, test } from "vitest";
import { htmlToText } from "../../src/tools/html-text.ts";

const BASE = "https://example.com/docs/page";

function text(html: string): string {
  return htmlToText(html, BASE);
}

test("keeps what is for reading, in the manner of Markdown", () => {
  const html = `<!doctype html><html><head><title>A &amp; B</title><style>p{}</style>
    <script>if (a < b) document.write("<p>no</p>")</script></head><body>
    <nav><a href="/home">Home</a></nav>
    <h1>Load <em>users</em></h1>
    <p>Call <code>load(id)</code> with an
       id.<br>It gives a <a href="promise.html#top">promise</a>, see <a href="#x">below</a>.</p>
    <ul><li>one<li>two <ol><li>a</li><li>b</li></ol></li></ul>
    <pre><code>const a = 1;
  if (a &lt; 2) go();
</code></pre>
    <table><tr><th>name</th><th>type</th></tr><tr><td>id</td><td>number</td></tr></table>
    <img src="x.png" alt="a diagram"><hr><svg><text>no</text></svg><!-- no --><p>end</p></body></html>`;
  expect(text(html)).toBe(
    [
      "# A & B",
      "[Home](https://example.com/home)",
      "# Load users",
      "Call `load(id)` with an id.\nIt gives a [promise](https://example.com/docs/promise.html#top), see below.",
      "- one\n- two\n  1. a\n  2. b",
      "```\nconst a = 1;\n  if (a < 2) go();\n```",
      "name | type |\nid | number |",
      "[image: a diagram]",
      "---",
      "end",
    ].join("\n\n"),
  );
});

test.each([
  ["a < b and c > d", "a < b and c > d"],
  ["<p>unclosed <b>bold", "unclosed bold"],
  ["<p title='a > b'>x</p>", "x"],
  ["&#65;&#x42;&nbsp;&unknown;&#xD800;&copy", "AB &unknown;&#xD800;©"],
  ["<script>never ends", ""],
  ["<!-- never ends", ""],
  ["<head><title>t</title><body>text", "# t\n\ntext"],
  ["<a href='javascript:alert(1)'>x</a><a href='data:text/html,x'>y</a>", "xy"],
  ["<a href='//evil.example/a b'>x</a>", "[x](https://evil.example/a%20b)"],
  ["", ""],
])("makes of %j: %j", (html, wanted) => {
  expect(text(html)).toBe(wanted);
});

test("no page makes it slow or deep: the work grows with its length alone", () => {
  for (const piece of [
    "<div>",
    "<a ",
    "<a x=",
    '<a x="',
    "<a x='\"",
    "<a                 ",
    "<",
    "</",
    "&",
    "&#",
    "<!--",
    "<!",
    "<title>",
    "<script>",
    "<li>",
    "<ol>",
    "<table><tr><td>",
    "<pre> ",
    " ",
    "\n",
    "<svg>",
    "<a href=x>",
    "x",
  ]) {
    const html = piece.repeat(Math.ceil(2_000_000 / piece.length));
    expect(text(html).length).toBeLessThan(html.length * 20);
  }
});

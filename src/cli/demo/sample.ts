/** The demo's sample repository: a small shop written with callbacks, each module with a test of its own. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createFirstCommit } from "../../git/first-commit.ts";

/** Modules by folder; every one takes its time and answers through a callback. */
const MODULES = {
  catalog: ["find-product", "list-products", "product-price", "search-products"],
  cart: ["add-item", "remove-item", "cart-total", "empty-cart"],
  billing: ["create-invoice", "apply-discount", "invoice-tax", "send-receipt"],
  shipping: ["quote-shipping", "print-label", "track-parcel", "delivery-date"],
} as const;

/** Writes the repository at `root` and commits it. */
export async function makeSample(root: string): Promise<void> {
  const files = new Map<string, string>([
    [
      "package.json",
      `${JSON.stringify({ name: "shop", version: "1.0.0", private: true, scripts: { test: "node --test" } }, null, 2)}\n`,
    ],
    [
      "README.md",
      "# shop\n\nA small shop. Every function takes a callback `cb(error, result)` as its last argument.\n",
    ],
    [
      "AGENTS.md",
      "Callbacks get the error first. Keep the tests as they are unless a name in them changes.\n",
    ],
  ]);
  for (const [folder, names] of Object.entries(MODULES)) {
    for (const name of names) {
      files.set(`src/${folder}/${name}.js`, moduleText(name));
      files.set(`test/${folder}/${name}.test.js`, testText(folder, name));
    }
  }
  for (const [path, text] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  await createFirstCommit(root, "A small shop");
}

function moduleText(name: string): string {
  const fn = camelCase(name);
  return `// ${name.replaceAll("-", " ")}: answers through cb(error, result)
function ${fn}(input, cb) {
  if (input === undefined) {
    process.nextTick(cb, new TypeError("${fn} needs an input"));
    return;
  }
  setTimeout(() => cb(null, { ${fn}: input }), 5);
}

module.exports = { ${fn} };
`;
}

function testText(folder: string, name: string): string {
  const fn = camelCase(name);
  return `const { test } = require("node:test");
const assert = require("node:assert");
const { ${fn} } = require("../../src/${folder}/${name}.js");

test("${name} answers", (t, done) => {
  ${fn}(3, (error, result) => {
    assert.deepStrictEqual(result, { ${fn}: 3 });
    done(error);
  });
});

test("${name} wants an input", (t, done) => {
  const cb = (error) => done(assert.match(error.message, /needs an input/));
  ${fn}(undefined, cb);
});
`;
}

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

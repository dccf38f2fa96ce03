/** The demo's sample: a small shop written with callbacks, each folder with a test, and a bare remote beside it. */
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createFirstCommit } from "../../git/first-commit.ts";
import { git } from "../../git/git.ts";

/** Modules by folder; every one takes its time and answers through a callback. */
const MODULES = {
  catalog: ["find-product", "list-products", "product-price"],
  cart: ["add-item", "remove-item", "cart-total"],
  billing: ["create-invoice", "apply-discount", "invoice-tax"],
  shipping: ["quote-shipping", "print-label", "track-parcel"],
} as const;

/** What stands in the demo's folder. */
export interface Sample {
  readonly repo: string;
  /** Every push to `origin` adds a line to this file. */
  readonly pushes: string;
}

/** Writes the repository below `folder` and commits it; its `origin` is a bare repository in the same folder. */
export async function makeSample(folder: string): Promise<Sample> {
  const repo = join(folder, "shop");
  for (const [path, text] of sampleFiles()) {
    await mkdir(dirname(join(repo, path)), { recursive: true });
    await writeFile(join(repo, path), text);
  }
  await createFirstCommit(repo, "A small shop");
  const origin = join(folder, "origin.git");
  const pushes = join(folder, "pushes.txt");
  await git(folder, ["init", "-q", "--template=", "--bare", "-b", "main", origin]);
  const hook = join(origin, "hooks/post-receive");
  await mkdir(dirname(hook), { recursive: true });
  await writeFile(hook, `#!/bin/sh\nwhile read -r _ _ ref; do echo "$ref" >> '${pushes}'; done\n`);
  await chmod(hook, 0o755);
  await git(repo, ["remote", "add", "origin", origin]);
  await git(repo, ["push", "-q", "origin", "main"], { env: { GIT_ALLOW_PROTOCOL: "file" } });
  await writeFile(pushes, "");
  return { repo, pushes };
}

/** The refs that were pushed to `origin` since the sample was made, a push a line. */
export async function readPushes({ pushes }: Sample): Promise<string[]> {
  return (await readFile(pushes, "utf8")).split("\n").filter((line) => line !== "");
}

function sampleFiles(): Map<string, string> {
  const manifest = { name: "shop", version: "1.0.0", private: true };
  const scripts = { test: "node --test" };
  const files = new Map<string, string>([
    ["package.json", `${JSON.stringify({ ...manifest, scripts }, null, 2)}\n`],
    [
      "README.md",
      "# shop\n\nA small shop. Every function takes a callback `cb(error, result)` as its last argument.\n",
    ],
    [
      "AGENTS.md",
      "Callbacks get the error first: `cb(error, result)`. Tests stay as strict as they are.\n",
    ],
  ]);
  for (const [folder, names] of Object.entries(MODULES)) {
    for (const name of names) {
      files.set(`src/${folder}/${name}.js`, moduleText(name));
    }
    files.set(`test/${folder}.test.js`, testText(folder, names));
  }
  return files;
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

function testText(folder: string, names: readonly string[]): string {
  const requires = names.map((name) => {
    return `const { ${camelCase(name)} } = require("../src/${folder}/${name}.js");\n`;
  });
  const tests = names.map(camelCase).map(
    (fn) => `
test("${fn} answers", (t, done) => {
  ${fn}(3, (error, result) => {
    assert.deepStrictEqual(result, { ${fn}: 3 });
    done(error);
  });
});

test("${fn} wants an input", (t, done) => {
  const cb = (error) => done(assert.match(error.message, /needs an input/));
  ${fn}(undefined, cb);
});
`,
  );
  const head = `const { test } = require("node:test");\nconst assert = require("node:assert");\n`;
  return [head, ...requires, ...tests].join("");
}

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

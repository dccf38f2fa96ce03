import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findChecks } from "../../src/coordinator/find-checks.ts";
import { tempFolder } from "./support.ts";

function scripts(all: unknown): Record<string, string> {
  return { "package.json": JSON.stringify({ name: "x", scripts: all }) };
}

test.each<[string, Record<string, string>, string[]]>([
  ["nothing", {}, []],
  [
    "npm's own scripts, in their order",
    scripts({ test: "vitest", build: "tsc", lint: "oxlint", typecheck: "tsc" }),
    ["npm run typecheck", "npm run lint", "npm test"],
  ],
  ["npm's placeholder", scripts({ test: 'echo "Error: no test specified" && exit 1' }), []],
  ["a script that is no text", scripts({ test: 7 }), []],
  ["no scripts", { "package.json": "{}" }, []],
  ["a package.json that is not JSON", { "package.json": "{" }, []],
  ["a package.json that holds nothing", { "package.json": "null" }, []],
  ["Rust", { "Cargo.toml": "" }, ["cargo test"]],
  ["Go", { "go.mod": "module x" }, ["go test ./..."]],
  ["pytest.ini", { "pytest.ini": "" }, ["pytest"]],
  ["conftest.py", { "conftest.py": "" }, ["pytest"]],
  ["pyproject with pytest", { "pyproject.toml": "[tool.pytest.ini_options]" }, ["pytest"]],
  ["pyproject without pytest", { "pyproject.toml": "[tool.ruff]" }, []],
  ["a Makefile that tests", { Makefile: "all:\n\ttrue\ntest: all\n\ttrue\n" }, ["make test"]],
  ["a Makefile that does not", { Makefile: "all:\n\t# test: later\n" }, []],
  [
    "several languages",
    { ...scripts({ test: "vitest" }), "go.mod": "", Makefile: "test:\n" },
    ["npm test", "go test ./..."],
  ],
])("finds the checks of a repository with %s", async (_name, files, expected) => {
  const root = join(await tempFolder(), "repo");
  await mkdir(root);
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  expect(findChecks(root)).toEqual(expected);
});

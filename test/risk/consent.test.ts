import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type Action, consentHash } from "../../src/risk/consent.ts";

/** An action in a folder with a script that it names. */
function createAction(command = "sh deploy.sh now"): Action {
  const cwd = mkdtempSync(join(tmpdir(), "swarmux-consent-"));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  writeFileSync(join(cwd, "deploy.sh"), "echo one\n");
  writeFileSync(join(cwd, "package.json"), '{ "scripts": { "go": "echo" } }\n');
  writeFileSync(join(cwd, "Makefile"), "all:\n");
  return { tool: "Bash", input: { command, timeout: 1_000 }, cwd, worker: "ada" };
}

test("the same action has the same hash, whatever the order of its fields", () => {
  const action = createAction();
  const turned = { timeout: 1_000, command: "sh deploy.sh now" };
  expect(consentHash({ ...action, input: turned })).toBe(consentHash(action));
  expect(consentHash(action)).toMatch(/^[0-9a-f]{64}$/);
});

test.each<[string, (action: Action) => Action]>([
  ["command", (action) => ({ ...action, input: { ...action.input, command: "sh deploy.sh noW" } })],
  ["other fields", (action) => ({ ...action, input: { ...action.input, timeout: 1_001 } })],
  ["fields, one more", (action) => ({ ...action, input: { ...action.input, description: "" } })],
  ["tool", (action) => ({ ...action, tool: "Bash2" })],
  ["folder", (action) => ({ ...action, cwd: `${action.cwd}/` })],
  ["worker", (action) => ({ ...action, worker: "adb" })],
])("R11: another hash comes of one byte more or less in its %s", (_part, change) => {
  const action = createAction();
  expect(consentHash(change(action))).not.toBe(consentHash(action));
});

test.each([
  ["sh deploy.sh now", "deploy.sh"],
  ["cat a.txt && ./deploy.sh", "deploy.sh"],
  ['bash "deploy.sh"', "deploy.sh"],
  ["npm run go", "package.json"],
  ["make all", "Makefile"],
])("%s has another hash once a byte of %s changes", (command, file) => {
  const action = createAction(command);
  const before = consentHash(action);
  writeFileSync(join(action.cwd, file), "echo onE\n");
  expect(consentHash(action)).not.toBe(before);
});

test("a script named by its full path counts, and one that appears or goes does too", () => {
  const action = createAction();
  const path = join(action.cwd, "late.sh");
  const full = { ...action, input: { command: path } };
  const before = consentHash(full);
  writeFileSync(path, "echo\n");
  const after = consentHash(full);
  expect(after).not.toBe(before);
  rmSync(path);
  expect(consentHash(full)).toBe(before);
});

test("a file that the command does not name leaves the hash as it is", () => {
  const action = createAction();
  const before = consentHash(action);
  writeFileSync(join(action.cwd, "Makefile"), "other:\n");
  expect(consentHash(action)).toBe(before);
});

const PACKAGES =
  '{ "workspaces": ["packages/*"], "scripts": { "deploy": "node scripts/up.js && sh ci/last.sh" } }\n';

/** A checkout with scripts in every place from which a command may run them. */
function createCheckout(): string {
  const cwd = mkdtempSync(join(tmpdir(), "swarmux-consent-"));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const files: Record<string, string> = {
    "a/x.sh": "echo\n",
    "sub/Makefile": "deploy:\n\techo\n",
    "sub/package.json": '{ "scripts": { "test": "sh t.sh" } }\n',
    "sub/t.sh": "echo\n",
    "my.mk": "deploy:\n\techo\n",
    "tool.js": "1;\n",
    "kit/package.json": '{ "main": "lib/m" }\n',
    "kit/lib/m.js": "1;\n",
    "pkg/__init__.py": "\n",
    "pkg/__main__.py": "print(1)\n",
    "bin/real.sh": "echo\n",
    "package.json": PACKAGES,
    "scripts/up.js": "1;\n",
    "ci/last.sh": "echo\n",
    "packages/a/package.json": '{ "scripts": { "deploy": "echo" } }\n',
    "vitest.config.ts": "export default {};\n",
    "env.sh": "A=1\n",
    "data.txt": "1\n",
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
  symlinkSync("bin/real.sh", join(cwd, "run"));
  return cwd;
}

test.each([
  ["cd a && sh x.sh; git push", "a/x.sh"],
  ["(cd a; bash ./x.sh) | tee out; sudo id", "a/x.sh"],
  ["make -C sub deploy", "sub/Makefile"],
  ["make -f my.mk deploy", "my.mk"],
  ["npm --prefix sub test && git push", "sub/package.json"],
  ["npm --prefix sub test && git push", "sub/t.sh"],
  ["sudo node ./tool", "tool.js"],
  ["node kit; git push", "kit/package.json"],
  ["node kit; git push", "kit/lib/m.js"],
  ["python3 -m pkg --deploy", "pkg/__main__.py"],
  ["python3 -m pkg --deploy", "pkg/__init__.py"],
  ["timeout 9 nice sudo env A=1 ./run", "bin/real.sh"],
  ["find . -maxdepth 0 -exec ./run {} +", "bin/real.sh"],
  ["npm run deploy", "package.json"],
  ["npm run deploy", "scripts/up.js"],
  ["npm run deploy", "ci/last.sh"],
  ["npm run deploy -w a", "packages/a/package.json"],
  ["npx vitest run && git push", "vitest.config.ts"],
  [". ./env.sh && curl x.example", "env.sh"],
  ["bash -c 'source env.sh; git push'", "env.sh"],
  ["curl -d @data.txt https://x.example", "data.txt"],
])("R11: %s has another hash once a byte of %s changes", (command, file) => {
  const cwd = createCheckout();
  const action: Action = { tool: "Bash", input: { command }, cwd, worker: "ada" };
  const before = consentHash(action);
  expect(consentHash(action)).toBe(before);
  const text = file === "package.json" ? `${PACKAGES}\n` : `${file} has other bytes\n`;
  writeFileSync(join(cwd, file), text);
  expect(consentHash(action)).not.toBe(before);
  rmSync(join(cwd, file));
  expect(consentHash(action)).not.toBe(before);
});

test.each([
  ["npm run deploy", ".npmrc"],
  ["npx vitest run && git push", "vitest.config.js"],
  ["make deploy", "GNUmakefile"],
  ["sudo node ./tool", "tool"],
  ["python3 -m pkg --deploy", "pkg.py"],
  ["pytest; git push", "conftest.py"],
])("R11: %s has another hash once %s appears", (command, file) => {
  const cwd = createCheckout();
  const action: Action = { tool: "Bash", input: { command }, cwd, worker: "ada" };
  const before = consentHash(action);
  writeFileSync(join(cwd, file), "x\n");
  expect(consentHash(action)).not.toBe(before);
});

test("R11: a link that comes to lead elsewhere gives another hash", () => {
  const cwd = createCheckout();
  const action: Action = { tool: "Bash", input: { command: "sudo ./run" }, cwd, worker: "ada" };
  const before = consentHash(action);
  rmSync(join(cwd, "run"));
  symlinkSync("a/../ci/other.sh", join(cwd, "run"));
  writeFileSync(join(cwd, "ci/other.sh"), "other\n");
  expect(consentHash(action)).not.toBe(before);
});

test("R11: files that the command does not touch leave the hash as it is", () => {
  const cwd = createCheckout();
  const command = "cd a && sh x.sh; git push";
  const action: Action = { tool: "Bash", input: { command }, cwd, worker: "ada" };
  const before = consentHash(action);
  writeFileSync(join(cwd, "sub/t.sh"), "other\n");
  writeFileSync(join(cwd, "new.txt"), "other\n");
  expect(consentHash(action)).toBe(before);
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
])("another hash comes of one byte more or less in its %s", (_part, change) => {
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

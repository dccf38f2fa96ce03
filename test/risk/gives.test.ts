import { expect, test } from "vitest";
import type { Cause, CauseKind } from "../../src/risk/assessment.ts";
import { assessWhere, type Gift, giftsFor, giftWords } from "../../src/risk/gives.ts";

const high = (kind: CauseKind): Cause => ({ risk: "HIGH", kind, text: kind });
const medium = (kind: CauseKind): Cause => ({ risk: "MEDIUM", kind, text: kind });

const rows: readonly (readonly [string, readonly Cause[], readonly Gift[]])[] = [
  ["a push", [high("remote")], ["outside"]],
  ["a file of the home folder", [high("outside")], ["outside"]],
  ["a secret", [high("secret")], ["outside"]],
  ["sudo", [high("privilege")], ["outside"]],
  ["somebody's process", [high("process")], ["outside"]],
  ["a package that is not pinned", [high("downloaded")], ["network"]],
  ["an unknown program", [high("unknown-program")], []],
  ["text that can't be analysed", [high("unanalysable")], []],
  ["a rebase", [high("history")], []],
  ["all of the checkout deleted", [high("irreversible")], []],
  ["a git hook", [high("protected")], ["protected"]],
  ["a package and a setting", [high("protected"), high("downloaded")], ["network", "protected"]],
  ["an unknown program and a push", [high("unknown-program"), high("remote")], ["outside"]],
  ["a package and a push", [high("downloaded"), high("remote")], ["outside"]],
  ["tests", [medium("project-code"), medium("edit"), medium("reads")], []],
  ["a kill of its own job", [medium("process"), high("unknown-program")], []],
  ["git fetch", [medium("remote")], ["outside"]],
  ["npm ci", [medium("project-code"), medium("registry")], ["network"]],
  ["nothing", [], []],
];

test.each(rows)("%s gets what its causes need", (_, causes, gifts) => {
  expect(giftsFor(causes)).toEqual(gifts);
});

test("says in words what a yes gives", () => {
  expect(giftWords([])).toBe(
    "a yes runs it once in the sandbox, with its checkout and nothing else",
  );
  expect(giftWords(["outside"])).toMatch(/outside the sandbox, as you: .* without ANTHROPIC_\*/);
  expect(giftWords(["network", "protected"])).toMatch(
    /in the sandbox, with the network, .* and the protected files/,
  );
});

test("in a sandbox the network alone takes a yes", () => {
  const tests = {
    risk: "MEDIUM",
    reasons: ["runs tests"],
    causes: [medium("project-code")],
  } as const;
  const fetch = { risk: "MEDIUM", reasons: ["asks"], causes: [medium("remote")] } as const;
  expect(assessWhere(tests, "sandbox")).toBe(tests);
  expect(assessWhere(fetch, "sandbox")).toEqual({
    ...fetch,
    risk: "HIGH",
    reasons: ["remote: the network takes your yes"],
  });
});

test("R15: where the sandbox is missing, project code takes a yes as well; where it was switched off, nothing more does", () => {
  const reads = { risk: "LOW", reasons: [], causes: [] } as const;
  const edits = { risk: "MEDIUM", reasons: ["edits"], causes: [medium("edit")] } as const;
  const tests = { risk: "MEDIUM", reasons: ["runs"], causes: [medium("project-code")] } as const;
  const install = { ...tests, causes: [medium("project-code"), medium("registry")] } as const;
  expect(assessWhere(reads, "missing")).toBe(reads);
  expect(assessWhere(edits, "missing")).toBe(edits);
  expect(assessWhere(tests, "missing")).toMatchObject({
    risk: "HIGH",
    reasons: ["project-code: there is no sandbox, so it would run as you"],
  });
  expect(assessWhere(install, "missing").risk).toBe("HIGH");
  for (const one of [reads, edits, tests, install]) expect(assessWhere(one, "none")).toBe(one);
});

import { expect, test } from "vitest";
import { nearestCommand } from "../../src/cli/nearest.ts";

const NAMES = ["run", "resume", "report", "status", "sessions", "stop"];

test.each<[string, string | undefined]>([
  ["statsu", "status"],
  ["resum", "resume"],
  ["session", "sessions"],
  ["stpo", undefined],
  ["sto", "stop"],
  ["rum", "run"],
  ["status", "status"],
  ["refactor", undefined],
  ["xyz", undefined],
  ["", undefined],
])("takes %j for %j", (word, expected) => {
  expect(nearestCommand(word, NAMES)).toBe(expected);
});

test("takes the nearest where several are near", () => {
  expect(nearestCommand("repor", ["resort", "report"])).toBe("report");
});

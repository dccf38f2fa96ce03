import { expect, test } from "vitest";
import { colourLevel, reportFailure } from "../../src/cli/output.ts";
import { SwarmError } from "../../src/errors.ts";

test.each<[string, string | undefined, NodeJS.ProcessEnv, boolean, number]>([
  ["a terminal has colour", undefined, {}, true, 2],
  ["a pipe has none", undefined, {}, false, 0],
  ["--color never comes before all else", "never", { FORCE_COLOR: "1" }, true, 0],
  ["--color always comes before all else", "always", { NO_COLOR: "1", FORCE_COLOR: "0" }, false, 2],
  ["--color auto is as if it were left out", "auto", {}, true, 2],
  ["FORCE_COLOR colours a pipe", undefined, { FORCE_COLOR: "1" }, false, 2],
  ["FORCE_COLOR comes before NO_COLOR", undefined, { FORCE_COLOR: "", NO_COLOR: "1" }, false, 2],
  ["FORCE_COLOR=0 is no colour", undefined, { FORCE_COLOR: "0" }, true, 0],
  ["FORCE_COLOR=false is no colour", undefined, { FORCE_COLOR: "false" }, true, 0],
  ["NO_COLOR is no colour", undefined, { NO_COLOR: "1" }, true, 0],
  ["an empty NO_COLOR says nothing", undefined, { NO_COLOR: "" }, true, 2],
  ["a dumb terminal has none", undefined, { TERM: "dumb" }, true, 0],
])("%s", (_name, ...[flag, env, isTerminal, level]) => {
  expect(colourLevel(flag, env, isTerminal)).toBe(level);
});

/** What is noted, and the exit code. */
function report(error: unknown): { lines: string[]; code: number } {
  const lines: string[] = [];
  const code = reportFailure(error, (line) => lines.push(line));
  return { lines, code };
}

test("a failure that a person can mend is told in two lines with its own exit code", () => {
  const mend = "apt install tmux";
  expect([
    report(new SwarmError("missing", "There is no tmux.", { mend })),
    report(new SwarmError("config", "Bad.")),
  ]).toEqual([
    { lines: ["swarmux: There is no tmux.", "  mend it: apt install tmux"], code: 69 },
    { lines: ["swarmux: Bad."], code: 78 },
  ]);
});

test("a bug keeps its stack", () => {
  const { lines, code } = report(new TypeError("undefined is no function"));
  expect(code).toBe(70);
  expect(lines.join("\n")).toMatch(
    /internal error[\s\S]*TypeError: undefined[\s\S]*output\.test\.ts/,
  );
});

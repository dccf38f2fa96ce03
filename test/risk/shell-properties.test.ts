import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { array, assert, constantFrom, double, integer, property, string } from "fast-check";
import { afterAll, expect, test } from "vitest";
import { assessCommand } from "../../src/risk/shell.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "swarmux-risk-")));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const riskOf = (command: string) => assessCommand(command, { root }).risk;

test("no number of harmless parts hides a dangerous one, wherever it stands", () => {
  assert(
    property(
      integer({ min: 1, max: 3000 }),
      double({ min: 0, max: 1, noNaN: true }),
      constantFrom("; ", " && ", " || ", " | ", "\n", " & "),
      (count, share, joint) => {
        const parts = Array.from({ length: count }, (_, index) => `echo ${index}`);
        parts.splice(Math.floor(share * count), 0, "git push");
        expect(riskOf(parts.join(joint))).toBe("HIGH");
      },
    ),
    { numRuns: 30 },
  );
});

test("wrapping a dangerous command in any known syntax leaves it HIGH", () => {
  const wraps = [
    (inner: string) => `( ${inner} )`,
    (inner: string) => `{ ${inner}; }`,
    (inner: string) => `echo $(${inner})`,
    (inner: string) => `echo "a$(${inner})b"`,
    (inner: string) => `x=$(${inner}); echo done`,
    (inner: string) => `if ${inner}; then ls; fi`,
    (inner: string) => `if ls; then ls; elif ls; then ls; else ${inner}; fi`,
    (inner: string) => `while ls; do ${inner}; done`,
    (inner: string) => `for i in $(${inner}); do ls; done`,
    (inner: string) => `for i in a; do ${inner}; done`,
    (inner: string) => `! ${inner}`,
    (inner: string) => `time ${inner}`,
    (inner: string) => `ls | ${inner}`,
    (inner: string) => `ls || ${inner} &`,
    (inner: string) => `[[ x == "$(${inner})" ]]`,
    (inner: string) => `cat <<< "$(${inner})"`,
    (inner: string) => `{ ls; ${inner}; } > x.txt`,
    (inner: string) => `x=$(${inner}) true`,
    (inner: string) => `case a in *) ${inner};; esac`,
    (inner: string) => `f() { ${inner}; }; f`,
    (inner: string) => `for ((i = 0; i < 2; i++)); do ${inner}; done`,
    (inner: string) => `until ls; do ${inner}; done`,
    (inner: string) => `diff <(${inner}) src`,
    (inner: string) => `cat <<E\n$(${inner})\nE\n`,
    (inner: string) => `echo \`${inner.replaceAll(/[`\\$]/g, String.raw`\$&`)}\``,
    (inner: string) => `echo {a,b} $(${inner})`,
    (inner: string) => `coproc { ${inner}; }`,
  ];
  assert(
    property(array(constantFrom(...wraps), { maxLength: 5 }), (layers) => {
      expect(riskOf(layers.reduce((inner, wrap) => wrap(inner), "git push"))).toBe("HIGH");
    }),
    { numRuns: 300 },
  );
});

test("any text gets an answer", () => {
  assert(
    property(string({ unit: "grapheme", maxLength: 80 }), (text) => {
      expect(["LOW", "MEDIUM", "HIGH"]).toContain(riskOf(text));
    }),
    { numRuns: 500 },
  );
});

import {
  array,
  assert,
  boolean,
  constantFrom,
  double,
  option,
  property,
  record,
  subarray,
} from "fast-check";
import { expect, test } from "vitest";
import type { Grant } from "../../src/permissions.ts";
import { covers, intersect, isWithinGrant, noShell, presets } from "../../src/risk/grants.ts";

const PATHS = [
  "**",
  "src/**",
  "src/a/**",
  "src/a.ts",
  "src/*.ts",
  "docs/**",
  "../x/**",
  "/etc/**",
  "src/../../x",
];

const request = record(
  {
    tools: subarray(["Read", "Write", "Edit", "Bash", "WebFetch", "Terminal", "Sudo"]),
    paths: subarray(PATHS),
    network: boolean(),
    budget: option(double({ min: -5, max: 50, noNaN: true })),
  },
  { requiredKeys: [] },
);

test("R9: however deep the tree, a grant is within that of every giver above", () => {
  assert(
    property(
      constantFrom(...Object.values(presets)),
      array(request, { minLength: 1, maxLength: 5 }),
      (top, requests) => {
        const line: Grant[] = [top];
        for (const asked of requests) line.push(intersect(line.at(-1) ?? top, asked));
        for (const [index, parent] of line.entries()) {
          for (const child of line.slice(index + 1))
            expect(isWithinGrant(parent, child)).toBe(true);
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test("R9: asking for more than the giver has gives no more", () => {
  const all = { tools: ["Bash", "Read", "Agent"], paths: ["**"], network: true, budget: 100 };
  const given = intersect({ tools: ["Read"], paths: ["src/**"], network: false, budget: 2 }, all);
  expect(given).toEqual({ tools: ["Read"], paths: ["src/**"], network: false, budget: 2 });
});

test("what is left out is the giver's own, and a budget is never negative", () => {
  expect(intersect(presets.edit, {})).toEqual(presets.edit);
  expect(intersect(presets.edit, { budget: -3 }).budget).toBe(0);
  expect(intersect({ ...presets.edit, budget: 5 }, {}).budget).toBe(5);
});

test("the presets grow, and without a shell nothing runs commands", () => {
  expect(isWithinGrant(presets.edit, presets["read-only"])).toBe(true);
  expect(isWithinGrant(presets.full, presets.edit)).toBe(true);
  expect(isWithinGrant(presets.edit, presets.full)).toBe(false);
  expect(presets.full.tools).toContain("Bash");
  expect(noShell(presets.full).tools).not.toContain("Bash");
  expect(noShell(presets.full).tools).not.toContain("Terminal");
});

test.each([
  ["**", "src/a.ts", true],
  ["src/**", "src/a/b.ts", true],
  ["src/**", "src", true],
  ["src/**", "src-evil/a", false],
  ["src/**", "src/../x", false],
  ["src/*.ts", "src/a.ts", false],
  ["**", "/etc/passwd", false],
  ["**", "../x", false],
])("R17: %s covers %s: %s", (outer, inner, covered) => {
  expect(covers(outer, inner)).toBe(covered);
});

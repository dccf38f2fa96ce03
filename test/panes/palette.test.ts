import { expect, test } from "vitest";
import { colourOf } from "../../src/panes/palette.ts";

test("gives the first worker the first colour of either scheme", () => {
  expect(colourOf(1, "dark")).toEqual({ tmux: "colour69", hex: "#5f87ff", index: 69 });
  expect(colourOf(1, "light")).toEqual({ tmux: "colour53", hex: "#5f005f", index: 53 });
});

test.each(["dark", "light"] as const)(
  "has twelve different colours (%s), then begins again",
  (scheme) => {
    const badges = Array.from({ length: 12 }, (_, at) => at + 1);
    expect(new Set(badges.map((badge) => colourOf(badge, scheme).index)).size).toBe(12);
    expect(colourOf(13, scheme)).toEqual(colourOf(1, scheme));
    expect(colourOf(24, scheme)).toEqual(colourOf(12, scheme));
  },
);

test.each(["dark", "light"] as const)("names the palette's own hex values (%s)", (scheme) => {
  const steps = [0, 95, 135, 175, 215, 255];
  for (let badge = 1; badge <= 12; badge += 1) {
    const { index, hex } = colourOf(badge, scheme);
    const cube = index - 16;
    const parts = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(
      (at) => steps[at],
    );
    expect(hex).toBe(`#${parts.map((part) => part?.toString(16).padStart(2, "0")).join("")}`);
  }
});

test("refuses a badge below 1", () => {
  expect(() => colourOf(0, "dark")).toThrow("A badge counts from 1, not 0.");
});

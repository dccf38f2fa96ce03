import { expect, test } from "vitest";
import { tmuxConfig } from "../../src/panes/tmux-config.ts";

test("has a prefix that does not clash and never the option that crashes tmux", () => {
  const config = tmuxConfig();
  expect(config).toContain("set -g prefix 'C-]'");
  expect(config).not.toContain("window-size");
});

test("takes another prefix key and shows it", () => {
  const config = tmuxConfig({ prefix: "C-a" });
  expect(config).toContain("bind 'C-a' send-prefix");
  expect(config).toContain("C-a then: d detach");
});

test("without colours the last word on every style names none", () => {
  const settings = tmuxConfig({ hasColours: false }).matchAll(
    /^set -w?g (\S*(?:style|format)) (.*)$/gm,
  );
  const styles = new Map([...settings].map(([, name, value]) => [name, value]));
  expect(styles.size).toBeGreaterThan(5);
  for (const value of styles.values()) expect(value).not.toMatch(/colour|[fb]g=/);
});

test("where there are no signs of ours every byte is one of ASCII, and borders are drawn with them", () => {
  const config = tmuxConfig({ isAscii: true });
  // eslint-disable-next-line no-control-regex -- ASCII is what is looked for
  expect(config).toMatch(/^[\x00-\x7f]*$/);
  expect(config).toContain("set -wg pane-border-lines simple\n");
});

test.each(["C-'", "C-a; run-shell x", "", "C-a\nrun-shell x", "';'"])(
  "refuses %j as a key",
  (prefix) => {
    expect(() => tmuxConfig({ prefix })).toThrow("is not a key");
  },
);

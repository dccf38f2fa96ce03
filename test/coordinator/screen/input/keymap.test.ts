/** One table of keys: nothing is bound twice, and the page about the pane says what the table says. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CHAT_LINES } from "../../../../src/coordinator/screen/input/chat-commands.ts";
import {
  type Binding,
  find,
  LIST_KEYS,
  PAGE_KEYS,
  PLAN_KEYS,
} from "../../../../src/coordinator/screen/input/keymap.ts";
import { OTHER_KEYS } from "../../../../src/coordinator/screen/input/other-keys.ts";

/** Every key that a table may bind by its name. */
const NAMED = [
  "enter",
  "tab",
  "back-tab",
  "escape",
  "up",
  "down",
  "shift-up",
  "shift-down",
  "left",
  "right",
  "home",
  "end",
  "page-up",
  "page-down",
] as const;

const PLACES: Readonly<Record<string, readonly Binding[]>> = {
  list: LIST_KEYS,
  page: PAGE_KEYS,
  plan: PLAN_KEYS,
};

test.each(Object.entries(PLACES))("in a %s no key means two things", (_place, bindings) => {
  const keys = bindings.flatMap((binding) => binding.keys);
  expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted());
  for (const { keys: own, action } of bindings) {
    const signs = own.filter((name) => name.length === 1);
    for (const text of signs) expect(find(bindings, { kind: "text", text })).toBe(action);
    const named = NAMED.filter((name) => own.includes(name));
    for (const name of named) expect(find(bindings, { kind: "key", name })).toBe(action);
    expect(signs.length + named.length).toBe(own.length);
  }
});

test("a paste presses no key", () => {
  expect(find(LIST_KEYS, { kind: "paste", text: "x" })).toBeUndefined();
});

test("docs/pane.md has every key and command, as the pane itself says them", async () => {
  const page = await readFile(join(import.meta.dirname, "../../../../docs/pane.md"), "utf8");
  const rows = page
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|")));
  const said = rows.flatMap(([, keys = "", what = "", more]) =>
    more === "" ? [`${keys.replaceAll("`", "")}: ${what}`] : [],
  );
  const bound = [...OTHER_KEYS, ...LIST_KEYS, ...PAGE_KEYS, ...PLAN_KEYS].map(
    ({ shown, what, command }) =>
      `${shown}: ${what}${command === undefined ? "" : ` (${command})`}`,
  );
  const typed = CHAT_LINES.map(([line, what]) => `${line}: ${what}`);
  expect(said.toSorted()).toEqual([...bound, ...typed].toSorted());
});

/** What a terminal sends, and the keys that it means. */
import { expect, test } from "vitest";
import {
  createKeyParser,
  isPressed,
  type Key,
} from "../../../../src/coordinator/screen/input/keys.ts";

const key = (name: Extract<Key, { kind: "key" }>["name"]): Key => ({ kind: "key", name });
const text = (words: string): Key => ({ kind: "text", text: words });

test.each<[string, readonly Key[]]>([
  ["abc", [text("abc")]],
  ["größe 漢字 👩‍🚀", [text("größe 漢字 👩‍🚀")]],
  ["a\rb\n", [text("a"), key("enter"), text("b"), key("enter")]],
  ["\t\x1b[Z", [key("tab"), key("back-tab")]],
  ["\x7f\b", [key("backspace"), key("backspace")]],
  ["\x1b[D\x1b[C\x1bOA\x1bOB", [key("left"), key("right"), key("up"), key("down")]],
  ["\x1b[1;2A\x1b[1;2B", [key("shift-up"), key("shift-down")]],
  ["\x1b[1~\x1b[H\x1bOH\x01", [key("home"), key("home"), key("home"), key("home")]],
  ["\x1b[4~\x1b[F\x05", [key("end"), key("end"), key("end")]],
  ["\x1b[3~\x04", [key("delete"), key("end-of-input")]],
  [
    "\x15\x0b\x17\x0c\x03",
    [key("cut-before"), key("cut-after"), key("cut-word"), key("redraw"), key("interrupt")],
  ],
  ["\x1b[I\x1b[1;5C\x1b[24~", [key("unknown"), key("unknown"), key("unknown")]],
  ["\x1b1", [key("escape"), text("1")]],
  ["\x1b\x1b[A", [key("escape"), key("up")]],
  ["\x1b[200~1\r\x1b[A\x03\x1b[201~2", [{ kind: "paste", text: "1\r\x1b[A\x03" }, text("2")]],
])("reads %j", (sent, expected) => {
  expect(createKeyParser().feed(sent)).toEqual(expected);
});

test("reads the same keys however what is sent is cut into pieces", () => {
  const all = "ab\x1b[D1\x1b[200~pasted\r2\x1b[201~\x1b[3~\tz";
  const whole = createKeyParser().feed(all);
  for (let at = 1; at < all.length; at += 1) {
    const parser = createKeyParser();
    const keys = [...parser.feed(all.slice(0, at)), ...parser.feed(all.slice(at))];
    expect(joined(keys)).toEqual(joined(whole));
  }
});

test("an Escape is held until it is known whether more follows, and is a key when nothing does", () => {
  const parser = createKeyParser();
  expect(parser.feed("\x1b")).toEqual([]);
  expect(parser.isHolding()).toBe(true);
  expect(parser.flush()).toEqual([key("escape")]);
  expect(parser.isHolding()).toBe(false);
  expect(parser.flush()).toEqual([]);
});

test("a paste that is not over is neither held as an Escape nor given away in part", () => {
  const parser = createKeyParser();
  expect(parser.feed("\x1b[200~one\r")).toEqual([]);
  expect(parser.isHolding()).toBe(false);
  expect(parser.flush()).toEqual([]);
  expect(parser.feed("two\x1b[20")).toEqual([]);
  expect(parser.feed("1~")).toEqual([{ kind: "paste", text: "one\rtwo" }]);
});

test.each([
  ["1", true],
  ["v\x1b[F", true],
  ["\x1b[B\x1b[B1", true],
  ["\x1b1", true],
  ["1\r", false],
  ["\t1", false],
  ["1\x1b[B1", false],
  ["1\r1\r", false],
  ["\x1b[200~1\x1b[201~1", false],
  ["\x1b[F", false],
])("what comes together as %j can be an answer: %s", (sent, expected) => {
  expect(isPressed(createKeyParser().feed(sent))).toBe(expected);
});

/** Neighbouring texts as one. */
function joined(keys: readonly Key[]): Key[] {
  return keys.reduce<Key[]>((sum, one) => {
    const before = sum.at(-1);
    if (one.kind !== "text" || before?.kind !== "text") return [...sum, one];
    return [...sum.slice(0, -1), text(before.text + one.text)];
  }, []);
}

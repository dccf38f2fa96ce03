import { expect, test } from "vitest";
import type { Entry } from "../../src/memory/entry.ts";
import { searchEntries, tokens } from "../../src/memory/search.ts";

function entry(id: string, text: string, files: string[] = []): Entry {
  return {
    id,
    text,
    files,
    kind: "fact",
    by: "ada",
    task: null,
    at: "2026-11-21T10:00:00Z",
    sources: [],
    trust: "agent",
  };
}

const ids = (entries: readonly Entry[]) => entries.map(({ id }) => id);

test("splits identifiers into their words", () => {
  expect(tokens("getUserName parse_HTTPHeader v2 Größe")).toEqual([
    "getusername",
    "get",
    "user",
    "name",
    "parse_httpheader",
    "parse",
    "http",
    "header",
    "v2",
    "größe",
  ]);
});

test("finds by words of identifiers, best first, and leaves out what does not match", () => {
  const entries = [
    entry("m1", "loadUser replaces getUser everywhere"),
    entry("m2", "The build needs Java"),
    entry("m3", "A user has many sessions, and each session one token"),
  ];
  expect(ids(searchEntries(entries, "user", 10))).toEqual(["m1", "m3"]);
  expect(ids(searchEntries(entries, "get_user", 10))).toEqual(["m1", "m3"]);
  expect(ids(searchEntries(entries, "java build", 10))).toEqual(["m2"]);
  expect(searchEntries(entries, "kotlin", 10)).toEqual([]);
});

test("counts file names, and prefers the newer of equals", () => {
  const entries = [
    entry("m1", "Close it yourself", ["src/db/pool.ts"]),
    entry("m2", "Retry twice"),
    entry("m3", "Retry twice"),
  ];
  expect(ids(searchEntries(entries, "pool.ts", 10))).toEqual(["m1"]);
  expect(ids(searchEntries(entries, "retry", 10))).toEqual(["m3", "m2"]);
});

test("gives the newest for an empty query, and keeps to the limit", () => {
  const entries = ["m1", "m2", "m3"].map((id) => entry(id, "same"));
  expect(ids(searchEntries(entries, " ", 2))).toEqual(["m3", "m2"]);
  expect(ids(searchEntries(entries, "same", 1))).toEqual(["m3"]);
  expect(searchEntries([], "same", 1)).toEqual([]);
});

import { expect, test } from "vitest";
import { groupFiles, placeOf } from "../../../src/offline/scenarios/rename-groups.ts";
import {
  describePiece,
  patternOf,
  readJob,
  readPiece,
} from "../../../src/offline/scenarios/rename-job.ts";

test.each([
  ["rename getUser to fetchUser", { kind: "rename", from: "getUser", to: "fetchUser" }],
  [
    "Please rename the function `getUser()` to `fetchUser()`.",
    { kind: "rename", from: "getUser", to: "fetchUser" },
  ],
  ["Rename class Foo into Bar everywhere", { kind: "rename", from: "Foo", to: "Bar" }],
  [
    "rename all uses of get_user in src/ to fetch_user",
    { kind: "rename", from: "get_user", to: "fetch_user" },
  ],
  [
    "The request:\nrename the exported const MAX to LIMIT\n\nAll checks pass.",
    { kind: "rename", from: "MAX", to: "LIMIT" },
  ],
  ['replace "Hello, world" with "Hi"', { kind: "replace", from: "Hello, world", to: "Hi" }],
  ["replace every 'a.b' by 'a->b'", { kind: "replace", from: "a.b", to: "a->b" }],
  [
    "replace the text `http://` with `https://`",
    { kind: "replace", from: "http://", to: "https://" },
  ],
  ['replace "x" with ""', { kind: "replace", from: "x", to: "" }],
])("reads %j", (request, job) => {
  expect(readJob(request)).toEqual(job);
});

test.each([
  "move every callback API to promises",
  "rename variables to be clearer",
  "rename the function to match the style guide",
  "rename things so they conform to style",
  "rename a.ts to b.ts",
  "rename the folder lib to core-lib",
  "Rename stuff. Then go to bed",
  "rename foo to foo",
])("reads no job in %j", (request) => {
  expect(readJob(request)).toBeUndefined();
});

test("a task's text carries its piece to a worker, whatever stands around it", () => {
  const piece = {
    job: { kind: "replace" as const, from: 'say "hi" \\ $1', to: "" },
    files: ["a b.ts", "src/[id]/page.ts"],
  };
  const text = describePiece(piece, true);
  expect(readPiece(`Task t1: subject\n\n${text}\n\nYou are ada.`)).toEqual(piece);
  expect(text.length).toBeGreaterThan(400);
  expect(readPiece("Do something else.")).toBeUndefined();
});

test("takes the text of a replacement literally", () => {
  const pattern = patternOf({ kind: "replace", from: "a.b(c)[d]{e}^$|*+?\\", to: "" });
  expect(pattern).toBe("a\\.b\\(c\\)\\[d\\]\\{e\\}\\^\\$\\|\\*\\+\\?\\\\");
});

const files = (count: number, folder = "src") =>
  Array.from({ length: count }, (_, index) => `${folder}/f${String(index).padStart(3, "0")}.ts`);
const sizes = (survey: Parameters<typeof groupFiles>[0]) =>
  groupFiles(survey).map(({ files: share, linked }) => (linked ? -share.length : share.length));

test.each<[string, Parameters<typeof groupFiles>[0], number[]]>([
  ["few files are one task", { files: files(3), importers: [], exporters: [] }, [3]],
  ["four files are four tasks", { files: files(4), importers: [], exporters: [] }, [1, 1, 1, 1]],
  [
    "many files are shared evenly",
    { files: files(10), importers: [], exporters: [] },
    [3, 2, 3, 2],
  ],
  [
    "linked files are one task and leave three for the rest",
    { files: files(10), importers: files(3), exporters: files(4) },
    [-4, 2, 2, 2],
  ],
  [
    "exports without an import do not link",
    { files: files(4), importers: [], exporters: files(4) },
    [1, 1, 1, 1],
  ],
  ["all linked is one task", { files: files(9), importers: files(8), exporters: files(9) }, [-9]],
])("%s", (_, survey, expected) => {
  expect(sizes(survey)).toEqual(expected);
  expect(
    groupFiles(survey)
      .flatMap(({ files: share }) => share)
      .toSorted(),
  ).toEqual(survey.files);
});

test("names the folder that files share", () => {
  expect([
    placeOf(["src/a/x.ts", "src/b/y.ts"]),
    placeOf(["src/a/x.ts"]),
    placeOf(["a.ts", "src/b.ts"]),
  ]).toEqual(["src", "src/a", "the repository"]);
});

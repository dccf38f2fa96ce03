import { expect, test } from "vitest";
import { foldGone, parseBackgroundRecord } from "../../src/worker/background.ts";

test("commands that began and of whose end nobody was told are gone with their process", () => {
  const lines = [
    { seq: 1, type: "background.began", task: "t1", id: "b1", command: "npm run dev" },
    { seq: 2, type: "agent.user", content: [] },
    { seq: 3, type: "background.began", task: "t1", id: "b2", command: "make" },
    { seq: 4, type: "background.told", task: "t1", id: "b2" },
    { seq: 5, type: "background.began", task: "t2", id: "b1", command: "sleep 5" },
  ];
  const records = lines.flatMap((line) => parseBackgroundRecord(line) ?? []);
  expect(records).toHaveLength(4);
  expect(foldGone(records, "t1")).toEqual([{ id: "b1", command: "npm run dev" }]);
  expect(foldGone(records, "t2")).toEqual([{ id: "b1", command: "sleep 5" }]);
  expect(foldGone(records, "t3")).toEqual([]);
});

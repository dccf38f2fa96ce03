import { expect, test } from "vitest";
import { UNCHANGED } from "../../src/coordinator/team.ts";
import type { EventBody } from "../../src/session/events.ts";
import { deskAfter } from "./lead-desk.ts";
import { AT_WORK, created, finished, IN_QUEUE, reported, started } from "./support.ts";

const unchanged: EventBody = { type: "task.updated", task: "t1", by: "ada", note: UNCHANGED };

const two = [started(), created("t1"), created("t2", { blockedBy: ["t1"] })];

test.each<[string, readonly EventBody[], object, RegExp]>([
  ["changes a text", two, { taskId: "t1", description: "new" }, /^Task t1 is changed\.$/],
  [
    "says that a running worker has not seen it",
    AT_WORK,
    { taskId: "t1", description: "new" },
    /ada has not seen that: .*SendMessage \{to: "ada"\}/,
  ],
  [
    "refuses an unknown task",
    two,
    { taskId: "t7", status: "deleted" },
    /^! There is no task t7\. Tasks on the board: t1, t2\./,
  ],
  ["refuses to change nothing", two, { taskId: "t1" }, /^! Nothing to change was given/],
  ["refuses a cycle", two, { taskId: "t1", blockedBy: ["t2"] }, /^! That would be a cycle/],
  [
    "refuses another open task's file",
    [...two, created("t3")],
    { taskId: "t3", files: ["t1.ts"] },
    /^! Not changed: task t1 is open and also names t1\.ts/,
  ],
  [
    "refuses to unlink tasks that share a file",
    [started(), created("t1"), created("t2", { blockedBy: ["t1"], files: ["t1.ts"] })],
    { taskId: "t2", blockedBy: [] },
    /^! Not changed: task t1 is open/,
  ],
  [
    "refuses to complete what its receipt completes",
    AT_WORK,
    { taskId: "t1", status: "completed" },
    /^! Task t1 is completed by its receipt/,
  ],
  [
    "confirms a report of done without a change",
    [...AT_WORK, reported("t1", "ada"), unchanged],
    { taskId: "t1", status: "completed" },
    /^Task t1 is completed without a change\.$/,
  ],
  [
    "refuses the same text again",
    [...AT_WORK, finished("t1", "failed")],
    { taskId: "t1", status: "pending" },
    /^! Task t1 failed with this very text: why\./,
  ],
  [
    "refuses the same text given again",
    [...AT_WORK, finished("t1", "failed")],
    { taskId: "t1", status: "pending", description: "text of t1" },
    /^! Task t1 failed with this very text/,
  ],
  [
    "tries again with another text",
    [...AT_WORK, finished("t1", "failed")],
    { taskId: "t1", status: "pending", description: "new" },
    /^Task t1 waits for a worker again\.$/,
  ],
  [
    "refuses to try a merged task again",
    [...AT_WORK, finished("t1", "completed")],
    { taskId: "t1", status: "pending", description: "new" },
    /^! Task t1 is merged\. Create a new task/,
  ],
  ["deletes", two, { taskId: "t2", status: "deleted" }, /^Task t2 is off the board\.$/],
  [
    "refuses to delete what others need",
    two,
    { taskId: "t1", status: "deleted" },
    /^! Not deleted: t2 waits for t1/,
  ],
  [
    "refuses to delete what is merged",
    [...AT_WORK, finished("t1", "completed")],
    { taskId: "t1", status: "deleted" },
    /^! Task t1 is merged and stays/,
  ],
])("TaskUpdate %s", async (_name, ...[events, input, answer]) => {
  const { call, tools } = await deskAfter(...events);
  expect(await call(tools.update, input)).toMatch(answer);
});

test("a refused TaskUpdate leaves the board as it was", async () => {
  const { call, tools, team } = await deskAfter(...two);
  const before = team();
  await call(tools.update, { taskId: "t1", status: "deleted" });
  await call(tools.update, { taskId: "t1", blockedBy: ["t2"] });
  expect(team()).toBe(before);
});

test.each<[string, readonly EventBody[], object, RegExp, string]>([
  [
    "takes a running task from its worker",
    AT_WORK,
    { taskId: "t1" },
    /^Task t1 is stopped\.$/,
    "stopped by the coordinator",
  ],
  [
    "keeps the reason",
    IN_QUEUE,
    { taskId: "t1", reason: "cut again" },
    /^Task t1 is stopped\.$/,
    "stopped by the coordinator: cut again",
  ],
  [
    "refuses what has ended",
    [...AT_WORK, finished("t1", "failed")],
    { taskId: "t1" },
    /^! Task t1 has ended already: failed\.$/,
    "why",
  ],
  ["refuses an unknown task", AT_WORK, { taskId: "t8" }, /^! There is no task t8/, ""],
])("TaskStop %s", async (_name, ...[events, input, answer, why]) => {
  const { call, tools, team } = await deskAfter(...events);
  expect(await call(tools.stop, input)).toMatch(answer);
  expect(team().tasks.get("t1")?.why).toBe(why);
});

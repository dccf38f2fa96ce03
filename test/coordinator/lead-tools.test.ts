import { expect, test } from "vitest";
import type { EventBody } from "../../src/session/events.ts";
import { eventually } from "../support/eventually.ts";
import { deskAfter } from "./lead-desk.ts";
import {
  AT_WORK,
  approved,
  assigned,
  created,
  finished,
  inProgress,
  ready,
  spawned,
  started,
} from "./support.ts";

const TEXT = `Move the callers of src/a.ts to promises, so that the callback API can be removed.

Files: write only src/a.ts. Contract: load(id: string): Promise<User>, which rejects with NotFound.
Pattern: load(id, (error, user) => use(user)) becomes use(await load(id)). Check: npm test exits 0.
Not this: other folders. Odd cases: a callback that is called twice: leave it and list it in the report with file and line. Ask when an exported function would have to become async.`;
const FULL = { subject: "a.ts uses promises", description: TEXT, files: ["src/a.ts"] };

test("TaskCreate puts the task on the board and answers with its id", async () => {
  const { call, tools, team } = await deskAfter(started());
  expect([
    await call(tools.create, FULL),
    await call(tools.create, {
      ...FULL,
      files: [],
      check: "make",
      risk: "HIGH",
      blockedBy: ["t1"],
    }),
  ]).toEqual([
    "created task t1: a.ts uses promises",
    expect.stringMatching(/^created task t2: .*\nadvice: files: name the files/),
  ]);
  expect([...team().tasks.values()]).toMatchObject([
    { id: "t1", ...FULL, risk: "MEDIUM", blockedBy: [], phase: "waiting" },
    { id: "t2", risk: "HIGH", check: "make", blockedBy: ["t1"], phase: "waiting" },
  ]);
});

test("TaskCreate advises on a thin text, and creates the task all the same", async () => {
  const { call, tools, team } = await deskAfter(started());
  const answer = await call(tools.create, {
    subject: "s",
    description: "Do it.",
    files: ["lib/**"],
  });
  expect(answer.split("\n").map((line) => line.split(":").slice(0, 2).join(":"))).toEqual([
    "created task t1: s",
    "advice: goal",
    "advice: thin",
    "advice: files",
    "advice: check",
    "advice: not this",
  ]);
  expect(team().tasks.size).toBe(1);
});

test("a number is never given twice, even after the task was deleted", async () => {
  const { call, tools } = await deskAfter(started());
  await call(tools.create, FULL);
  await call(tools.update, { taskId: "t1", status: "deleted" });
  expect(await call(tools.create, FULL)).toBe("created task t2: a.ts uses promises");
});

test("TaskCreate refuses an unknown dependency, and changes nothing", async () => {
  const { call, tools, events } = await deskAfter(started());
  expect(await call(tools.create, { ...FULL, blockedBy: ["t4"] })).toMatch(
    /^! There is no task t4/,
  );
  expect(events.map(({ type }) => type)).toEqual(["session.started"]);
});

test("TaskCreate refuses a file of an open task that is not linked, and the journal says so", async () => {
  const { call, tools, events } = await deskAfter(started());
  await call(tools.create, FULL);
  const refused = await call(tools.create, { ...FULL, files: ["src/**"] });
  const linked = await call(tools.create, { ...FULL, files: ["src/**"], blockedBy: ["t1"] });
  expect(refused).toMatch(
    /^! Not created: task t1 is open and also names src\/\*\*.*blockedBy: \["t1"\]/,
  );
  expect(linked).toMatch(/^created task t2/);
  expect(events[2]).toMatchObject({
    type: "conflict.predicted",
    tasks: ["t1", "t2"],
    files: ["src/**"],
  });
});

test("a path with brackets meets itself", async () => {
  const { call, tools } = await deskAfter(started());
  const files = ["app/[id]/page.ts"];
  await call(tools.create, { ...FULL, files });
  expect(await call(tools.create, { ...FULL, files })).toMatch(/^! Not created: task t1 is open/);
});

test("TaskCreate complains about a field that it does not know", async () => {
  const { call, tools } = await deskAfter(started());
  expect(await call(tools.create, { ...FULL, depends_on: ["t1"] })).toMatch(/^! .*depends_on/);
});

const call = { description: "moves callers", prompt: "Look first." };
const PLAN = [started({ workers: 1 }), created("t1"), created("t2", { blockedBy: ["t1"] })];
const AT_WORK_ALONE = [
  ...PLAN,
  approved,
  assigned("t1", "ada"),
  spawned("ada"),
  ready("ada"),
  inProgress("t1"),
];

test.each<[string, readonly EventBody[], object, RegExp]>([
  ["a name that can't be one", AT_WORK, { name: "Ada L" }, /^! "Ada L" can't be a worker's name/],
  ["the coordinator's name", AT_WORK, { name: "coordinator" }, /^! "coordinator" is not free/],
  ["the person's name", AT_WORK, { name: "person" }, /^! "person" is not free/],
  [
    "a name like a person's on the wire",
    AT_WORK,
    { name: "person-1" },
    /^! "person-1" is not free/,
  ],
  ["the name of the lead's checkout", AT_WORK, { name: "lead" }, /^! "lead" is not free/],
  ["the name of the clean checkout", AT_WORK, { name: "clean" }, /^! "clean" is not free/],
  [
    "a tool that no worker has",
    AT_WORK,
    { tools: ["Finish"] },
    /^! There is no tool Finish\. A worker's tools: Read, /,
  ],
  ["an unknown task", AT_WORK, { taskId: "t5" }, /^! There is no task t5/],
  [
    "a task that runs",
    AT_WORK,
    { taskId: "t1" },
    /^! Task t1 can't be given to a worker now: it is working, ada has it\.$/,
  ],
])("Agent refuses %s", async (_name, ...[events, input, answer]) => {
  const desk = await deskAfter(...events);
  const before = desk.team().workers.size;
  expect(await desk.call(desk.tools.agent, { ...call, ...input })).toMatch(answer);
  expect(desk.team().workers.size).toBe(before);
});

test("Agent's words, tools and model go to the worker once the task is ready", async () => {
  const desk = await deskAfter(...AT_WORK_ALONE);
  const wish = { taskId: "t2", tools: ["Read"], model: "other" };
  expect(await desk.call(desk.tools.agent, { ...call, ...wish })).toBe(
    "t2 gets a worker with your words as soon as it is ready and there is a place.",
  );
  await desk.emit({ type: "integration.merged", task: "t1", commit: "c", branch: "b" });
  await desk.emit(finished("t1", "completed"));
  expect(desk.events.findLast((event) => event.type === "task.assigned")).toMatchObject({
    task: "t2",
    worker: "ada",
    words: call.prompt,
    tools: ["Read", "Report"],
    model: "other",
  });
});

test("Finish is refused while something is open, and ends the session otherwise", async () => {
  const desk = await deskAfter(...AT_WORK);
  const refused = await desk.call(desk.tools.finish, { summary: "all" });
  await desk.emit(finished("t1", "failed"));
  const accepted = await desk.call(desk.tools.finish, { summary: "all but t1" });
  const { state, summary } = desk.team();
  expect([refused, accepted, state, summary]).toEqual([
    "! Not finished, this is still open:\n- task t1 (subject of t1): in progress (ada)\nEnd your turn to wait for it, or stop or delete what will not be done.",
    "The session is finished.",
    "finished",
    "all but t1",
  ]);
});

test("AskUserQuestion waits for the person and tells the options and the answer", async () => {
  const desk = await deskAfter(started());
  const options = [{ label: "keep", description: "the default" }, { label: "drop" }];
  const answer = desk.call(desk.tools.ask, { questions: [{ question: "Which?", options }] });
  await eventually(() => expect(desk.team().questions.size).toBe(1));
  const [question] = desk.team().questions.values();
  await desk.emit({
    type: "question.answered",
    question: question?.id ?? "",
    text: "drop",
    by: "person",
  });
  expect([question?.text, await answer]).toEqual([
    "Which?\n  1. keep: the default\n  2. drop",
    "Which?\nThe person answers: drop",
  ]);
});

test("what a tool did is on disk when it answers, and its consequences have begun", async () => {
  const desk = await deskAfter(started(), created("t1"), approved);
  await desk.emit(ready("ada"));
  expect(desk.performed).toEqual([
    { do: "begin" },
    { do: "spawn", worker: "ada", again: false },
    { do: "prepare", task: "t1" },
  ]);
});

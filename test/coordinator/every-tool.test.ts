import { expect, test } from "vitest";
import type { Desk } from "../../src/coordinator/desk.ts";
import { leadTools } from "../../src/coordinator/lead-seat.ts";
import { EMPTY_TEAM } from "../../src/coordinator/team.ts";
import { presets } from "../../src/risk/grants.ts";
import type { Risk } from "../../src/task.ts";
import { workerTools } from "../../src/tools/all-tools.ts";
import type { Tool } from "../../src/tools/tool.ts";
import { createWorkspace } from "../tools/workspace.ts";

type Row = readonly [tool: string, input: Record<string, unknown>, risk: Risk];

const READING: readonly Row[] = [
  ["Read", { file_path: "src/a.ts" }, "LOW"],
  ["Read", { file_path: ".env" }, "HIGH"],
  ["Glob", { pattern: "**/*.ts" }, "LOW"],
  ["Grep", { pattern: "x" }, "LOW"],
  ["Grep", { pattern: "x", path: ".env" }, "HIGH"],
];

const SHARED: readonly Row[] = [
  ["TaskList", {}, "LOW"],
  ["TaskGet", { taskId: "t1" }, "LOW"],
  ["SendMessage", { to: "ben", message: "hi" }, "LOW"],
  ["Remember", { text: "tests need node 24" }, "LOW"],
  ["Recall", { query: "node" }, "LOW"],
  ["AskUserQuestion", { questions: [{ question: "which?" }] }, "LOW"],
];

const WORKER: readonly Row[] = [
  ...READING,
  ...SHARED,
  ["Write", { file_path: "src/b.ts", content: "" }, "MEDIUM"],
  ["Write", { file_path: ".envrc", content: "" }, "HIGH"],
  ["Edit", { file_path: "src/a.ts", old_string: "a", new_string: "b" }, "MEDIUM"],
  ["Edit", { file_path: ".vscode/tasks.json", old_string: "a", new_string: "b" }, "HIGH"],
  ["Bash", { command: "ls" }, "LOW"],
  ["Bash", { command: "npm test" }, "MEDIUM"],
  ["Bash", { command: "git push" }, "HIGH"],
  ["TaskOutput", { task_id: "b1" }, "LOW"],
  ["TaskStop", { task_id: "b1" }, "LOW"],
  ["Terminal", { action: "open", command: "npm test" }, "MEDIUM"],
  ["Terminal", { action: "open", command: "ssh host.invalid" }, "HIGH"],
  ["Terminal", { action: "read", terminal_id: "t1" }, "LOW"],
  ["WebFetch", { url: "https://host.invalid/" }, "HIGH"],
  ["Report", { status: "done", summary: "s" }, "LOW"],
];

const LEAD: readonly Row[] = [
  ...READING,
  ...SHARED,
  ["TaskCreate", { subject: "s", description: "d" }, "LOW"],
  ["TaskUpdate", { taskId: "t1", status: "deleted" }, "LOW"],
  ["Agent", { description: "d", prompt: "p" }, "LOW"],
  ["TaskStop", { taskId: "t1", reason: "r" }, "LOW"],
  ["Finish", { summary: "s" }, "LOW"],
];

const desk: Desk = {
  team: () => EMPTY_TEAM,
  emit: () => Promise.reject(new Error("nothing is called")),
  trackedFiles: async () => [],
  settlePlan: async () => undefined,
  finish: async () => {},
};
const OF_LEAD = leadTools(desk);

test.each([
  ["worker", workerTools, WORKER],
  ["lead", OF_LEAD, LEAD],
] as const)("every tool of a %s has its risk in the table", (_who, tools, rows) => {
  const named = new Set(rows.map(([name]) => name));
  expect([...named].toSorted()).toEqual(tools.map(({ name }) => name).toSorted());
});

const ROWS = [
  ...WORKER.map((row) => ["a worker", workerTools, row] as const),
  ...LEAD.map((row) => ["the lead", OF_LEAD, row] as const),
].map(([who, tools, [name, input, risk]]) => ({ who, tools, name, input, risk }));

test.each(ROWS)("$name of $who: $input is $risk", async ({ tools, name, input, risk }) => {
  const workspace = createWorkspace();
  workspace.write({
    "src/a.ts": "a",
    ".env": "KEY=1",
    "package.json": '{"scripts":{"test":"vitest"}}',
  });
  const tool = tools.find((one: Tool) => one.name === name);
  if (tool === undefined) throw new Error(`no ${name}`);
  expect((await workspace.assess(tool, input)).risk).toBe(risk);
});

test("the full grant names every tool of a worker, and no grant names one that is not there", () => {
  const all = workerTools.map(({ name }) => name).toSorted();
  expect(presets.full.tools.toSorted()).toEqual(all);
  for (const { tools } of Object.values(presets)) {
    expect(tools.filter((name) => !all.includes(name))).toEqual([]);
  }
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { presets } from "../../src/risk/grants.ts";
import { bashTool } from "../../src/tools/bash.ts";
import { editTool } from "../../src/tools/edit.ts";
import { readTool } from "../../src/tools/read.ts";
import { rememberTool } from "../../src/tools/remember.ts";
import { reportTool } from "../../src/tools/report.ts";
import { runToolCalls } from "../../src/tools/run.ts";
import { sendMessageTool } from "../../src/tools/send-message.ts";
import { writeTool } from "../../src/tools/write.ts";
import { makeToken } from "../risk/secret-samples.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

const TOKEN = `ghp_${makeToken(36)}`;
const MARK = "[hidden by swarmux: GitHub token. A person can see it where it comes from]";

/** The result of one call as the loop gives it to the model, and what was recorded of it. */
async function result(work: Workspace, name: string, input: Record<string, unknown>) {
  const recorded: string[] = [];
  const [one] = await runToolCalls([{ id: "c1", name, input }], {
    tools: [readTool, bashTool],
    context: work.context,
    policy: { grant: presets.full, rules: [] },
    floor: "LOW",
    hooks: {
      permit: async () => ({ allowed: true, gate: "g1" }),
      started: async () => {},
      finished: async (_call, { content }) => void recorded.push(content),
    },
  });
  expect(recorded).toEqual([one?.content]);
  return one?.content ?? "";
}

test("R18: what a tool returns holds no key, whether it succeeded or not", async () => {
  const work = createWorkspace();
  work.write({ "a.ts": `const a = 1;\nconst token = "${TOKEN}";\n` });
  expect(await result(work, "Read", { file_path: "a.ts" })).toBe(
    `    1\tconst a = 1;\n    2\tconst token = "${MARK}";`,
  );
  expect(await result(work, "Bash", { command: "cat a.ts; exit 3" })).toContain(MARK);
});

test("R18: a key in a long output stands neither in what is shown nor in the file that is kept", async () => {
  const work = createWorkspace();
  work.write({ "a.txt": `${"x".repeat(1_000_000)}\n${TOKEN}\n${"y".repeat(2_000_000)}\n` });
  await work.call(bashTool, { command: "cat a.txt" });
  const [name = ""] = readdirSync(work.context.outputs);
  const kept = readFileSync(join(work.context.outputs, name), "utf8");
  expect(kept).toBe(`${"x".repeat(1_000_000)}\n${MARK}\n${"y".repeat(2_000_000)}\n`);
});

test("a mark never takes the place of the secret itself in a file", async () => {
  const work = createWorkspace();
  const text = `a = 1\nkey = "${TOKEN}"\n`;
  work.write({ "a.py": text });
  await work.call(readTool, { file_path: "a.py" });
  const shown = `key = "${MARK}"`;
  for (const [tool, input] of [
    [editTool, { old_string: shown, new_string: "key = load()" }],
    [editTool, { old_string: "a = 1", new_string: shown }],
    [writeTool, { content: `a = 2\n${shown}\n` }],
  ] as const) {
    expect(await work.failure(tool, { file_path: "a.py", ...input })).toContain(
      "the file holds the secret itself",
    );
  }
  await work.call(editTool, { file_path: "a.py", old_string: "a = 1", new_string: "a = 2" });
  expect(readFileSync(join(work.root, "a.py"), "utf8")).toBe(`a = 2\nkey = "${TOKEN}"\n`);
});

test("R18: no key goes into memory, messages or reports", async () => {
  const work = createWorkspace();
  const refused = /^Refused: the text holds what looks like a secret \(GitHub token\)/;
  const text = `The token is ${TOKEN}.`;
  expect(await work.failure(rememberTool, { text })).toMatch(refused);
  expect(await work.failure(rememberTool, { text: "x", files: [TOKEN] })).toMatch(refused);
  expect(await work.failure(sendMessageTool, { to: "coordinator", message: text })).toMatch(
    refused,
  );
  expect(await work.failure(reportTool, { status: "done", summary: text })).toMatch(refused);
  expect(
    await work.failure(reportTool, { status: "done", summary: "x", followUps: [text] }),
  ).toMatch(refused);
  expect([work.entries, work.sent, work.reports]).toEqual([[], [], []]);
});

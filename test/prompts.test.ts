import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { renderPrefix } from "../src/agent/prefix.ts";
import { parsePrompt } from "../src/agent/prompt-file.ts";
import { MAX_REJECTIONS } from "../src/coordinator/limits.ts";
import { adviseTask } from "../src/coordinator/plan-lint.ts";
import { workerTools } from "../src/tools/all-tools.ts";
import { openLeadDesk } from "./coordinator/lead-desk.ts";

const NAMES = ["coordinator", "worker"] as const;

function source(name: string): string {
  return readFileSync(join(import.meta.dirname, "..", "prompts", `${name}.md`), "utf8");
}

function text(name: string): string {
  return parsePrompt(source(name), `${name}.md`).text;
}

/** A token is about three quarters of a word. */
function tokens(prose: string): number {
  return Math.round(prose.split(/\s+/).length * 1.35);
}

const WORKER_TOOLS = workerTools.map(({ name }) => name);
const SHARED = ["Read", "Glob", "Grep", "TaskList", "TaskGet", "SendMessage", "Remember", "Recall"];

async function leadToolNames(): Promise<string[]> {
  const { tools } = await openLeadDesk();
  return [...Object.values(tools).map(({ name }) => name), ...SHARED];
}

/** Words of the prompt that are names of tools; `Read` and the like only where they stand as a name. */
function toolsNamed(prose: string, known: readonly string[]): string[] {
  const words = prose.match(
    /\b(?:[A-Z][a-z]+){2,}\b|\b(?:Agent|Finish|Report|Recall|Remember|Grep|Glob|Bash|Edit|Write|Terminal)\b/g,
  );
  return [...new Set(words)].filter((word) => known.includes(word));
}

test.each([
  ["coordinator", 2_200, 3_000],
  ["worker", 1_200, 1_800],
] as const)("the %s's prompt has between %i and %i tokens", (name, least, most) => {
  const length = tokens(text(name));
  expect(length).toBeGreaterThanOrEqual(least);
  expect(length).toBeLessThanOrEqual(most);
});

test.each([
  [
    "coordinator",
    [
      "Who you are",
      "What done means",
      "First: understand",
      "One or many",
      "Cutting",
      "Writing a task",
      "Models and risk",
      "While they work",
      "When things fail",
      "The person, and trust",
      "Ends",
    ],
  ],
  [
    "worker",
    [
      "Who you are",
      "Scope",
      "Working",
      "Checks",
      "Hands off",
      "No, and stuck",
      "Asking, memory, trust",
      "Report",
    ],
  ],
] as const)("the %s's headings stand in their order", (name, headings) => {
  const found = [...text(name).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
  expect(found).toEqual(headings);
});

test("the coordinator's prompt names tools that the lead has, and none of a worker's own", async () => {
  const lead = await leadToolNames();
  const all = [...lead, ...WORKER_TOOLS, "Terminal", "WebFetch", "TaskOutput"];
  // "Report:" and "Check:" are parts of a task's text there.
  const named = toolsNamed(text("coordinator"), all).filter((name) => name !== "Report");
  expect(named.filter((name) => !lead.includes(name))).toEqual([]);
  expect(named).toEqual(
    expect.arrayContaining(["TaskUpdate", "Agent", "Finish", "AskUserQuestion"]),
  );
});

test("the worker's prompt names tools that a worker has, and none of the lead's own", async () => {
  const lead = await leadToolNames();
  // "Write only the files", "Edit" as a verb at the start of a sentence.
  const named = toolsNamed(text("worker"), [...lead, ...WORKER_TOOLS]);
  expect(named.filter((name) => !WORKER_TOOLS.includes(name))).toEqual([]);
  expect(named).toEqual(expect.arrayContaining(["Recall", "Remember", "SendMessage", "Report"]));
});

const COUNTS = ["never", "once", "twice", "three times"];

test("the prompt says that work comes back as often as the code sends it back", () => {
  const said = /`rejected` goes back to its worker (\w+(?: times)?) by code/.exec(
    text("coordinator"),
  );
  expect(said?.[1]).toBe(COUNTS[MAX_REJECTIONS]);
});

test.each(NAMES)(
  "the %s's prompt is the same for everybody, at any time, in any folder",
  (name) => {
    const prose = text(name);
    expect(prose.match(/\b20\d\d\b|\b\d{1,2}:\d\d\b|today's date/gi)).toBeNull();
    expect(prose.match(/(?:^|[\s"'`(])(?:~|\/(?:home|Users|tmp|work|var|usr))\//g)).toBeNull();
    expect(prose.match(/\{\{|\$\{|<[A-Z_]+>|\bTODO\b|\bTBD\b|\bXXX\b/g)).toBeNull();
  },
);

test.each(NAMES)("the %s's prompt does not shout", (name) => {
  expect(text(name).match(/\b(?:MUST|NEVER|CRITICAL|ALWAYS|IMPORTANT|DO NOT)\b/g)).toBeNull();
  expect(text(name)).not.toContain("!!");
});

test.each(NAMES)("the %s's prompt ends with one newline, and its settings are known", (name) => {
  expect(source(name)).toMatch(/[^\n]\n$/);
  expect(parsePrompt(source(name), name)).toMatchObject({ effort: "medium", maxTokens: 32_000 });
});

test("the example of a task lacks nothing that the code looks for", () => {
  const quoted = text("coordinator").match(/^> .*$/gm) ?? [];
  const description = quoted.map((line) => line.slice(2)).join("\n");
  const task = {
    id: "t2",
    subject: "billing awaits loadUser",
    description,
    files: ["src/billing/**"],
  };
  const advice = adviseTask({ ...task, blockedBy: ["t1"], risk: "MEDIUM" }, ["src/billing/a.ts"]);
  expect(quoted.length).toBeGreaterThan(5);
  expect(advice).toEqual([]);
});

function workerPrefix(): string {
  const prompt = text("worker");
  return JSON.stringify(renderPrefix({ prompt, instructions: [], tools: workerTools }));
}

test("a worker's prefix is long enough for the cache and the same bytes each time", () => {
  const first = workerPrefix();
  expect(workerPrefix()).toBe(first);
  expect(Buffer.byteLength(first) / 4).toBeGreaterThan(4_096);
});

/**
 * Ten tool turns for each worker: five commands, three reads, two edits, then the report. The lead gives every worker
 * a part of its own and finishes when all parts are merged.
 */
import type { Reply, ReplyBlock, Scenario, ScenarioRequest } from "../../src/offline/scenario.ts";

export const scenario: Scenario = {
  name: "turn",
  description: "Ten short tool turns for every worker.",
  reply: (request) => (request.toolNames.includes("Report") ? work(request) : lead(request)),
};

/** What the person asks for: so many workers, each with a part. */
export function requestFor(parts: number): string {
  return `Change line 7 of the first two files in each of ${parts} parts.`;
}

function lead({ firstUserText, lastResults, callsSoFar }: ScenarioRequest): Reply {
  const parts = Number(/each of (\d+) parts/.exec(firstUserText)?.[1] ?? 0);
  const last = lastResults.at(-1);
  if (callsSoFar().length === 0) {
    return { blocks: Array.from({ length: parts }, (_, index) => createTask(index + 1)) };
  }
  if (last === undefined) return { blocks: [tool("TaskList", {})] };
  if (last.name === "TaskList" && !/"(?:pending|in_progress)"/.test(last.text)) {
    return { blocks: [tool("Finish", { summary: "All parts are changed." })] };
  }
  return { blocks: [{ type: "text", text: "I wait." }] };
}

function createTask(part: number): ReplyBlock {
  const files = ["a", "b"].map((name) => `part-${part}/${name}.txt`);
  return tool("TaskCreate", {
    subject: `Line 7 is changed in part-${part}`,
    description: `Change line 7 of ${files.join(" and ")} and leave everything else alone.`,
    risk: "LOW",
    files,
  });
}

function work({ firstUserText, callsSoFar }: ScenarioRequest): Reply {
  const folder = /part-\d+/.exec(firstUserText)?.[0] ?? "part-1";
  const turns = [
    bash(`ls ${folder}`),
    read(`${folder}/a.txt`),
    bash(`grep -c line ${folder}/a.txt`),
    edit(`${folder}/a.txt`),
    bash(`head -n 10 ${folder}/a.txt`),
    read(`${folder}/b.txt`),
    edit(`${folder}/b.txt`),
    bash(`wc -l ${folder}/b.txt`),
    read(`${folder}/c.txt`),
    bash("git status --short"),
  ];
  const next = turns[callsSoFar().length];
  if (next !== undefined) return { blocks: [{ type: "text", text: "The next step." }, next] };
  const summary = "Line 7 of both files is changed; git status shows nothing else.";
  return callsSoFar().some(({ name }) => name === "Report")
    ? { blocks: [{ type: "text", text: "My report stands." }] }
    : { blocks: [tool("Report", { status: "done", summary })] };
}

function bash(command: string): ReplyBlock {
  return tool("Bash", { command });
}

function read(file_path: string): ReplyBlock {
  return tool("Read", { file_path });
}

function edit(file_path: string): ReplyBlock {
  return tool("Edit", { file_path, old_string: "line 7 of", new_string: "the seventh of" });
}

function tool(name: string, input: Record<string, unknown>): ReplyBlock {
  return { type: "tool_use", name, input };
}

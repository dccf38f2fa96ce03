/**
 * An agent and its tools for the tests of scenarios: the real SDK against the real server, real files and ripgrep,
 * and a board that the test moves by hand. The agent sends every answer back exactly as it came.
 */
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type Anthropic from "@anthropic-ai/sdk";
import { rgPath } from "@vscode/ripgrep";
import { z } from "zod";
import { clientOf } from "./prompts.ts";

const Input = z.record(z.string(), z.unknown());
export type Input = z.infer<typeof Input>;
export type ToolTable = Record<string, (input: Input) => string | Promise<string>>;

interface Call {
  readonly name: string;
  readonly input: Input;
  readonly result: string;
  readonly isError: boolean;
}

export interface Agent {
  readonly calls: Call[];
  /** Calls turn by turn; the texts of the turns. */
  readonly turns: Call[][];
  readonly texts: string[];
  /** A user turn, then model turns until one ends without a tool call or with `Report` or `Finish`. */
  hear(words: string): Promise<void>;
}

export interface Folder extends AsyncDisposable {
  readonly path: string;
  read(file: string): Promise<string>;
}

export async function makeFolder(files: Record<string, string>): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), "offline-rename-"));
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, file)), { recursive: true });
    await writeFile(join(path, file), text);
  }
  return {
    path,
    read: (file) => readFile(join(path, file), "utf8"),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
}

export function openAgent(url: string, tools: ToolTable): Agent {
  const client = clientOf(url);
  const messages: Anthropic.MessageParam[] = [];
  const calls: Call[] = [];
  const turns: Call[][] = [];
  const texts: string[] = [];
  let results: Anthropic.ContentBlockParam[] = [];

  const turn = async (): Promise<boolean> => {
    const answer = await client.messages
      .stream({
        model: "offline",
        max_tokens: 32_000,
        thinking: { type: "adaptive", display: "summarized" },
        cache_control: { type: "ephemeral" },
        tools: Object.keys(tools).map((name) => ({ name, input_schema: { type: "object" } })),
        messages,
      })
      .finalMessage();
    messages.push({ role: "assistant", content: answer.content });
    const made: Call[] = [];
    results = [];
    for (const block of answer.content) {
      if (block.type === "text") texts.push(block.text);
      if (block.type !== "tool_use") continue;
      const call = await run(tools, block);
      made.push(call);
      const { result: content, isError: is_error } = call;
      results.push({ type: "tool_result", tool_use_id: block.id, content, is_error });
    }
    calls.push(...made);
    turns.push(made);
    const isOver = made.some(
      ({ name, isError }) => (name === "Report" || name === "Finish") && !isError,
    );
    return made.length > 0 && !isOver;
  };

  return {
    calls,
    turns,
    texts,
    async hear(words) {
      messages.push({ role: "user", content: [...results, { type: "text", text: words }] });
      for (let left = 30; await turn(); left--) {
        if (left === 0) throw new Error("The agent comes to no end.");
        messages.push({ role: "user", content: results });
      }
    },
  };
}

async function run(tools: ToolTable, block: Anthropic.ToolUseBlock): Promise<Call> {
  const { name } = block;
  const input = Input.parse(block.input);
  try {
    const tool = tools[name];
    if (!tool) throw new Error(`No tool ${name}.`);
    return { name, input, result: await tool(input), isError: false };
  } catch (error) {
    return { name, input, result: error instanceof Error ? error.message : "", isError: true };
  }
}

/** Read, Edit, Grep and Bash on the files below `root`; `Edit` wants a file to have been read. */
export function fileTools(root: string): ToolTable {
  const seen = new Map<string, string>();
  const at = (input: Input) => join(root, String(input["file_path"]));
  return {
    Grep: (input) => grep(root, input),
    async Read(input) {
      const text = await readFile(at(input), "utf8");
      seen.set(at(input), text);
      return text;
    },
    async Edit(input) {
      const text = await readFile(at(input), "utf8");
      if (seen.get(at(input)) !== text) throw new Error("Read the file first.");
      const [from, to] = [String(input["old_string"]), String(input["new_string"])];
      if (!text.includes(from)) throw new Error("old_string was not found.");
      const changed = text.replaceAll(from, () => to);
      await writeFile(at(input), changed);
      seen.set(at(input), changed);
      return "Edited.";
    },
    Bash(input) {
      const { status, stdout, stderr } = spawnSync("bash", ["-c", String(input["command"])], {
        cwd: root,
        encoding: "utf8",
      });
      if (status !== 0) throw new Error(`${stdout}${stderr}[exit ${status}]`);
      return "[exit 0]";
    },
  };
}

function grep(root: string, input: Input): string {
  if (input["output_mode"] !== "files_with_matches") throw new Error("Not in this test.");
  const flags = input["multiline"] ? ["-U", "--multiline-dotall"] : [];
  const argv = ["-l", "--no-config", "--sort", "path", ...flags, "--", String(input["pattern"])];
  // With a pipe as its input rg searches that instead of the folder.
  const { status, stdout, stderr } = spawnSync(rgPath, argv, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (status === 2) throw new Error(stderr);
  return stdout.trimEnd() || "No matches.";
}

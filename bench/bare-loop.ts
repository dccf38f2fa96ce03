/** The least that an agent can be, for comparison: no journal, no team, no checks. `bare-loop <folder> <words>` */
import { exec } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import Anthropic from "@anthropic-ai/sdk";

const [folder = ".", words = ""] = process.argv.slice(2);
process.chdir(folder);
const client = new Anthropic();
const names = ["Read", "Edit", "Bash", "Report"];
const tools = names.map((name) => ({ name, input_schema: { type: "object" as const } }));
const messages: Anthropic.MessageParam[] = [{ role: "user", content: words }];

async function call(name: string, input: Record<string, string>): Promise<string> {
  const { file_path: file = "", old_string: from = "", new_string: to = "", command = "" } = input;
  if (name === "Bash") return (await promisify(exec)(command)).stdout;
  const text = await readFile(file, "utf8");
  if (name === "Edit") await writeFile(file, text.replace(from, to));
  return text;
}

for (;;) {
  const stream = client.messages.stream({ model: "offline", max_tokens: 32_000, tools, messages });
  const { content } = await stream.finalMessage();
  const results: Anthropic.ToolResultBlockParam[] = [];
  for (const block of content) {
    if (block.type !== "tool_use" || block.name === "Report") continue;
    const input: Record<string, string> = JSON.parse(JSON.stringify(block.input));
    const output = await call(block.name, input);
    results.push({ type: "tool_result", tool_use_id: block.id, content: output });
  }
  if (results.length === 0) break;
  messages.push({ role: "assistant", content }, { role: "user", content: results });
}
// A worker stays after its report too; so the last sample finds both alive.
process.stdin.resume();

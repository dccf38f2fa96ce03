/** What a worker's own records tell a process that takes over from one that died. */
import type { Conversation } from "../agent/conversation.ts";
import type { Up } from "../ipc/messages.ts";
import type { CutCall } from "../tools/recover.ts";

/** Files that the agent has seen count as seen for its successor, as they are now. */
export function seenFiles(conversation: Conversation): string[] {
  const messages = conversation.messages();
  const failed = new Set(
    messages.flatMap((message) =>
      message.content.flatMap((block) =>
        block.type === "tool_result" && block["is_error"] === true ? [block["tool_use_id"]] : [],
      ),
    ),
  );
  const paths = messages.flatMap((message) =>
    message.content.flatMap((block) => {
      const isFile = block.type === "tool_use" && FILE_TOOLS.has(String(block["name"]));
      if (!isFile || failed.has(block["id"])) return [];
      const { file_path }: { file_path?: unknown } = Object(block["input"]);
      return typeof file_path === "string" ? [file_path] : [];
    }),
  );
  return [...new Set(paths)];
}

const FILE_TOOLS = new Set(["Read", "Write", "Edit"]);

/** Reports, messages and memories are in this worker's own journal once they took effect. */
export function wasSaid(
  { name, input }: CutCall,
  said: readonly Up[],
  task: string,
): string | undefined {
  const fields: { message?: unknown; text?: unknown; to?: unknown } = Object(input);
  const isThere = said.some((body) => {
    if (name === "Report") return body.type === "report" && body.task === task;
    if (name === "SendMessage") {
      return body.type === "message" && body.text === fields.message && body.to === fields.to;
    }
    return name === "Remember" && body.type === "remember" && body.draft.text === fields.text;
  });
  return isThere ? "Done." : undefined;
}

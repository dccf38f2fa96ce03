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

const SAYING: Readonly<Record<string, Up["type"]>> = {
  Report: "report",
  SendMessage: "message",
  Remember: "remember",
};

/** Reports, messages and memories are in this worker's own journal once they took effect: behind the start of their call. */
export function wasSaid({ id, name }: CutCall, said: readonly Up[]): string | undefined {
  const start = said.findIndex((body) => body.type === "tool.started" && body.id === id);
  const isThere = start !== -1 && said.slice(start).some(({ type }) => type === SAYING[name]);
  return isThere ? "Done." : undefined;
}

/** An agent's journal as a conversation: every prefix of it is one that the API takes, and nothing that was sent changes. */
import { openConversation } from "../../src/agent/conversation.ts";
import type { Message } from "../../src/agent/model.ts";
import { parseAgentRecord } from "../../src/agent/records.ts";
import { findViolation } from "../../src/offline/check-request.ts";
import { readMessagesRequest } from "../../src/offline/request.ts";
import type { JournalLine } from "../../src/session/journal-line.ts";
import type { Evidence } from "./evidence.ts";

export function checkHistories({ agents }: Evidence): string[] {
  return [...agents].flatMap(([agent, lines]) =>
    lines.flatMap((_, at) => {
      const complaint = complaintOf(lines.slice(0, at + 1));
      return complaint === undefined ? [] : [`${agent} up to line ${at + 1}: ${complaint}`];
    }),
  );
}

/** What the API would say to the next request of an agent with this journal. */
export function complaintOf(lines: readonly JournalLine[]): string | undefined {
  const messages = [...historyOf(lines)];
  if (messages.length === 0) return undefined;
  // After an answer without calls something is said before the model is called again.
  if (messages.at(-1)?.role === "assistant") {
    messages.push({ role: "user", content: [{ type: "text", text: "Go on." }] });
  }
  const read = readMessagesRequest({ model: "offline", max_tokens: 1, messages });
  if (!read.ok) return read.message;
  return findViolation(read.request, { isPaused: () => false });
}

function historyOf(lines: readonly JournalLine[]): readonly Message[] {
  const records = lines.flatMap((line) => parseAgentRecord(line) ?? []);
  return openConversation(records, {
    append: () => Promise.reject(new Error("read only")),
  }).messages();
}

/** Every text that a user turn of any conversation in the journal holds; results of calls are not among them. */
export function userTexts(lines: readonly JournalLine[]): string[] {
  return lines.flatMap((line) => {
    const record = parseAgentRecord(line);
    if (record?.type === "agent.results") return record.texts;
    if (record?.type !== "agent.user") return [];
    return record.content.flatMap((block) =>
      block.type === "text" ? [String(block["text"])] : [],
    );
  });
}

/** A request as a scenario sees it. */
import { blocksOf } from "./check-request.ts";
import type { Block, Message, Prompt } from "./request.ts";
import type { PastCall, ScenarioRequest, ToolOutcome } from "./scenario.ts";

export function viewRequest(prompt: Prompt): ScenarioRequest {
  const messages = withoutPause(prompt.messages);
  const firstAnswer = messages.findIndex(({ role }) => role === "assistant");
  const first = firstAnswer < 0 ? messages : messages.slice(0, firstAnswer);
  const newest = messages.slice(messages.findLastIndex(({ role }) => role === "assistant") + 1);
  const calls = listCalls(messages);
  return {
    model: prompt.model,
    systemText: systemTextOf(prompt),
    toolNames: (prompt.tools ?? []).map(({ name }) => name),
    messages,
    firstUserText: userTexts(first).join("\n"),
    lastUserTexts: userTexts(newest),
    lastResults: resultsOf(newest, calls),
    callsSoFar: () => calls,
  };
}

/** The texts that a user turn holds, tool results aside. */
export function userTexts(messages: readonly Message[]): string[] {
  return messages.flatMap((message) =>
    message.role === "user"
      ? blocksOf(message).flatMap((block) => (block.type === "text" ? [block.text] : []))
      : [],
  );
}

/** A paused answer is sent back as the last message: the question before it is still the one to answer. */
function withoutPause(messages: readonly Message[]): readonly Message[] {
  return messages.at(-1)?.role === "assistant" ? withoutPause(messages.slice(0, -1)) : messages;
}

function systemTextOf({ system = [] }: Prompt): string {
  return typeof system === "string" ? system : system.map(({ text }) => text).join("\n");
}

function listCalls(messages: readonly Message[]): PastCall[] {
  const results = new Map(
    messages
      .flatMap(blocksOf)
      .filter((block) => block.type === "tool_result")
      .map((block) => [block.tool_use_id, block]),
  );
  return messages.flatMap((message, index) =>
    blocksOf(message).flatMap((block) => {
      if (block.type !== "tool_use") return [];
      const result = results.get(block.id);
      return [
        {
          id: block.id,
          name: block.name,
          input: block.input,
          result: result ? resultText(result) : null,
          isError: result?.is_error ?? false,
          message: index,
        },
      ];
    }),
  );
}

function resultsOf(newest: readonly Message[], calls: readonly PastCall[]): ToolOutcome[] {
  return newest.flatMap(blocksOf).flatMap((block) => {
    if (block.type !== "tool_result") return [];
    const name = calls.find(({ id }) => id === block.tool_use_id)?.name ?? "";
    const { tool_use_id, is_error } = block;
    return [{ tool_use_id, name, text: resultText(block), isError: is_error ?? false }];
  });
}

function resultText({ content = "" }: Block & { type: "tool_result" }): string {
  return typeof content === "string"
    ? content
    : content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n");
}

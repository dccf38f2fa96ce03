/** The Messages API's rules between the parts of a request, each a function that says what is wrong, or nothing. */
import type { Block, CacheControl, Message, MessagesRequest, Prompt } from "./request.ts";

export interface CheckContext {
  /** Whether this content is an answer that ended with `pause_turn`: only such a one may be the last message. */
  readonly isPaused: (message: Message) => boolean;
}

type Rule = (request: Prompt, context: CheckContext) => string | undefined;

const RULES: readonly Rule[] = [
  checkParameters,
  checkTools,
  checkOrder,
  checkToolUses,
  checkResults,
  checkBreakpoints,
];

/** The first rule that the request breaks, in the API's words; undefined when it breaks none. */
export function findViolation(request: Prompt, context: CheckContext): string | undefined {
  for (const rule of RULES) {
    const message = rule(request, context);
    if (message !== undefined) return message;
  }
  return undefined;
}

/** `max_tokens: 0` only warms the cache: there is nothing to stream. */
export function findStreamViolation(request: MessagesRequest): string | undefined {
  return request.stream && request.max_tokens === 0
    ? "max_tokens: 0 is not supported with stream"
    : undefined;
}

export function blocksOf(message: Message): readonly Block[] {
  const { content } = message;
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

function checkParameters({ tool_choice, thinking }: Prompt): string | undefined {
  if (tool_choice?.type === "any" || tool_choice?.type === "tool") {
    return `tool_choice: forced tool use ("${tool_choice.type}") is not supported by this model`;
  }
  if (thinking?.type === "disabled" || thinking?.type === "enabled") {
    return `thinking.type: "${thinking.type}" is not supported by this model. Use "adaptive".`;
  }
  return undefined;
}

function checkTools({ tools = [] }: Prompt): string | undefined {
  const names = tools.map((tool) => tool.name);
  return new Set(names).size < names.length ? "tools: Tool names must be unique." : undefined;
}

function checkOrder({ messages }: Prompt, { isPaused }: CheckContext): string | undefined {
  if (messages[0]?.role !== "user") return 'messages: first message must use the "user" role';
  for (const [index, message] of messages.entries()) {
    const before = messages[index - 1];
    const path = `messages.${index}`;
    if (message.role === "assistant" && before?.role === "assistant" && !isPaused(before)) {
      return `${path}: roles must alternate, found multiple "assistant" roles in a row`;
    }
    if (message.role === "system" && before?.role !== "user") {
      return `${path}: a "system" message must follow a "user" message`;
    }
    if (message.role === "user" && before?.role === "system") {
      return `${path}: a "user" message must not follow a "system" message`;
    }
  }
  const last = messages.at(-1);
  return last?.role === "assistant" && !isPaused(last)
    ? "This model does not support assistant message prefill. The conversation must end with a user message."
    : undefined;
}

function checkToolUses({ messages }: Prompt): string | undefined {
  const seen = new Set<string>();
  for (const message of messages) {
    for (const block of blocksOf(message)) {
      if (block.type !== "tool_use") continue;
      if (seen.has(block.id)) return `messages: \`tool_use\` ids must be unique: ${block.id}`;
      seen.add(block.id);
    }
  }
  return undefined;
}

function checkResults({ messages }: Prompt): string | undefined {
  for (const [index, message] of messages.entries()) {
    const before = messages[index - 1];
    const asked = before?.role === "assistant" ? toolUseIds(before) : [];
    const complaint = checkAnswers(message, asked);
    if (complaint !== undefined) return `messages.${index}: ${complaint}`;
  }
  return undefined;
}

function checkAnswers(message: Message, asked: readonly string[]): string | undefined {
  const blocks = blocksOf(message);
  const answered = new Set<string>();
  let hasOther = false;
  for (const block of blocks) {
    if (block.type !== "tool_result") {
      hasOther = true;
      continue;
    }
    const id = block.tool_use_id;
    if (!asked.includes(id)) {
      return `unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
    }
    if (answered.has(id)) {
      return `each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`;
    }
    if (hasOther) return "`tool_result` blocks must come first in the content of the message";
    if (block.is_error && (block.content === undefined || block.content.length === 0)) {
      return `content cannot be empty if \`is_error\` is true: ${id}`;
    }
    answered.add(id);
  }
  const missing = asked.filter((id) => !answered.has(id));
  return missing.length > 0
    ? `\`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(", ")}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`
    : undefined;
}

function toolUseIds(message: Message): string[] {
  return blocksOf(message).flatMap((block) => (block.type === "tool_use" ? [block.id] : []));
}

function checkBreakpoints(request: Prompt): string | undefined {
  const { system, tools = [], messages, cache_control } = request;
  const marks = [
    ...tools.map((tool) => tool.cache_control),
    ...(Array.isArray(system) ? system.map((block) => block.cache_control) : []),
    ...messages.flatMap((message) => blocksOf(message).flatMap(marksOf)),
    cache_control,
  ].filter((mark): mark is CacheControl => mark !== null && mark !== undefined);
  if (marks.length > 4) {
    return `A maximum of 4 blocks with cache_control may be provided. Found ${marks.length}.`;
  }
  const firstShort = marks.findIndex((mark) => mark.ttl !== "1h");
  return firstShort >= 0 && marks.slice(firstShort).some((mark) => mark.ttl === "1h")
    ? "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block"
    : undefined;
}

function marksOf(block: Block): (CacheControl | null | undefined)[] {
  return block.type === "thinking" ? [] : [block.cache_control];
}

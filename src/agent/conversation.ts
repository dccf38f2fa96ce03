/**
 * An agent's conversation with its model: append-only, a projection of the agent's journal. What was sent once is
 * sent again unchanged, so that thinking stays valid, the prompt cache stays warm and a resumed agent is the same one.
 */
import { failpoint } from "../failpoint.ts";
import { type Block, type CallRequest, callsOf, type Message, type ModelAnswer } from "./model.ts";
import type { AgentRecord } from "./records.ts";

/** Where records go. Resolves when the record is on disk; records are kept in the order they were handed over. */
export interface Transcript {
  append(record: AgentRecord): Promise<void>;
}

export interface CallOutcome {
  readonly id: string;
  readonly content: string;
  readonly isError: boolean;
}

export interface CallIntent {
  readonly id: string;
  readonly tool: string;
  readonly input: unknown;
  readonly effect: "reads" | "writes";
  readonly before?: string;
}

/** A call of the newest answer that is not answered yet, and how far it came. */
export interface OpenCall extends CallRequest {
  /** From its intent. */
  readonly before: string | undefined;
  readonly state: "asked" | "started" | "finished";
}

/** All that is said is on disk when the promise resolves, and only then part of `messages()`. */
export interface Conversation {
  /**
   * The history as the API takes it. Calls that are still open are shown as interrupted, as `closeResults` would
   * record them.
   */
  messages(): readonly Message[];
  /** Calls of the newest answer that wait for `closeResults`. */
  openCalls(): readonly OpenCall[];
  /** The newest answer, while nothing was said after it. */
  lastAnswer(): { readonly content: readonly Block[]; readonly stopReason: string } | undefined;
  /** Starts anew with an empty history, behind the prefix of that hash. */
  begin(task: string | null, model: string, prefix: string): Promise<void>;
  /**
   * Goes on behind the prefix of that hash. Where it is another one (another version of swarmux wrote the conversation)
   * the thinking so far is left out: the API refuses blocks that are bound to what does not stand there any more.
   */
  goOn(prefix: string): Promise<void>;
  /**
   * One user message. Empty texts are left out; with nothing left, nothing is said. Not while calls are open. `heard` is
   * kept with it: see `AgentRecord`.
   */
  addUser(texts: readonly string[], heard?: number): Promise<void>;
  /** False when there is nothing in the answer that the API would take back; then it is not kept. */
  addAnswer(answer: ModelAnswer): Promise<boolean>;
  intent(intent: CallIntent): Promise<void>;
  /** The first outcome of a call counts; a later one is dropped. */
  outcome(outcome: CallOutcome): Promise<void>;
  /** Answers every open call, in the order they were asked, and adds texts behind the results. Without open calls: `addUser`. */
  closeResults(texts: readonly string[], heard?: number): Promise<void>;
  end(task: string | null, why: string): Promise<void>;
}

const NEVER_RAN = "Interrupted before it ran.";
const UNKNOWN = "Interrupted: its outcome is not known. Look before you repeat it.";
const NO_OUTPUT = "(no output)";

interface History {
  messages: Message[];
  prefix: string | undefined;
  /** Calls of the newest answer, by id, until they are answered. */
  open: Map<
    string,
    { call: CallRequest; intent?: { before?: string | undefined }; outcome?: CallOutcome }
  >;
  last: { content: readonly Block[]; stopReason: string } | undefined;
}

export function openConversation(
  records: Iterable<AgentRecord>,
  transcript: Transcript,
): Conversation {
  const history: History = { messages: [], prefix: undefined, open: new Map(), last: undefined };
  for (const record of records) apply(history, record);
  const append = async (record: AgentRecord) => {
    await transcript.append(record);
    apply(history, record);
  };
  const addUser = async (texts: readonly string[], heard?: number) => {
    if (history.open.size > 0) throw new Error("calls are open: close their results first");
    const content = textBlocks(texts);
    if (content.length > 0) await append({ type: "agent.user", content, ...noted(heard) });
  };
  return {
    messages: () =>
      history.open.size === 0
        ? [...history.messages]
        : [...history.messages, resultsMessage(history, [])],
    openCalls: () =>
      [...history.open.values()].map(({ call, intent, outcome }) => ({
        ...call,
        before: intent?.before,
        state: outcome ? "finished" : intent ? "started" : "asked",
      })),
    lastAnswer: () => history.last,
    begin: (task, model, prefix) => append({ type: "agent.began", task, model, prefix }),
    async goOn(prefix) {
      if (history.prefix !== prefix) await append({ type: "agent.rebound", prefix });
    },
    addUser,
    async addAnswer({ content, stopReason, usage, model }) {
      const kept = sendable(content);
      if (kept.length === 0) return false;
      const type = "agent.answer";
      failpoint("model.before-answer");
      await append({ type, content: kept, stop_reason: stopReason, usage, model });
      failpoint("model.after-answer");
      return true;
    },
    intent: (intent) => append({ type: "call.intent", ...intent }),
    async outcome({ id, content, isError }) {
      if (history.open.get(id)?.outcome) return;
      await append({ type: "call.outcome", id, content, is_error: isError });
    },
    async closeResults(texts, heard) {
      const ids = [...history.open.keys()];
      if (ids.length === 0) return addUser(texts, heard);
      const said = texts.filter((text) => text.trim());
      return append({ type: "agent.results", ids, texts: said, ...noted(heard) });
    },
    end: (task, why) => append({ type: "agent.ended", task, why }),
  };
}

function apply(history: History, record: AgentRecord): void {
  switch (record.type) {
    case "agent.began":
      history.messages = [];
      history.prefix = record.prefix;
      history.open.clear();
      history.last = undefined;
      return;
    case "agent.rebound":
      history.messages = history.messages.map(withoutThinking);
      history.prefix = record.prefix;
      return;
    case "agent.user":
      closeOpen(history, []);
      say(history, { role: "user", content: record.content });
      return;
    case "agent.answer":
      addAnswer(history, record.content, record.stop_reason);
      return;
    case "call.intent": {
      const open = history.open.get(record.id);
      if (open) open.intent = { before: record.before };
      return;
    }
    case "call.outcome": {
      const open = history.open.get(record.id);
      const { id, content, is_error: isError } = record;
      if (open && !open.outcome) open.outcome = { id, content, isError };
      return;
    }
    case "agent.results":
      closeOpen(history, record.texts);
      return;
    case "agent.ended":
      return;
  }
}

function addAnswer(history: History, content: readonly Block[], stopReason: string): void {
  const previous = history.messages.at(-1);
  if (previous?.role === "assistant") {
    // What follows a paused answer is the rest of the same message.
    history.messages[history.messages.length - 1] = {
      role: "assistant",
      content: [...previous.content, ...content],
    };
  } else {
    history.messages.push({ role: "assistant", content });
  }
  history.last = { content, stopReason };
  history.open = new Map(callsOf(content).map((call) => [call.id, { call }]));
}

function closeOpen(history: History, texts: readonly string[]): void {
  if (history.open.size === 0) return;
  const message = resultsMessage(history, texts);
  history.open = new Map();
  say(history, message);
}

function say(history: History, message: Message): void {
  history.messages.push(message);
  history.last = undefined;
}

/** The results first, in the order of the calls: the API refuses them anywhere else. */
function resultsMessage(history: History, texts: readonly string[]): Message {
  const results = [...history.open].map(([id, { intent, outcome }]): Block => {
    const content = outcome ? outcome.content || NO_OUTPUT : intent ? UNKNOWN : NEVER_RAN;
    const isError = outcome?.isError ?? true;
    return {
      type: "tool_result",
      tool_use_id: id,
      content,
      ...(isError && { is_error: true }),
    };
  });
  return { role: "user", content: [...results, ...textBlocks(texts)] };
}

function noted(heard: number | undefined): { heard?: number } {
  return heard === undefined ? {} : { heard };
}

function textBlocks(texts: readonly string[]): Block[] {
  return texts.flatMap((text) => (text.trim() === "" ? [] : [{ type: "text", text }]));
}

/**
 * The blocks of an answer that can be sent back: the API refuses empty texts, and an answer of thinking alone.
 */
function sendable(content: readonly Block[]): Block[] {
  const kept = content.filter((block) => block.type !== "text" || String(block["text"]).trim());
  return kept.some((block) => !isThinking(block)) ? kept : [];
}

function withoutThinking({ role, content }: Message): Message {
  return { role, content: content.filter((block) => !isThinking(block)) };
}

function isThinking(block: Block): boolean {
  return block.type === "thinking" || block.type === "redacted_thinking";
}

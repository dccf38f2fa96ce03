/** What the server was asked and what it answered: one record a request, in memory and as NDJSON. */
import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import type { AnswerUsage } from "./answer.ts";
import type { Prompt } from "./request.ts";

interface RequestRecord {
  /** When the answer was decided, ISO 8601. */
  readonly ts: string;
  readonly id: string;
  readonly model: string | null;
  readonly status: number;
  /** The rule that the request broke, in the words of the answer. */
  readonly violation: string | null;
  /** Who asked, as far as the request tells: sha256 of its tools and of its system prompt, number of its messages. */
  readonly tools: string | null;
  readonly system: string | null;
  readonly messages: number | null;
  /** sha256 of its first message: the requests of one conversation share it. */
  readonly conversation: string | null;
  /** sha256 of all its messages as they came, of all but the newest two, and of everything that is not messages. */
  readonly whole: string | null;
  readonly before: string | null;
  readonly settings: string | null;
  /** When the whole request was there, ISO 8601. */
  readonly received: string | null;
  /** Milliseconds from the end of the answer before it in its conversation: what the client took for its turn. */
  readonly gap_ms: number | null;
  readonly usage: AnswerUsage | null;
  readonly stop_reason: string | null;
  /** The fault that was injected, e.g. `status 429`. */
  readonly fault: string | null;
}

export interface Stats {
  readonly requests: number;
  readonly violations: number;
  readonly records: readonly RequestRecord[];
}

/** A request that could be read. */
export interface Asked {
  readonly prompt: Prompt;
  /** Its JSON text, as it came. */
  readonly body: string;
  /** When it was there, by the process's own clock. */
  readonly at: number;
}

export interface Records {
  /** What is not given is null. */
  add(record: Partial<RequestRecord> & { id: string; status: number }, asked?: Asked): void;
  /** Notes that an answer is out. */
  ended(prompt: Prompt): void;
  stats(): Stats;
}

export function createRecords(logPath: string | undefined, now: () => number): Records {
  const records: RequestRecord[] = [];
  /** When the newest answer of each conversation was out. */
  const ends = new Map<string, number>();
  return {
    add(given, asked) {
      const prompt = asked?.prompt;
      const conversation = prompt ? nameConversation(prompt) : null;
      const end = ends.get(conversation ?? "");
      // A conversation that begins with the same words again has no answer before it.
      const isLater = asked !== undefined && end !== undefined && asked.prompt.messages.length > 1;
      const gap = isLater ? asked.at - end : undefined;
      const record: RequestRecord = {
        ts: new Date(now()).toISOString(),
        model: prompt?.model ?? null,
        violation: null,
        tools: prompt ? hash(prompt.tools ?? []) : null,
        system: prompt ? hash(prompt.system ?? "") : null,
        messages: prompt?.messages.length ?? null,
        conversation,
        ...(asked ? fingerprintOf(asked.body) : { whole: null, before: null, settings: null }),
        received: asked ? new Date(now() - (performance.now() - asked.at)).toISOString() : null,
        gap_ms: gap === undefined ? null : Math.round(gap * 100) / 100,
        usage: null,
        stop_reason: null,
        fault: null,
        ...given,
      };
      records.push(record);
      if (logPath) append(logPath, record);
    },
    ended: (prompt) => void ends.set(nameConversation(prompt), performance.now()),
    stats: () => ({
      requests: records.length,
      violations: records.filter(({ violation }) => violation !== null).length,
      records: [...records],
    }),
  };
}

/** Whether a later request only adds to an earlier one is told by these: its `before` is then the other one's `whole`. */
function fingerprintOf(body: string): Pick<RequestRecord, "whole" | "before" | "settings"> {
  const { messages, ...settings }: { messages: unknown[] } = JSON.parse(body);
  const before = messages.length > 2 ? hash(messages.slice(0, -2)) : null;
  return { whole: hash(messages), before, settings: hash(settings) };
}

/** Answers go on where the log can't, as on a full disk. */
function append(path: string, record: RequestRecord): void {
  try {
    appendFileSync(path, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  } catch (error) {
    process.stderr.write(`the request log ${path} was not written: ${String(error)}\n`);
  }
}

function nameConversation({ messages }: Prompt): string {
  return hash(messages[0]?.content ?? "");
}

function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

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

export interface Records {
  /** What is not given is null. */
  add(record: Partial<RequestRecord> & { id: string; status: number }, prompt?: Prompt): void;
  stats(): Stats;
}

export function createRecords(logPath: string | undefined, now: () => number): Records {
  const records: RequestRecord[] = [];
  return {
    add(given, prompt) {
      const record: RequestRecord = {
        ts: new Date(now()).toISOString(),
        model: prompt?.model ?? null,
        violation: null,
        tools: prompt ? hash(prompt.tools ?? []) : null,
        system: prompt ? hash(prompt.system ?? "") : null,
        messages: prompt?.messages.length ?? null,
        usage: null,
        stop_reason: null,
        fault: null,
        ...given,
      };
      records.push(record);
      if (logPath) appendFileSync(logPath, `${JSON.stringify(record)}\n`, { mode: 0o600 });
    },
    stats: () => ({
      requests: records.length,
      violations: records.filter(({ violation }) => violation !== null).length,
      records: [...records],
    }),
  };
}

function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

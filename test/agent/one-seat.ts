/** A seat for the loop over a scripted API, the real SDK and a journal in memory, with everything it did on record. */
import { createAnthropicModel } from "../../src/agent/anthropic.ts";
import {
  type CallOutcome,
  type Conversation,
  openConversation,
} from "../../src/agent/conversation.ts";
import type { CallRequest, ModelCall } from "../../src/agent/model.ts";
import { type AgentRecord, parseAgentRecord } from "../../src/agent/records.ts";
import { type AgentEvent, NO_MAIL, type Permits, type Seat } from "../../src/agent/seat.ts";
import { silentLog } from "../../src/log.ts";
import {
  openScriptedApi,
  type SaidBlock,
  type ScriptedApi,
  type Step,
} from "../support/scripted-api.ts";

export interface TestSeat extends AsyncDisposable {
  readonly seat: Seat;
  readonly api: ScriptedApi;
  readonly conversation: Conversation;
  /** The journal's lines, as they would be on disk. */
  readonly lines: string[];
  readonly events: AgentEvent[];
  readonly waits: number[];
  readonly permits: string[];
  readonly bills: ModelCall[];
  readonly calls: CallRequest[];
  readonly controller: AbortController;
}

export function readLines(lines: readonly string[]): AgentRecord[] {
  return lines.flatMap((line) => parseAgentRecord(JSON.parse(line)) ?? []);
}

/** The messages of a request's body. */
export function messagesOf(
  body: Record<string, unknown> | undefined,
): { role: string; content: SaidBlock[] }[] {
  return JSON.parse(JSON.stringify(body?.["messages"]));
}

export interface SeatChanges {
  readonly lines?: readonly string[];
  readonly permits?: Partial<Permits>;
  readonly model?: string;
  readonly changes?: Partial<Seat>;
}

/** A conversation that has begun with "Do it.", unless it goes on from `lines`. */
export async function openSeat(
  steps: readonly Step[],
  {
    lines: earlier = [],
    permits = {},
    model = "claude-sonnet-5-5",
    changes = {},
  }: SeatChanges = {},
): Promise<TestSeat> {
  const api = await openScriptedApi(...steps);
  const lines = [...earlier];
  const conversation = openConversation(readLines(lines), {
    append: async (record) => void lines.push(JSON.stringify(record)),
  });
  if (lines.length === 0) {
    await conversation.begin("t1", model, "p");
    await conversation.addUser(["Do it."]);
  }
  const controller = new AbortController();
  const log: Pick<TestSeat, "events" | "waits" | "permits" | "bills" | "calls"> = {
    events: [],
    waits: [],
    permits: [],
    bills: [],
    calls: [],
  };
  let issued = 0;
  const seat: Seat = {
    model: createAnthropicModel({ env: {}, baseURL: api.url, log: silentLog }),
    request: (messages) => ({
      model,
      system: [{ text: "You work.", cache: true }],
      tools: [{ name: "Read", description: "Reads.", input_schema: { type: "object" } }],
      messages,
      maxTokens: 1000,
      thinking: true,
      ttl: "5m",
    }),
    conversation,
    runCalls: async (calls) => {
      log.calls.push(...calls);
      return calls.map(
        ({ id }): CallOutcome => ({ id, content: `result of ${id}`, isError: false }),
      );
    },
    permits: {
      acquire: async () => ({ ok: true, permit: `p${++issued}` }),
      begun: (permit) => log.permits.push(`${permit} begun`),
      ended: (permit, throttled) =>
        log.permits.push(`${permit} ended ${JSON.stringify(throttled)}`),
      ...permits,
    },
    mail: () => NO_MAIL,
    done: () => false,
    show: (event) => log.events.push(event),
    called: async (bill) => void log.bills.push(bill),
    signal: controller.signal,
    sleep: async (ms) => void log.waits.push(ms),
    ...changes,
  };
  return {
    seat,
    api,
    conversation,
    lines,
    controller,
    ...log,
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
}

/** An answer as server-sent events, whole or broken off in one of the ways a network and a server can. */
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer, AnswerBlock } from "./answer.ts";
import type { Fault } from "./faults.ts";
import { estimateTokens } from "./render.ts";

/** What one delta holds. */
const CHUNK = /.{1,60}/gsu;
const PING_MS = 5_000;

export interface Pace {
  /** Rest after the first event. */
  readonly pauseMs: number;
  readonly perTokenMs: number;
  readonly signal: AbortSignal;
}

interface StreamEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

export type StreamFaultKind = Exclude<Fault["kind"], "status" | "stop-reason">;

/** Resolves when the last event is written; a stream that goes silent ends with its signal. */
export async function streamAnswer(
  response: ServerResponse,
  answer: Answer,
  { fault, pace }: { fault: StreamFaultKind | undefined; pace: Pace },
): Promise<void> {
  const events = eventsOf(answer, fault === "cut-tool-input");
  const isCut = fault !== undefined && fault !== "cut-tool-input";
  // At least one delta goes out: what breaks off has begun.
  const end = isCut ? Math.min(events.length - 1, Math.max(3, events.length >> 1)) : events.length;
  for (const [index, event] of events.slice(0, end).entries()) {
    if (pace.perTokenMs > 0 && event.type === "content_block_delta") {
      const tokens = estimateTokens(JSON.stringify(event["delta"]));
      await sleep(tokens * pace.perTokenMs, undefined, { signal: pace.signal });
    }
    write(response, event);
    if (index === 0) {
      write(response, { type: "ping" });
      await rest(response, pace);
    }
  }
  await breakOff(response, fault, pace.signal);
}

function eventsOf(answer: Answer, cutToolInput: boolean): StreamEvent[] {
  const { content, stop_reason, stop_details, usage } = answer;
  const cutAt = cutToolInput ? content.findIndex(({ type }) => type === "tool_use") : -1;
  const sent = cutAt < 0 ? content : content.slice(0, cutAt + 1);
  return [
    {
      type: "message_start",
      message: {
        ...answer,
        content: [],
        stop_reason: null,
        stop_details: null,
        usage: { ...usage, output_tokens: 1 },
      },
    },
    ...sent.flatMap((block, index) => blockEvents(block, index, index === cutAt)),
    {
      type: "message_delta",
      delta: {
        stop_reason: cutToolInput ? "max_tokens" : stop_reason,
        stop_details,
        stop_sequence: null,
        container: null,
      },
      usage: {
        input_tokens: usage.input_tokens,
        cache_creation_input_tokens: usage.cache_creation_input_tokens,
        cache_read_input_tokens: usage.cache_read_input_tokens,
        output_tokens: usage.output_tokens,
        output_tokens_details: usage.output_tokens_details,
        server_tool_use: null,
      },
    },
    { type: "message_stop" },
  ];
}

function blockEvents(block: AnswerBlock, index: number, isCut: boolean): StreamEvent[] {
  const delta = (fields: StreamEvent): StreamEvent => ({
    type: "content_block_delta",
    index,
    delta: fields,
  });
  const opened = (content_block: object): StreamEvent => ({
    type: "content_block_start",
    index,
    content_block,
  });
  const closed = { type: "content_block_stop", index };
  if (block.type === "text") {
    const deltas = chunks(block.text).map((text) => delta({ type: "text_delta", text }));
    return [opened({ ...block, text: "" }), ...deltas, closed];
  }
  if (block.type === "thinking") {
    return [
      opened({ ...block, thinking: "", signature: "" }),
      ...chunks(block.thinking).map((thinking) => delta({ type: "thinking_delta", thinking })),
      delta({ type: "signature_delta", signature: block.signature }),
      closed,
    ];
  }
  const json = JSON.stringify(block.input);
  const sent = isCut ? json.slice(0, json.length >> 1) : json;
  return [
    opened({ ...block, input: {} }),
    ...chunks(sent).map((partial_json) => delta({ type: "input_json_delta", partial_json })),
    closed,
  ];
}

function chunks(text: string): string[] {
  return text.match(CHUNK) ?? [];
}

function write(response: ServerResponse, event: StreamEvent): void {
  response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

async function rest(response: ServerResponse, { pauseMs, signal }: Pace): Promise<void> {
  for (let left = pauseMs; left > 0; left -= PING_MS) {
    await sleep(Math.min(left, PING_MS), undefined, { signal });
    write(response, { type: "ping" });
  }
}

async function breakOff(
  response: ServerResponse,
  fault: StreamFaultKind | undefined,
  signal: AbortSignal,
): Promise<void> {
  switch (fault) {
    case "silence-after-headers":
    case "silence-mid-stream":
      return stayOpen(signal);
    case "reset-before-headers":
    case "reset-mid-stream":
      await flush(response);
      response.socket?.resetAndDestroy();
      return;
    case "error-event-mid-stream":
      write(response, {
        type: "error",
        error: { type: "overloaded_error", message: "Overloaded" },
      });
      response.end();
      return;
    case "clean-end-mid-stream":
    case "cut-tool-input":
    case undefined:
      response.end();
  }
}

/** Resolves when the client hangs up or the server closes. */
export async function stayOpen(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((done) => signal.addEventListener("abort", done));
}

/** A reset throws away what the socket has not sent yet. */
async function flush(response: ServerResponse): Promise<void> {
  await new Promise((done) => response.write(": \n\n", done));
}

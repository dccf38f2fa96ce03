/** `POST /v1/messages`: fault, check, account, play, answer; each request is recorded before its answer goes out. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, makeAnswer, stopEarly } from "./answer.ts";
import { findUnbound } from "./binding.ts";
import type { PromptCache } from "./cache.ts";
import { blocksOf, findStreamViolation, findViolation } from "./check-request.ts";
import { type Exchange, limitHeaders, sendError, sendJson } from "./exchange.ts";
import type { Fault, FaultPlan, StatusFault } from "./faults.ts";
import type { Asked, Records } from "./records.ts";
import { renderBlock } from "./render.ts";
import {
  type Message,
  type MessagesRequest,
  type Prompt,
  readMessagesRequest,
  type Shape,
} from "./request.ts";
import type { Reply, Scenario } from "./scenario.ts";
import { viewRequest } from "./scenario-view.ts";
import { type StreamFaultKind, stayOpen, streamAnswer } from "./stream.ts";

export interface Latency {
  /** Before anything of the answer is sent. */
  readonly firstTokenMs: number;
  readonly perTokenMs?: number;
}

export interface Service {
  readonly scenario: Scenario;
  readonly cache: PromptCache;
  readonly faults: FaultPlan;
  readonly records: Records;
  readonly latency: Latency;
  readonly now: () => number;
  /** Keys of the answers that ended with `pause_turn`. */
  readonly paused: Set<string>;
}

export async function serveMessages(service: Service, exchange: Exchange): Promise<void> {
  const { records, faults } = service;
  const fault = faults.take(exchange.body);
  if (fault && (await failEarly(service, exchange, fault))) return;

  const checked = checkRequest(service, exchange.body);
  if (!checked.ok) {
    const { message } = checked;
    records.add({ id: exchange.id, status: 400, violation: message });
    sendError(exchange, { status: 400, message, headers: limitHeaders(service.now()) });
    return;
  }
  const { request } = checked;
  const asked = { prompt: request, body: exchange.body, at: exchange.receivedAt };
  const account = service.cache.account(request);
  const reply = await play(service, exchange, asked);
  if (!reply) return;
  const stop = fault?.kind === "stop-reason" ? fault : undefined;
  const answer = makeAnswer(request, stop ? stopEarly(reply, stop) : reply, account.usage);
  if (answer.stop_reason === "pause_turn") {
    service.paused.add(contentKey({ role: "assistant", content: [...answer.content] }));
  }
  records.add(
    {
      id: exchange.id,
      status: 200,
      usage: answer.usage,
      stop_reason: fault?.kind === "cut-tool-input" ? "max_tokens" : answer.stop_reason,
      fault: nameFault(fault),
    },
    asked,
  );
  await sleep(service.latency.firstTokenMs, undefined, { signal: exchange.signal });
  account.begin();
  await send(service, exchange, { request, reply, answer, fault: streamFault(fault) });
  records.ended(request);
}

/** Checks a body against everything the API checks; what `read` accepts is the shape. */
export function checkPrompt<Request extends Prompt>(
  service: Pick<Service, "paused">,
  body: string,
  read: (body: unknown) => Shape<Request>,
): Shape<Request> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (error) {
    return { ok: false, message: `The request body is not valid JSON: ${String(error)}` };
  }
  const shape = read(json);
  if (!shape.ok) return shape;
  const isPaused = (message: Message) => service.paused.has(contentKey(message));
  const message = findViolation(shape.request, { isPaused }) ?? findUnbound(shape.request);
  return message === undefined ? shape : { ok: false, message };
}

function checkRequest(service: Service, body: string): Shape<MessagesRequest> {
  const checked = checkPrompt(service, body, readMessagesRequest);
  if (!checked.ok) return checked;
  const message = findStreamViolation(checked.request);
  return message === undefined ? checked : { ok: false, message };
}

/** Faults that need no answer: true when the request is served by one. */
async function failEarly(service: Service, exchange: Exchange, fault: Fault): Promise<boolean> {
  const { response, id } = exchange;
  const note = (status: number) => service.records.add({ id, status, fault: nameFault(fault) });
  if (fault.kind === "status") {
    note(fault.status);
    sendError(exchange, {
      status: fault.status,
      message: `Injected fault: ${fault.status}`,
      headers: { ...limitHeaders(service.now()), ...retryHeaders(fault) },
    });
    return true;
  }
  if (fault.kind === "reset-before-headers") {
    note(0);
    response.socket?.resetAndDestroy();
    return true;
  }
  if (fault.kind === "silence-after-headers") {
    note(200);
    response.writeHead(200, streamHeaders(service, id));
    response.flushHeaders();
    await stayOpen(exchange.signal);
    return true;
  }
  return false;
}

async function play(
  service: Service,
  exchange: Exchange,
  asked: Asked & { readonly prompt: MessagesRequest },
): Promise<Reply | undefined> {
  const request = asked.prompt;
  if (request.max_tokens === 0) return { blocks: [], stopReason: "max_tokens" };
  try {
    return await service.scenario.reply(viewRequest(request));
  } catch (error) {
    const message = `The scenario ${service.scenario.name} failed: ${String(error)}`;
    service.records.add({ id: exchange.id, status: 500 }, asked);
    sendError(exchange, { status: 500, message });
    return undefined;
  }
}

interface Outgoing {
  readonly request: MessagesRequest;
  readonly reply: Reply;
  readonly answer: Answer;
  readonly fault: StreamFaultKind | undefined;
}

async function send(service: Service, exchange: Exchange, outgoing: Outgoing): Promise<void> {
  const { request, reply, answer, fault } = outgoing;
  const { response, id, signal } = exchange;
  const pauseMs = reply.pauseMs ?? 0;
  if (!request.stream) {
    await sleep(pauseMs, undefined, { signal });
    await sendWhole(service, exchange, { answer, fault });
    return;
  }
  response.writeHead(200, streamHeaders(service, id, answer.usage.input_tokens));
  const perTokenMs = service.latency.perTokenMs ?? 0;
  await streamAnswer(response, answer, { fault, pace: { pauseMs, perTokenMs, signal } });
}

/** Without a stream a fault in its middle is a body that breaks off, or an error instead of it. */
async function sendWhole(
  service: Service,
  exchange: Exchange,
  { answer, fault }: Pick<Outgoing, "answer" | "fault">,
): Promise<void> {
  const { response } = exchange;
  const headers = limitHeaders(service.now(), answer.usage.input_tokens);
  switch (fault) {
    case undefined:
      return sendJson(exchange, answer, headers);
    case "cut-tool-input": {
      const content = answer.content.map((block) =>
        block.type === "tool_use" ? { ...block, input: {} } : block,
      );
      return sendJson(exchange, { ...answer, content, stop_reason: "max_tokens" }, headers);
    }
    case "error-event-mid-stream":
      return sendError(exchange, { status: 529, message: "Overloaded", headers });
    case "clean-end-mid-stream":
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer).slice(0, 40));
      return;
    case "reset-before-headers":
    case "reset-mid-stream":
      response.socket?.resetAndDestroy();
      return;
    case "silence-after-headers":
    case "silence-mid-stream":
      return stayOpen(exchange.signal);
  }
}

function streamFault(fault: Fault | undefined): StreamFaultKind | undefined {
  return fault?.kind === "status" || fault?.kind === "stop-reason" ? undefined : fault?.kind;
}

function streamHeaders(service: Service, id: string, inputTokens = 0): Record<string, string> {
  return {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    "request-id": id,
    ...limitHeaders(service.now(), inputTokens),
  };
}

function retryHeaders({ retryAfter, shouldRetry }: StatusFault): Record<string, string> {
  return {
    ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
    ...(shouldRetry === undefined ? {} : { "x-should-retry": String(shouldRetry) }),
  };
}

function nameFault(fault: Fault | undefined): string | null {
  if (!fault) return null;
  if (fault.kind === "status") return `status ${fault.status}`;
  return fault.kind === "stop-reason" ? `stop-reason ${fault.stopReason}` : fault.kind;
}

function contentKey(message: Message): string {
  return blocksOf(message)
    .map((block) => renderBlock(block, "assistant", "messages").text)
    .join("\n");
}

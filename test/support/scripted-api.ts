/**
 * A Messages API server that plays one step a request, over real HTTP, so that the real SDK meets every way in which
 * an answer can go wrong. It judges nothing; what it was asked is in `requests`, byte for byte.
 */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export type Step = (response: ServerResponse) => void | Promise<void>;

export interface ScriptedRequest {
  readonly raw: string;
  readonly body: Record<string, unknown>;
  readonly headers: IncomingHttpHeaders;
}

export interface ScriptedApi extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly ScriptedRequest[];
  /** Adds steps behind those that are left. */
  add(...steps: Step[]): void;
}

/** A request beyond the last step is answered with status 418. */
export async function openScriptedApi(...steps: Step[]): Promise<ScriptedApi> {
  const left = [...steps];
  const requests: ScriptedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const raw = Buffer.concat(chunks).toString();
      requests.push({ raw, body: JSON.parse(raw), headers: request.headers });
      const step = left.shift() ?? status(418, { message: "nothing is scripted for this request" });
      void Promise.resolve(step(response));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    add: (...more) => void left.push(...more),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export interface SaidBlock {
  readonly type: string;
  readonly [key: string]: unknown;
}

export interface Said {
  readonly stopReason?: string | null;
  readonly stopDetails?: Record<string, unknown>;
  readonly usage?: Record<string, unknown>;
  /** Usage of the closing event, where it is another. */
  readonly endUsage?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
  /** Pings before the answer goes on, and milliseconds between them. */
  readonly pings?: { readonly count: number; readonly everyMs: number };
}

/** A whole answer. */
export function says(content: readonly SaidBlock[], said: Said = {}): Step {
  return async (response) => {
    begin(response, said);
    for (let n = 0; n < (said.pings?.count ?? 0); n++) {
      send(response, "ping", {});
      await sleep(said.pings?.everyMs);
    }
    for (const [index, block] of content.entries()) sendBlock(response, index, block);
    const calls = content.some((block) => block.type === "tool_use");
    const stopReason =
      said.stopReason === undefined ? (calls ? "tool_use" : "end_turn") : said.stopReason;
    send(response, "message_delta", {
      delta: {
        stop_reason: stopReason,
        stop_sequence: null,
        stop_details: said.stopDetails ?? null,
      },
      usage: said.endUsage ?? { output_tokens: 7 },
    });
    send(response, "message_stop", {});
    response.end();
  };
}

export function text(value: string): SaidBlock {
  return { type: "text", text: value };
}

export function thinking(value: string): SaidBlock {
  return { type: "thinking", thinking: value, signature: `signed ${value}` };
}

export function call(id: string, name: string, input: unknown = {}): SaidBlock {
  return { type: "tool_use", id, name, input };
}

export interface StatusFacts {
  readonly type?: string;
  readonly message?: string;
  readonly code?: string;
  readonly headers?: Record<string, string>;
}

/** An error answer in the API's form. */
export function status(code: number, facts: StatusFacts = {}): Step {
  return (response) => {
    response.writeHead(code, { "content-type": "application/json", ...facts.headers });
    response.end(JSON.stringify(errorBody(facts)));
  };
}

/** The connection breaks before anything is answered. */
export const resetsAtOnce: Step = (response) => void response.destroy();

/** The connection breaks in the middle of a call's input. */
export const breaksOff: Step = (response) => {
  begin(response, {});
  sendCutCall(response, () => response.destroy());
};

/** The stream ends in good order, but in the middle of a call's input. */
export const endsEarly: Step = (response) => {
  begin(response, {});
  sendCutCall(response, () => response.end());
};

/** An error event in the middle of a text. */
export function sendsError(facts: StatusFacts): Step {
  return (response) => {
    begin(response, {});
    send(response, "content_block_start", { index: 0, content_block: { type: "text", text: "" } });
    send(response, "content_block_delta", { index: 0, delta: { type: "text_delta", text: "Ha" } });
    send(response, "error", errorBody(facts));
    response.end();
  };
}

/** Headers, then nothing for ever. */
export const saysNothing: Step = (response) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
};

/** The beginning of an answer, then nothing for ever. */
export const fallsSilent: Step = (response) => {
  begin(response, {});
  send(response, "content_block_start", { index: 0, content_block: { type: "text", text: "" } });
  send(response, "content_block_delta", { index: 0, delta: { type: "text_delta", text: "Ha" } });
};

function begin(response: ServerResponse, said: Said): void {
  response.writeHead(200, { "content-type": "text/event-stream", ...said.headers });
  const usage = said.usage ?? { input_tokens: 11, output_tokens: 1 };
  const message = { id: "msg_1", type: "message", role: "assistant", model: "served-model" };
  send(response, "message_start", {
    message: { ...message, content: [], stop_reason: null, usage },
  });
}

function sendBlock(response: ServerResponse, index: number, block: SaidBlock): void {
  const deltas: Record<string, unknown>[] = [];
  const start: Record<string, unknown> = { ...block };
  if (block.type === "text") {
    start["text"] = "";
    deltas.push({ type: "text_delta", text: block["text"] });
  } else if (block.type === "thinking") {
    start["thinking"] = "";
    start["signature"] = "";
    deltas.push({ type: "thinking_delta", thinking: block["thinking"] });
    deltas.push({ type: "signature_delta", signature: block["signature"] });
  } else if (block.type === "tool_use") {
    start["input"] = {};
    const json = JSON.stringify(block["input"]);
    deltas.push({ type: "input_json_delta", partial_json: json.slice(0, 5) });
    deltas.push({ type: "input_json_delta", partial_json: json.slice(5) });
  }
  send(response, "content_block_start", { index, content_block: start });
  for (const delta of deltas) send(response, "content_block_delta", { index, delta });
  send(response, "content_block_stop", { index });
}

function sendCutCall(response: ServerResponse, then: () => void): void {
  const block = { type: "tool_use", id: "cut", name: "Write", input: {} };
  send(response, "content_block_start", { index: 0, content_block: block });
  const delta = { type: "input_json_delta", partial_json: '{"file_path":"a' };
  const data = { type: "content_block_delta", index: 0, delta };
  response.write(`event: content_block_delta\ndata: ${JSON.stringify(data)}\n\n`, then);
}

function send(response: ServerResponse, type: string, data: Record<string, unknown>): void {
  response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
}

function errorBody({ type = "api_error", message = "it went wrong", code }: StatusFacts) {
  const details = code === undefined ? {} : { details: { error_code: code } };
  return { type: "error", error: { type, message, ...details }, request_id: "req_1" };
}

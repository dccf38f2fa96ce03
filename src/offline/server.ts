/**
 * The offline model: a Messages API server on loopback that plays a scenario. Strict where the real API is, honest in
 * its accounting, and it fails on request. It costs nothing and needs no network.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { makeId } from "./answer.ts";
import { countPrompt, createPromptCache } from "./cache.ts";
import { type Exchange, limitHeaders, sendError, sendJson } from "./exchange.ts";
import { createFaultPlan, type Fault } from "./faults.ts";
import { describeModel, listModels } from "./models.ts";
import { createRecords, type Stats } from "./records.ts";
import { readCountTokensRequest } from "./request.ts";
import type { Scenario } from "./scenario.ts";
import { checkPrompt, type Latency, type Service, serveMessages } from "./serve-messages.ts";

const MAX_BODY = 32 * 1024 * 1024;

export interface OfflineServerOptions {
  readonly scenario: Scenario;
  /** NDJSON, one line a request to `/v1/messages`. */
  readonly logPath?: string;
  readonly faults?: readonly Fault[];
  readonly latency?: Latency;
  /** Milliseconds since 1970; cached prefixes expire by it. */
  readonly now?: () => number;
}

export interface OfflineServer extends AsyncDisposable {
  /** Base URL for the SDK, without `/v1`. */
  readonly url: string;
  stats(): Stats;
  /** Hangs up on everybody and frees the port. */
  close(): Promise<void>;
}

export async function openOfflineServer(options: OfflineServerOptions): Promise<OfflineServer> {
  const { now = Date.now, faults = [], latency = { firstTokenMs: 0 } } = options;
  const records = createRecords(options.logPath, now);
  const service: Service = {
    scenario: options.scenario,
    cache: createPromptCache(now),
    faults: createFaultPlan(faults),
    records,
    latency,
    now,
    paused: new Set(),
  };
  const closing = new AbortController();
  const server = createServer((request, response) => {
    void serve(service, { request, response, closing: closing.signal });
  });
  // A client that reuses a connection the server is just closing sees a reset that no fault asked for.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(0, "127.0.0.1", done);
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const close = async () => {
    if (!server.listening) return;
    closing.abort();
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    stats: () => records.stats(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Connection {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly closing: AbortSignal;
}

async function serve(service: Service, { request, response, closing }: Connection): Promise<void> {
  const hangUp = new AbortController();
  response.once("close", () => hangUp.abort());
  response.on("error", () => hangUp.abort());
  const signal = AbortSignal.any([hangUp.signal, closing]);
  const id = makeId("req");
  try {
    const body = await readBody(request);
    if (body === undefined) {
      sendError({ response, id }, { status: 413, message: "Request exceeds the maximum size" });
      return;
    }
    const receivedAt = performance.now();
    await route(service, { id, request, response, body, receivedAt, signal });
  } catch (error) {
    // Nobody is there to answer, or the headers are out: hanging up is all that can be said.
    if (signal.aborted || response.headersSent) response.destroy();
    else sendError({ response, id }, { status: 500, message: String(error) });
  }
}

async function route(service: Service, exchange: Exchange): Promise<void> {
  const { request } = exchange;
  const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
  const headers = limitHeaders(service.now());
  if (!request.headers["x-api-key"] && !request.headers.authorization) {
    return sendError(exchange, { status: 401, message: "x-api-key header is required" });
  }
  if (!request.headers["anthropic-version"]) {
    return sendError(exchange, { status: 400, message: "anthropic-version: header is required" });
  }
  const model = /^\/v1\/models\/([^/]+)$/.exec(path)?.[1];
  switch (`${request.method} ${model ? "/v1/models/:id" : path}`) {
    case "POST /v1/messages":
      return serveMessages(service, exchange);
    case "POST /v1/messages/count_tokens": {
      const checked = checkPrompt(service, exchange.body, readCountTokensRequest);
      return checked.ok
        ? sendJson(exchange, { input_tokens: countPrompt(checked.request) }, headers)
        : sendError(exchange, { status: 400, message: checked.message, headers });
    }
    case "GET /v1/models":
      return sendJson(exchange, listModels(), headers);
    case "GET /v1/models/:id":
      return sendJson(exchange, describeModel(decodeURIComponent(model ?? "")), headers);
    default:
      return sendError(exchange, { status: 404, message: `Not Found: ${request.method} ${path}` });
  }
}

/** Undefined for a body larger than the API takes; it is read to its end all the same, so that the answer arrives. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
  }
  return size <= MAX_BODY ? Buffer.concat(chunks).toString("utf8") : undefined;
}

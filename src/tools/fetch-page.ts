/**
 * Gets one page of the web. The host's addresses are looked up once, all of them must be public, and one of exactly these is
 * dialled, so that a name that means something else a moment later changes nothing. No cookies, no proxy, no credentials.
 */
import { lookup } from "node:dns/promises";
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { ToolError } from "../errors.ts";
import { isPublicAddress } from "../risk/addresses.ts";
import { literalOf, parseWebAddress, staysThere } from "../risk/web-address.ts";

/** The network as this module sees it. Only tests have another than `internet`. */
export interface Net {
  resolve(host: string): Promise<readonly string[]>;
  mayDial(address: string): boolean;
}

export const internet: Net = {
  resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  mayDial: isPublicAddress,
};

export interface Page {
  readonly kind: "page";
  readonly url: URL;
  readonly status: number;
  /** The Content-Type, or an empty text. */
  readonly type: string;
  readonly body: Buffer;
  /** There was more than is taken. */
  readonly cut: boolean;
}

/** The server names another host, which nobody has said yes to. */
export interface Elsewhere {
  readonly kind: "elsewhere";
  readonly to: URL;
}

const MAX_BODY = 5 * 1024 * 1024;
const MAX_REDIRECTS = 5;
const MAX_MS = 30_000;

/** Throws `ToolError` for whatever the network does. */
export async function fetchPage(
  url: URL,
  { net, signal }: { net: Net; signal: AbortSignal },
): Promise<Page | Elsewhere> {
  const limit = AbortSignal.timeout(MAX_MS);
  const either = AbortSignal.any([signal, limit]);
  try {
    const addresses = await findAddresses(url, net, either);
    return await follow(url, addresses, either);
  } catch (error) {
    if (error instanceof ToolError) throw error;
    if (signal.aborted) throw signal.reason;
    const why = limit.aborted
      ? `there was no whole answer within ${MAX_MS / 1000} s`
      : reasonOf(error);
    throw new ToolError(`${url.href} could not be fetched: ${why}.`, { cause: error });
  }
}

/** Throws where the address is, or leads to, anything but the public internet. */
export async function findAddresses(
  url: URL,
  net: Net,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const literal = literalOf(url);
  const addresses =
    literal === undefined ? await abortable(net.resolve(url.hostname), signal) : [literal];
  const refused = addresses.find((address) => !net.mayDial(address));
  if (addresses.length > 0 && refused === undefined) return addresses;
  throw new ToolError(
    `${url.host} is ${refused === undefined ? "nowhere" : "not on the public internet"}, and WebFetch reaches nothing else. A server of the task's own is asked with curl in Bash.`,
  );
}

async function follow(
  start: URL,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<Page | Elsewhere> {
  let url = start;
  for (let count = 0; count <= MAX_REDIRECTS; count += 1) {
    const answer = await ask(url, addresses, signal);
    const status = answer.statusCode ?? 0;
    const location = [301, 302, 303, 307, 308].includes(status)
      ? answer.headers.location
      : undefined;
    if (location === undefined) {
      const type = answer.headers["content-type"] ?? "";
      return { kind: "page", url, status, type, ...(await readBody(answer, signal)) };
    }
    answer.destroy();
    const to = nextAddress(url, location);
    if (!staysThere(url, to)) return { kind: "elsewhere", to };
    url = to;
  }
  throw new ToolError(`${start.href} redirects more than ${MAX_REDIRECTS} times.`);
}

function nextAddress(from: URL, location: string): URL {
  const absolute = URL.parse(location, from.href)?.href ?? location;
  const next = parseWebAddress(/[\s\\]/.test(location) ? location : absolute);
  if (next.ok) return next.url;
  throw new ToolError(`${from.href} redirects to an address that is not followed: ${next.why}.`);
}

async function ask(
  url: URL,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const isSecure = url.protocol === "https:";
  // An agent of its own has no proxy, whatever the environment says, and keeps no connection.
  const agent = isSecure
    ? new HttpsAgent({ keepAlive: false })
    : new HttpAgent({ keepAlive: false });
  const request = (isSecure ? requestHttps : requestHttp)(url, {
    agent,
    signal,
    lookup: only(addresses),
    headers: {
      "user-agent": "swarmux",
      accept: "text/html, text/plain, text/markdown, application/json, */*;q=0.1",
      "accept-encoding": "gzip, deflate, br",
    },
  });
  request.once("response", resolve);
  request.once("error", reject);
  request.end();
  return promise;
}

/** Answers every question for an address with those that were found before. */
function only(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, options, answer) => {
    const [first] = found;
    if (options.all === true) answer(null, found);
    else answer(null, first?.address ?? "", first?.family ?? 4);
  };
}

/** What the server sends, unpacked; no more of it is read than is taken. */
async function readBody(
  answer: IncomingMessage,
  signal: AbortSignal,
): Promise<{ body: Buffer; cut: boolean }> {
  const plain = unpack(answer);
  const chunks: Buffer[] = [];
  let size = 0;
  const stop = () => plain.destroy(new Error("the time is over"));
  signal.addEventListener("abort", stop, { once: true });
  try {
    for await (const chunk of plain as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, MAX_BODY - size));
      size += chunk.length;
      if (size > MAX_BODY) break;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    answer.destroy();
  }
  return { body: Buffer.concat(chunks), cut: size > MAX_BODY };
}

function unpack(answer: IncomingMessage): Readable {
  const coding = (answer.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  const unpacker = {
    identity: () => undefined,
    "": () => undefined,
    gzip: createGunzip,
    "x-gzip": createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
  }[coding];
  if (unpacker === undefined) throw new Error(`its encoding ${coding} is not known`);
  const stream = unpacker();
  if (stream === undefined) return answer;
  answer.once("error", (error) => stream.destroy(error));
  return answer.pipe(stream);
}

async function abortable<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function reasonOf(error: unknown): string {
  const { code, message }: { code?: unknown; message?: unknown } = Object(error);
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "there is no such host, or no network";
  if (code === "ECONNREFUSED") return "nobody answers there";
  return String(message || code || error).replace(/\.$/, "");
}

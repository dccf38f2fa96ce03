/** A web server on this machine that stands for the internet. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { isPublicAddress } from "../../src/risk/addresses.ts";
import { internet, type Net } from "../../src/tools/fetch-page.ts";
import { createWebFetch } from "../../src/tools/web-fetch.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on this machine, and a network in which `site.test` and `other.test` are it. */
export async function openSite(handler: Handler) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.headers.host?.replace(/:\d+$/, "")}${request.url}`);
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  const { port } = bound;
  const resolved: string[] = [];
  const net: Net = {
    resolve: async (host) => {
      resolved.push(host);
      return host.endsWith(".test") ? ["127.0.0.1"] : internet.resolve(host);
    },
    // The server's own address counts as public here, and nothing else of this machine.
    mayDial: (address) => address === "127.0.0.1" || isPublicAddress(address),
  };
  return {
    asked,
    resolved,
    port,
    net,
    site: `http://site.test:${port}`,
    tool: createWebFetch(net),
  };
}

export function say(type: string, body: string | Buffer): Handler {
  return (_request, response) => void response.writeHead(200, { "content-type": type }).end(body);
}

export function redirect(to: string, status = 302): Handler {
  return (request, response) => {
    if (request.url === "/end")
      response.writeHead(200, { "content-type": "text/plain" }).end("end");
    else response.writeHead(status, { location: to }).end();
  };
}

/** What the tests of this room share: a folder with a socket in it, a log that can be read, bodies to send. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dealer } from "zeromq";
import {
  COORDINATOR,
  decode,
  type Envelope,
  encode,
  type Frame,
  type FrameOf,
} from "../../src/ipc/envelope.ts";
import { type Hub, type HubHandlers, type HubOptions, openHub } from "../../src/ipc/hub.ts";
import { createKey } from "../../src/ipc/keys.ts";
import { type Link, type LinkOptions, openLink } from "../../src/ipc/link.ts";
import type { Answer, Down, Up } from "../../src/ipc/messages.ts";
import { endpointOf } from "../../src/ipc/socket.ts";
import type { Log } from "../../src/log.ts";

export interface Wire extends AsyncDisposable {
  readonly endpoint: string;
  readonly keys: Map<string, Buffer>;
  readonly log: Log & { readonly lines: string[] };
  hub(options?: Partial<HubOptions>): Promise<Hub>;
  link(name: string, options?: Partial<LinkOptions>): Link;
  /** A socket without manners: sends whatever it is given. */
  stranger(routingId: string): Dealer;
}

export async function openWire(): Promise<Wire> {
  const folder = await mkdtemp(join(tmpdir(), "ipc-"));
  const endpoint = endpointOf(join(folder, "s"));
  const keys = new Map(["ada", "bob", "person-1"].map((name) => [name, createKey()]));
  const lines: string[] = [];
  const note = (text: string, facts = {}) => lines.push(`${text} ${JSON.stringify(facts)}`);
  const log = { lines, info: note, warn: note };
  const open: { close(): unknown }[] = [];
  const strangers: Dealer[] = [];
  return {
    endpoint,
    keys,
    log,
    async hub(options = {}) {
      const handlers = {
        hello: async () => ({ snapshot: null }),
        data: async () => {},
        request: async (): Promise<Answer> => ({ type: "ok", text: "" }),
      };
      const hub = await openHub({
        endpoint,
        session: "test",
        epoch: 1,
        log,
        keyOf: (name) => keys.get(name),
        handlers,
        beatMs: 50,
        ...options,
      });
      open.push(hub);
      return hub;
    },
    link(name, options = {}) {
      const key = keys.get(name) ?? createKey();
      const fixed = { endpoint, session: "test", name, key, log, beatMs: 50, connectMs: 5000 };
      const link = openLink({ ...fixed, ...options });
      open.push(link);
      return link;
    },
    stranger(routingId) {
      const dealer = new Dealer({ routingId, linger: 0 });
      dealer.connect(endpoint);
      strangers.push(dealer);
      return dealer;
    },
    async [Symbol.asyncDispose]() {
      for (const one of open.toReversed()) await one.close();
      for (const dealer of strangers) if (!dealer.closed) dealer.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A command that carries a number, to tell one from the other. */
export function down(id: number): Down {
  return { commands: [{ type: "steer", id, from: "lead", text: `${id}` }], rows: [], entries: [] };
}

export function idOf(body: Down): number {
  const [command] = body.commands;
  return command?.type === "steer" ? command.id : Number.NaN;
}

export function up(message: number): Up {
  return { type: "delivered", message };
}

function messageOf(body: Up): number {
  return body.type === "delivered" ? body.message : Number.NaN;
}

/** A frame as `ada` would sign it, with whatever is wrong about it. */
export function sign(envelope: Partial<Envelope> & Pick<Envelope, "frame">, key: Buffer): Buffer {
  const head = { from: "ada", to: COORDINATOR, session: "test", instance: "x", epoch: 1, seq: 1 };
  return encode({ ...head, ...envelope }, key);
}

/** Handlers that note what reaches the coordinator; a greeting that was not answered in time, and repeated, once. */
export function notes(some: Partial<HubHandlers> = {}): { handlers: HubHandlers; heard: string[] } {
  const heard: string[] = [];
  const handlers: HubHandlers = {
    hello: async (peer, { instance }) => {
      const greeting = `hello ${peer} ${instance}`;
      if (heard.at(-1) !== greeting) heard.push(greeting);
      return { snapshot: null };
    },
    data: async (peer, n, body) => void heard.push(`data ${peer} ${n} ${messageOf(body)}`),
    request: async (peer, id): Promise<Answer> => {
      heard.push(`request ${peer} ${id}`);
      return { type: "ok", text: id };
    },
    gone: (peer) => heard.push(`gone ${peer}`),
    ...some,
  };
  return { handlers, heard };
}

export const hello: Frame = { type: "hello", pid: 1, startTime: "", cursor: 0, top: 100 };
export const data: FrameOf<"data"> = { type: "data", n: 5, prev: 0, body: up(5) };

export function keyOf(wire: Wire, name = "ada"): Buffer {
  return wire.keys.get(name) ?? Buffer.alloc(0);
}

/** The next frame for the stranger who plays `ada`. */
export async function next(dealer: Dealer, wire: Wire): Promise<Frame> {
  const [payload = Buffer.alloc(0)] = await dealer.receive();
  const decoded = decode(payload, keyOf(wire), { from: "coordinator", to: "ada", session: "test" });
  if (decoded.kind !== "ok") throw new Error(decoded.why);
  return decoded.envelope.frame;
}

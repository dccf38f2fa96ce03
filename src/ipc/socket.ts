/** What both ends of a socket need: its address, its limits, and the one queue through which everything leaves it. */
import { dirname, isAbsolute } from "node:path";
import { SwarmError } from "../errors.ts";
import type { Log } from "../log.ts";
import { MAX_PAYLOAD } from "./envelope.ts";

const SCHEME = "ipc://";
/** The kernel's limit for the path of a unix socket. */
const LONGEST_PATH = 107;
const LONGEST_QUEUE = 4096;

/**
 * With `linger` or a send timeout a process hangs at its exit for a peer that is gone. Nothing is lost by their
 * absence: whatever matters is sent again until it is answered.
 */
export const LIMITS = {
  linger: 0,
  sendTimeout: 0,
  maxMessageSize: MAX_PAYLOAD,
  sendHighWaterMark: 256,
  receiveHighWaterMark: 256,
} as const;

/** The endpoint of the socket file at `path`. Throws `SwarmError` for a path that the kernel would refuse. */
export function endpointOf(path: string): string {
  const length = Buffer.byteLength(path);
  if (!isAbsolute(path)) throw new SwarmError("config", `The socket path ${path} is not absolute.`);
  if (length > LONGEST_PATH) {
    const why = `The socket path ${path} has ${length} bytes; the system allows ${LONGEST_PATH}.`;
    throw new SwarmError("config", why, {
      mend: `set XDG_RUNTIME_DIR to a folder with a shorter path than ${dirname(path)}`,
    });
  }
  return `${SCHEME}${path}`;
}

export function pathOf(endpoint: string): string {
  return endpoint.slice(SCHEME.length);
}

/** Only socket files: other users can reach tcp ports and abstract sockets. */
export function checkEndpoint(endpoint: string): void {
  if (!endpoint.startsWith(SCHEME)) {
    throw new SwarmError("config", `The endpoint ${endpoint} is not a socket file (${SCHEME}).`);
  }
  endpointOf(pathOf(endpoint));
}

interface Readable extends AsyncIterable<Buffer[]> {
  readonly closed: boolean;
}

/** Hands on what comes, until the socket is closed. */
export async function listen(socket: Readable, receive: (parts: Buffer[]) => void): Promise<void> {
  try {
    for await (const parts of socket) receive(parts);
  } catch (error) {
    // A socket that is closed while more comes in says that it is none.
    if (!socket.closed) throw error;
  }
}

interface Sendable {
  readonly closed: boolean;
  send(parts: Buffer[]): Promise<void>;
}

/**
 * A socket refuses a second `send` while one is under way, so all go through one queue. A peer that is not there or
 * does not keep up loses what was sent to it.
 */
export function createSender(socket: Sendable, log: Log): (parts: Buffer[]) => void {
  const queue: Buffer[][] = [];
  let isSending = false;

  async function run(): Promise<void> {
    isSending = true;
    for (let parts = queue.shift(); parts !== undefined; parts = queue.shift()) {
      if (socket.closed) break;
      try {
        await socket.send(parts);
      } catch (error) {
        if (!isUnreachable(error))
          log.warn("a message could not be sent", { error: String(error) });
      }
    }
    isSending = false;
  }

  return (parts) => {
    if (queue.length >= LONGEST_QUEUE) return;
    queue.push(parts);
    if (!isSending) void run();
  };
}

function isUnreachable(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EHOSTUNREACH" || code === "EAGAIN";
}

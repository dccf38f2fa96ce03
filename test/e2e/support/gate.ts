/** An address that refuses connections until it is opened, and then leads to a server. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface Gate {
  readonly url: string;
  open(): Promise<AsyncDisposable>;
}

export async function openGate(target: string): Promise<Gate> {
  const { hostname, port: to } = new URL(target);
  const port = await freePort();
  return {
    url: `http://127.0.0.1:${port}`,
    async open() {
      const sockets = new Set<Socket>();
      const server = createServer((from) => {
        const onward = connect(Number(to), hostname);
        for (const socket of [from, onward]) {
          sockets.add(socket);
          socket.on("error", () => socket.destroy());
        }
        from.pipe(onward).pipe(from);
      });
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
      return {
        [Symbol.asyncDispose]: async () => {
          server.close();
          for (const socket of sockets) socket.destroy();
        },
      };
    },
  };
}

/** One that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

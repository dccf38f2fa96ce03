/** Hangs the event loop of a Node process for a while, through its debugger: its other threads and its sockets live on. */
import { once } from "node:events";
import { eventually } from "../../support/eventually.ts";

const DEBUGGER = "http://127.0.0.1:9229/json/list";

export async function hang(pid: number, ms: number): Promise<void> {
  process.kill(pid, "SIGUSR1");
  const [{ webSocketDebuggerUrl: url = "" } = {}] = await eventually(
    async (): Promise<{ webSocketDebuggerUrl?: string }[]> =>
      JSON.parse(await (await fetch(DEBUGGER)).text()),
  );
  const socket = new WebSocket(url);
  await once(socket, "open");
  // The debugger's port is free again for the next process before this one hangs.
  const expression = `
    process.getBuiltinModule("inspector").close();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${ms});`;
  const params = { expression: `setTimeout(() => {${expression}}, 50)` };
  socket.send(JSON.stringify({ id: 1, method: "Runtime.evaluate", params }));
  await once(socket, "message");
  socket.close();
}

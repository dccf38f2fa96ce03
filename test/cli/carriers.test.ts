import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { configuredCarriers } from "../../src/cli/carriers.ts";

const NOTICE = { event: "gate.opened", text: "ada-1 waits; $(touch /tmp/never)" };

test("a command gets the notice in its environment, and no key of the model", async () => {
  const folder = mkdtempSync(join(tmpdir(), "swarmux-notify-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const command =
    'printf "%s|" "$SWARMUX_SESSION" "$SWARMUX_EVENT" "$SWARMUX_NOTICE" "$ANTHROPIC_API_KEY" "$OWN" > "$OUT"';
  const env = {
    PATH: process.env["PATH"],
    OUT: join(folder, "out"),
    OWN: "mine",
    ANTHROPIC_API_KEY: "k",
  };
  const [carry] = configuredCarriers({ command }, { session: "s1", env });
  await carry?.(NOTICE);
  expect(await readFile(env.OUT, "utf8")).toBe(`s1|gate.opened|${NOTICE.text}||mine|`);
});

test("a command that fails is an error", async () => {
  const env = { PATH: process.env["PATH"] };
  const [carry] = configuredCarriers({ command: "exit 3" }, { session: "s1", env });
  await expect(carry?.(NOTICE)).rejects.toThrow("ended with 3");
});

test("an ntfy topic gets the notice as its text", async () => {
  const got = Promise.withResolvers<string>();
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { method, url, headers } = request;
      got.resolve(`${method} ${url} ${String(headers["title"])}: ${body}`);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const ntfy = `http://127.0.0.1:${port}/topic`;
  const [carry] = configuredCarriers({ ntfy }, { session: "s1", env: {} });
  await carry?.(NOTICE);
  expect(await got.promise).toBe(`POST /topic swarmux s1: ${NOTICE.text}`);
});

test("without a configuration nobody is called", () => {
  expect(configuredCarriers(undefined, { session: "s1", env: {} })).toEqual([]);
});

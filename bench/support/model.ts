/** The offline model as a process of its own, and what its log tells about who asked it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readSync } from "node:fs";
import { createInterface } from "node:readline";

export interface Asked {
  readonly conversation: string;
  readonly messages: number;
  readonly received: string;
  readonly gap_ms: number | null;
}

export interface BenchModel extends AsyncDisposable {
  readonly url: string;
  /** The requests since the last time it was asked. */
  news(): Asked[];
}

export async function openModel(options: {
  readonly program: string;
  readonly scenario: string;
  readonly log: string;
  readonly firstTokenMs: number;
}): Promise<BenchModel> {
  const { program, scenario, log, firstTokenMs } = options;
  const args = ["--scenario", scenario, "--log", log, "--first-token", String(firstTokenMs)];
  const child = spawn(program, ["offline-model", ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const [url] = await once(createInterface({ input: child.stdout }), "line");
  const fd = openSync(log, "a+");
  let rest = "";
  return {
    url: String(url),
    news() {
      const buffer = Buffer.alloc(1 << 20);
      rest += buffer.toString("utf8", 0, readSync(fd, buffer, 0, buffer.length, null));
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      return lines.flatMap((line): Asked[] => {
        const record: Asked & { status: number } = JSON.parse(line);
        if (record.status !== 200) throw new Error(`the offline model refused a request: ${line}`);
        return [record];
      });
    },
    async [Symbol.asyncDispose]() {
      closeSync(fd);
      child.stdin.end();
      await once(child, "exit");
    },
  };
}

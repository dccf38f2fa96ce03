/** The offline model as a process of its own, which ends when its starter does: swarmux knows it only as a base URL. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { programArgv } from "../install.ts";
import { loadScenario } from "../offline/scenario.ts";
import { scenario as renameScenario } from "../offline/scenarios/rename.ts";
import { openOfflineServer } from "../offline/server.ts";
import type { Output } from "./output.ts";

export interface ModelServer {
  readonly url: string;
  close(): void;
}

/** Starts `swarmux offline-model`, which logs its requests to `logPath`. */
export async function startModelServer(logPath: string): Promise<ModelServer> {
  const scenario = process.env["SWARMUX_SCENARIO"];
  const [program = "", ...args] = programArgv("swarmux", [
    ...["offline-model", "--log", logPath],
    ...(scenario === undefined ? [] : ["--scenario", scenario]),
  ]);
  // Its own process group: a Ctrl-C is for the coordinator, which still needs its model to stop well.
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"], detached: true });
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, "line"), once(child, "exit")]);
  const url = String(first[0]);
  if (!url.startsWith("http")) throw new Error(`the offline model did not start: exit ${url}`);
  child.unref();
  return {
    url,
    close: () => {
      child.stdin.end();
    },
  };
}

/** `swarmux offline-model`: serves until its standard input ends. */
export async function offlineModel(
  output: Output,
  options: { log?: string; scenario?: string; firstToken?: string },
): Promise<number> {
  const scenario =
    options.scenario === undefined ? renameScenario : await loadScenario(options.scenario);
  await using server = await openOfflineServer({
    scenario,
    ...(options.log === undefined ? {} : { logPath: options.log }),
    ...(options.firstToken === undefined
      ? {}
      : { latency: { firstTokenMs: Number(options.firstToken) } }),
  });
  output.line(server.url);
  process.stdin.resume();
  await once(process.stdin, "end");
  return 0;
}

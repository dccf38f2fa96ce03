/** The offline model as a process of its own, which ends when its starter does: swarmux knows it only as a base URL. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { z } from "zod";
import { withoutModelKeys } from "../credentials.ts";
import { SwarmError } from "../errors.ts";
import { programArgv } from "../install.ts";
import { Fault } from "../offline/faults.ts";
import { loadScenario, type Scenario } from "../offline/scenario.ts";
import { demo, fastDemo } from "../offline/scenarios/demo.ts";
import { scenario as renameScenario } from "../offline/scenarios/rename.ts";
import { openOfflineServer } from "../offline/server.ts";
import type { Output } from "./output.ts";

export interface ModelServer {
  readonly url: string;
  close(): void;
}

/** Scenarios that are part of the program; any other is the path of a module. */
const OWN: readonly Scenario[] = [renameScenario, demo, fastDemo];

/**
 * Starts `swarmux offline-model`, which logs its requests to `logPath`. The environment may name another scenario
 * (SWARMUX_SCENARIO) and a file of faults (SWARMUX_FAULTS).
 */
export async function startModelServer(logPath: string): Promise<ModelServer> {
  const { SWARMUX_SCENARIO: scenario, SWARMUX_FAULTS: faults } = process.env;
  const [program = "", ...args] = programArgv("swarmux", [
    "offline-model",
    "--log",
    logPath,
    ...(scenario === undefined ? [] : ["--scenario", scenario]),
    ...(faults === undefined ? [] : ["--faults", faults]),
  ]);
  // Its own process group: a Ctrl-C is for the coordinator, which still needs its model to stop well.
  const child = spawn(program, args, {
    // No terminal: a Node process leaves one as it was when that process began, and this one begins and ends beside the screen.
    stdio: "pipe",
    detached: true,
    env: withoutModelKeys(process.env),
  });
  child.stderr.on("data", (chunk: Buffer) => process.stderr.write(chunk));
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, "line"), once(child, "close")]);
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
  options: { log?: string; scenario?: string; faults?: string; firstToken?: string },
): Promise<number> {
  const { scenario: wanted = renameScenario.name } = options;
  const scenario = OWN.find(({ name }) => name === wanted) ?? (await loadScenario(wanted));
  const faults = options.faults === undefined ? [] : await loadFaults(options.faults);
  await using server = await openOfflineServer({
    scenario,
    faults,
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

/** Reads a JSON array of faults. Throws `SwarmError`. */
async function loadFaults(path: string): Promise<Fault[]> {
  const mend = `write a JSON array of faults to ${path}, such as [{"kind":"status","status":529,"at":1}]`;
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new SwarmError("usage", `The faults in ${path} can't be read: ${String(cause)}`, {
      mend,
      cause,
    });
  }
  const parsed = z.array(Fault).safeParse(json);
  if (parsed.success) return parsed.data;
  throw new SwarmError("usage", `${path} holds no faults: ${z.prettifyError(parsed.error)}`, {
    mend,
  });
}

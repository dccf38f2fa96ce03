/** Runs a check in a clean checkout and keeps all that it printed; refuses one of the repository's that would be HIGH. */

import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import type { SecretFilter } from "../risk/hide-secrets.ts";
import { assessCommand } from "../risk/shell.ts";
import type { CheckResult } from "../task.ts";

/** A check longer than this is ended. */
const LIMIT_MS = 30 * 60_000;
/** What of the output stands in the journal, from its end. */
const TAIL = 4_000;

export interface Check {
  readonly command: string;
  /** A person's check runs as it is; any other is classified like a command of an agent. */
  readonly from: "person" | "repository";
}

export interface CheckOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: SecretFilter;
  /** Folder for the logs. */
  readonly logs: string;
  /** File name of the log, without its ending. */
  readonly name: string;
  readonly signal: AbortSignal;
  /** Asks the person for a HIGH check that is not their own. */
  allow(reasons: readonly string[]): Promise<boolean>;
}

/** Never rejects for what the command does: a check that can't start has `exit: null`. */
export async function runCheck(check: Check, options: CheckOptions): Promise<CheckResult> {
  const { command } = check;
  const log = join(options.logs, `${options.name}.log`);
  if (check.from === "repository") {
    const { risk, reasons } = assessCommand(command, { root: options.cwd });
    if (risk === "HIGH" && !(await options.allow(reasons))) {
      const output = `Not run: this check is HIGH risk (${reasons.join("; ")}) and was not approved. Given with --check it runs as the person's own.`;
      return { command, exit: null, ms: 0, output, log };
    }
  }
  const started = performance.now();
  const file = createWriteStream(log, { mode: 0o600 });
  let tail = "";
  const child = spawn("/bin/bash", ["--noprofile", "--norc", "-c", "--", command], {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const keep = (bytes: Buffer) => {
    file.write(bytes);
    tail = (tail + bytes.toString("utf8")).slice(-TAIL);
  };
  const streams = [child.stdout, child.stderr].map((stream) => {
    const filter = options.secrets.stream();
    stream.on("data", (chunk: Buffer) => keep(filter.push(chunk)));
    return filter;
  });
  const endGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // The group is gone already.
    }
  };
  const limit = AbortSignal.any([options.signal, AbortSignal.timeout(LIMIT_MS)]);
  limit.addEventListener("abort", endGroup, { once: true });
  if (limit.aborted) endGroup();
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once("error", (error) => {
    tail += String(error);
    resolve(null);
  });
  // `exit`, not `close`: a process that the check left behind may hold the pipes open for ever.
  child.once("exit", (code) => setTimeout(() => resolve(code), 50));
  const exit = await promise;
  limit.removeEventListener("abort", endGroup);
  endGroup();
  child.stdout.destroy();
  child.stderr.destroy();
  for (const filter of streams) keep(filter.end());
  file.end();
  await finished(file);
  return { command, exit, ms: Math.round(performance.now() - started), output: tail.trim(), log };
}

/** The last lines of a failing check, for whoever has to mend it. */
export function failureText({ command, exit, output, log }: CheckResult): string {
  const lines = output.split("\n");
  const shown = lines.slice(-40).join("\n");
  return `${command} → exit ${exit ?? "none"}\n${shown}\nWhole output: ${log}`;
}

/** Runs a check in a clean checkout and keeps all that it printed; refuses one of the repository's that would be HIGH. */

import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import type { Rule } from "../permissions.ts";
import type { Assessment } from "../risk/assessment.ts";
import { decide, reasonsToAsk } from "../risk/decide.ts";
import { assessWhere } from "../risk/gives.ts";
import type { SecretFilter } from "../risk/hide-secrets.ts";
import { loadScripts } from "../risk/npm-scripts.ts";
import type { Enclosures } from "../risk/sandbox/enclosures.ts";
import { assessCommand } from "../risk/shell.ts";
import type { CheckResult } from "../task.ts";

/** A check longer than this is ended. */
const LIMIT_MS = 30 * 60_000;
/** What of the output stands in the journal, from its end. */
const TAIL = 4_000;
const MOST_OUTPUT = 50 * 1024 * 1024;

export interface Check {
  readonly command: string;
  /** A person's check runs as it is; any other is classified like a command of an agent. */
  readonly from: "person" | "repository";
}

export interface CheckOptions {
  readonly cwd: string;
  /** Those of the checkout `cwd`. */
  readonly enclosures: Enclosures;
  readonly secrets: SecretFilter;
  /** Folder for the logs. */
  readonly logs: string;
  /** File name of the log, without its ending. */
  readonly name: string;
  readonly signal: AbortSignal;
  readonly rules: readonly Rule[];
  /** Without, a check that is not the person's own takes their yes. */
  readonly hasShell: boolean;
  /** Asks the person for a check that is not their own. */
  allow(assessment: Assessment): Promise<boolean>;
}

/** Never rejects for what the command does: a check that can't start has `exit: null`. */
export async function runCheck(check: Check, options: CheckOptions): Promise<CheckResult> {
  const { command } = check;
  const { cwd, enclosures } = options;
  let { enclosure } = enclosures;
  // The person's own has their yes already, and gets what it needs like any action that has.
  if (check.from === "person") {
    enclosure = enclosures.approvedEnclosure(assessCommand(command, { root: cwd }));
  }
  const log = join(options.logs, `${options.name}.log`);
  if (check.from === "repository") {
    const assessment = assessCheck(command, options);
    const refusal = await refuse(command, assessment, options);
    if (refusal !== undefined) {
      const output = `Not run: ${refusal} Given with --check it runs as the person's own.`;
      return { command, exit: null, ms: 0, output, log };
    }
    if (assessment.risk === "HIGH") enclosure = enclosures.approvedEnclosure(assessment);
  }
  const started = performance.now();
  const file = createWriteStream(log, { mode: 0o600 });
  // Told at the end; without a listener it would end the process.
  file.on("error", () => {});
  let tail = "";
  let size = 0;
  let excess: string | undefined;
  const bash = ["/bin/bash", "--noprofile", "--norc", "-c", "--", command] as const;
  const { file: program, args, env, attend } = enclosure.enclose(bash, { cwd });
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const attendant = attend(child.pid);
  attendant.watch(stop);
  function stop(why: string): void {
    excess ??= why;
    endGroup();
  }
  const keep = (bytes: Buffer) => {
    if (excess !== undefined) return;
    size += bytes.length;
    if (size > MOST_OUTPUT) return stop("it printed more than 50 MB");
    file.write(bytes);
    tail = (tail + bytes.toString("utf8")).slice(-TAIL);
  };
  const streams = [child.stdout, child.stderr].map((stream) => {
    const filter = options.secrets.stream();
    stream.on("data", (chunk: Buffer) => keep(filter.push(chunk)));
    return filter;
  });
  function endGroup(): void {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // The group is gone already.
    }
  }
  const limit = AbortSignal.any([options.signal, AbortSignal.timeout(LIMIT_MS)]);
  const onLimit = () => stop(options.signal.aborted ? "the session ends" : "it took 30 minutes");
  limit.addEventListener("abort", onLimit, { once: true });
  if (limit.aborted) onLimit();
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once("error", (error) => {
    tail += String(error);
    resolve(null);
  });
  // `exit`, not `close`: a process that the check left behind may hold the pipes open for ever.
  child.once("exit", (code) => setTimeout(() => resolve(code), 50));
  const exit = await promise;
  limit.removeEventListener("abort", onLimit);
  endGroup();
  attendant.leave();
  child.stdout.destroy();
  child.stderr.destroy();
  for (const filter of streams) keep(filter.end());
  const last = excess === undefined ? "" : `\n[Stopped: ${excess}.]`;
  file.end(last);
  await finished(file);
  const output = (tail + last).trim();
  return { command, exit, ms: Math.round(performance.now() - started), output, log };
}

function assessCheck(command: string, { cwd: root, enclosures }: CheckOptions): Assessment {
  const assessment = assessCommand(command, { root, ...loadScripts(root) });
  return assessWhere(assessment, enclosures.enclosure.kind);
}

/** Why a check of the repository or of the lead must not run: what holds for an agent's commands holds for it. */
async function refuse(
  command: string,
  assessment: Assessment,
  { rules, hasShell, allow }: CheckOptions,
): Promise<string | undefined> {
  const decision = decide({ tool: "Bash", command, assessment }, rules);
  if (decision.verdict === "deny") return `this check is refused because of ${decision.why}.`;
  if (decision.verdict === "allow" && hasShell) return undefined;
  const reasons = [
    ...(hasShell ? [] : ["no agent of this session runs commands, and this check would"]),
    ...(decision.verdict === "ask" ? reasonsToAsk(assessment, decision) : assessment.reasons),
  ];
  if (await allow({ ...assessment, reasons })) return undefined;
  return `this check is ${assessment.risk} risk (${reasons.join("; ")}) and was not approved.`;
}

/** The last lines of a failing check, for whoever has to mend it. */
export function failureText({ command, exit, output, log }: CheckResult): string {
  const lines = output.split("\n");
  const shown = lines.slice(-40).join("\n");
  return `${command} → exit ${exit ?? "none"}\n${shown}\nWhole output: ${log}`;
}

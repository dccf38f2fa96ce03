/** `swarmux rules`: the permission rules in force, and why a command gets its risk and its answer. */
import { createInterface } from "node:readline";
import { Chalk } from "chalk";
import { z } from "zod";
import { showHidden } from "../coordinator/screen/terminal/printable.ts";
import { EXIT } from "../errors.ts";
import type { Grant, Rule } from "../permissions.ts";
import { sessionGrant } from "../risk/grants.ts";
import { showRule } from "../risk/rules.ts";
import { probeSandbox } from "../risk/sandbox/probe.ts";
import { findHere } from "./here.ts";
import { createJudge, partLines } from "./judge-command.ts";
import type { Output } from "./output.ts";
import { loadRules } from "./session-rules.ts";
import { viewSession } from "./session-view.ts";

interface InForce {
  readonly rules: readonly Rule[];
  readonly grant: Grant;
  readonly grantName: string;
  /** In plain words. */
  readonly sandbox: string;
}

export async function rules(
  output: Output,
  { session, json }: { readonly session?: string; readonly json?: boolean },
): Promise<number> {
  const found = session === undefined ? await rulesHere() : await rulesOf(session);
  const { grant, grantName, sandbox } = found;
  if (json) {
    for (const { verdict, tool, pattern, origin } of found.rules) {
      output.json({ v: 1, kind: "rule", verdict, tool, pattern, ...origin });
    }
    output.json({ v: 1, kind: "grant", name: grantName, ...grant });
    output.json({ v: 1, kind: "sandbox", state: sandbox });
    return EXIT.done;
  }
  const paint = new Chalk({ level: output.colour });
  for (const rule of found.rules) {
    output.line(`${showHidden(showRule(rule)).padEnd(40)} ${paint.dim(placeOf(rule))}`);
  }
  if (found.rules.length === 0) output.line("no rules: the risk alone decides");
  output.line(`grant ${grantName}: ${grant.tools.join(", ")}`);
  output.line(
    `  files: ${grant.paths.join(", ") || "none may be changed"}   network: ${grant.network ? "after a yes" : "never"}   a task's budget: ${grant.budget === null ? "the session's" : `$${grant.budget}`}`,
  );
  output.line(`sandbox: ${sandbox}`);
  return EXIT.done;
}

function placeOf({ origin }: Rule): string {
  return `${origin.file}:${origin.line}`;
}

/** What a session that starts here would have. */
async function rulesHere(): Promise<InForce> {
  const { policy, grant } = findHere(process.env, process.cwd());
  const probe = await probeSandbox(process.env);
  return { ...policy, grantName: grant, sandbox: probe.ok ? "on" : `missing: ${probe.why}` };
}

async function rulesOf(name: string): Promise<InForce> {
  const { team, at } = await viewSession(name);
  const options = team.session?.options;
  if (options === undefined) return rulesHere();
  return {
    rules: (await loadRules(at.rules)) ?? [],
    grant: sessionGrant(options),
    grantName: `${options.grant}${options.no_shell ? " without a shell" : ""}`,
    sandbox: options.sandbox ?? "unknown",
  };
}

export function rulesWhy(
  output: Output,
  cmd: string,
  { json }: { readonly json?: boolean },
): number {
  const judge = createJudge(findHere(process.env, process.cwd()), process.env);
  const { risk, reasons, decision, why, parts } = judge(cmd);
  if (json) {
    output.json({ cmd, risk, reasons, decision, ...(why === undefined ? {} : { rule: why }) });
    return EXIT.done;
  }
  output.line(`risk      ${risk}`);
  for (const reason of reasons) output.line(`  ${showHidden(reason)}`);
  output.line(`decision  ${decision}${why === undefined ? "" : `, because of ${showHidden(why)}`}`);
  if (parts.length > 0) output.line("parts");
  for (const line of partLines(parts)) output.line(`  ${showHidden(line)}`);
  return EXIT.done;
}

const Asked = z.object({ cmd: z.string() });

/** Lines that are gathered before they are written. */
const BATCH = 256;

/**
 * JSON lines in, JSON lines out, in their order. A line that can't be read gives an object with its number and what is wrong; the
 * rest goes on, and the exit code is 2 in the end.
 */
export async function rulesWhyAll(
  stdin: NodeJS.ReadableStream,
  stdout: NodeJS.WritableStream,
): Promise<number> {
  const judge = createJudge(findHere(process.env, process.cwd()), process.env);
  let number = 0;
  let isGood = true;
  let waiting: string[] = [];
  const flush = async () => {
    const text = waiting.join("");
    waiting = [];
    if (text === "" || stdout.write(text)) return;
    await new Promise((resolve) => stdout.once("drain", resolve));
  };
  for await (const line of createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (line.trim() === "") continue;
    const asked = readLine(line);
    if ("error" in asked) {
      isGood = false;
      waiting.push(`${JSON.stringify({ line: number, error: asked.error })}\n`);
    } else {
      const { cmd } = asked;
      const { risk, reasons, decision, why } = judge(cmd);
      const rule = why === undefined ? {} : { rule: why };
      waiting.push(`${JSON.stringify({ cmd, risk, reasons, decision, ...rule })}\n`);
    }
    if (waiting.length >= BATCH) await flush();
  }
  await flush();
  return isGood ? EXIT.done : EXIT.usage;
}

function readLine(line: string): { readonly cmd: string } | { readonly error: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { error: "this is not JSON" };
  }
  const asked = Asked.safeParse(value);
  return asked.success ? asked.data : { error: 'this is not an object like {"cmd": "npm test"}' };
}

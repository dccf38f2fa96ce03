/** A seat over a real checkout whose hooks write down what they are told, and tools that are made for a test. */
import { z } from "zod";
import type { Rule } from "../../src/permissions.ts";
import type { Assessment } from "../../src/risk/assessment.ts";
import { presets } from "../../src/risk/grants.ts";
import type { Risk } from "../../src/task.ts";
import {
  type CallHooks,
  type Permission,
  runToolCalls,
  type ToolCall,
} from "../../src/tools/run.ts";
import { defineTool, LOW, type Tool, type ToolContext } from "../../src/tools/tool.ts";
import { createWorkspace } from "./workspace.ts";

const input = z.strictObject({ say: z.string() });

export interface Act {
  readonly effect?: "reads" | "writes";
  readonly assess?: (said: string) => Assessment;
  readonly run?: (said: string, context: ToolContext) => Promise<string> | string;
}

export function tool(
  name: string,
  { effect = "writes", assess = () => LOW, run = (said) => said }: Act = {},
): Tool {
  return defineTool({
    name,
    description: name,
    effect,
    input,
    assess: ({ say }) => assess(say),
    run: ({ say }, context) => run(say, context),
  });
}

export interface SeatOptions {
  readonly allowed?: string[];
  readonly rules?: readonly Rule[];
  readonly floor?: Risk;
  readonly permit?: Permission;
  readonly signal?: AbortSignal;
}

export function seatOf(tools: readonly Tool[], options: SeatOptions = {}) {
  const work = createWorkspace(options.signal === undefined ? {} : { signal: options.signal });
  const log: string[] = [];
  const hooks: CallHooks = {
    permit: async (call, { reasons }) => {
      log.push(`permit ${call.id} ${reasons.join(", ")}`);
      return options.permit ?? { allowed: true, gate: "g1" };
    },
    started: async (call, { risk }, { gate, rule }) => {
      const leave = [gate, rule].flatMap((one) => (one === undefined ? [] : ` under ${one}`));
      log.push(`started ${call.id} ${risk}${leave.join("")}`);
    },
    finished: async (call, { ok, refused }) =>
      void log.push(`finished ${call.id} ${ok}${refused === undefined ? "" : ` (${refused})`}`),
  };
  const seat = {
    tools,
    context: work.context,
    policy: {
      grant: { ...presets.full, tools: options.allowed ?? tools.map(({ name }) => name) },
      rules: options.rules ?? [],
    },
    floor: options.floor ?? "LOW",
    hooks,
  } as const;
  return { work, log, seat, run: (calls: readonly ToolCall[]) => runToolCalls(calls, seat) };
}

export const call = (id: string, name: string, say: unknown = id): ToolCall => ({
  id,
  name,
  input: { say },
});

export const risky: Act = { assess: () => ({ risk: "HIGH", reasons: ["it pushes"] }) };

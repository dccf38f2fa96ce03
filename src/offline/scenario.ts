/**
 * What a scenario is: a pure function from a request to the blocks of an answer. It keeps nothing between requests,
 * so that a request that comes again after a fault or a restart gets the same answer.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { SwarmError } from "../errors.ts";
import type { Message } from "./request.ts";

export type ReplyBlock =
  | { readonly type: "text"; readonly text: string }
  /** Sent only where the request asks for thinking; its text only with `display: "summarized"`. */
  | { readonly type: "thinking"; readonly thinking: string }
  | {
      readonly type: "tool_use";
      readonly name: string;
      readonly input: Readonly<Record<string, unknown>>;
    };

export type StopReason =
  | "end_turn"
  | "max_tokens"
  | "tool_use"
  | "pause_turn"
  | "refusal"
  | "model_context_window_exceeded";

export interface Reply {
  readonly blocks: readonly ReplyBlock[];
  /** Without it: `tool_use` where there is a tool_use block, else `end_turn`. */
  readonly stopReason?: StopReason;
  /** How long the answer rests between its first event and its first block; pings go out meanwhile. */
  readonly pauseMs?: number;
}

export interface ToolOutcome {
  readonly tool_use_id: string;
  readonly name: string;
  readonly text: string;
  readonly isError: boolean;
}

export interface PastCall {
  readonly id: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Null for a call that has no result yet. */
  readonly result: string | null;
  readonly isError: boolean;
  /** Index of the assistant message that holds the call. */
  readonly message: number;
}

export interface ScenarioRequest {
  readonly model: string;
  readonly systemText: string;
  readonly toolNames: readonly string[];
  readonly messages: readonly Message[];
  /** All text of the user messages before the first answer. */
  readonly firstUserText: string;
  /** The texts of the newest user turn: what came after the last answer. */
  readonly lastUserTexts: readonly string[];
  /** The tool results of the newest user turn. */
  readonly lastResults: readonly ToolOutcome[];
  /** Every tool call of the conversation, oldest first. */
  readonly callsSoFar: () => readonly PastCall[];
}

export interface Scenario {
  readonly name: string;
  readonly description: string;
  reply(request: ScenarioRequest): Reply | Promise<Reply>;
}

const ScenarioModule = z.looseObject({
  scenario: z.looseObject({
    name: z.string(),
    description: z.string(),
    reply: z.custom<Scenario["reply"]>((value) => typeof value === "function", "is not a function"),
  }),
});

/** Imports the module at `path`, which exports `scenario`. */
export async function loadScenario(path: string): Promise<Scenario> {
  const mend = `write a module that exports \`scenario\` with name, description and reply to ${path}`;
  let module: unknown;
  try {
    module = await import(pathToFileURL(resolve(path)).href);
  } catch (cause) {
    throw new SwarmError("usage", `The scenario ${path} can't be loaded: ${String(cause)}`, {
      mend,
      cause,
    });
  }
  const parsed = ScenarioModule.safeParse(module);
  if (parsed.success) return parsed.data.scenario;
  throw new SwarmError("usage", `${path} is no scenario: ${z.prettifyError(parsed.error)}`, {
    mend,
  });
}

/** What the roles of the demo share: the plan's words, how fast they go, and what they look up in their own past. */
import type { PastCall, Reply, ReplyBlock, ScenarioRequest } from "../scenario.ts";
import { userTexts } from "../scenario-view.ts";

export interface Pace {
  /** How long each answer rests, so that a person can follow. */
  readonly restMs: number;
  /** The rest of the worker that somebody may kill meanwhile. */
  readonly longMs: number;
}

export const STAND_IN = "I am a scripted model, a stand-in for a real one";

/** One task's work so far. */
export interface Work {
  readonly request: ScenarioRequest;
  readonly pace: Pace;
  /** Every call of the conversation. */
  readonly all: readonly PastCall[];
  /** Those since the work came back, or all. */
  readonly calls: readonly PastCall[];
  /** What was said when the work came back. */
  readonly sentBack: string | undefined;
  /** A report stands and nothing came back. */
  readonly isReported: boolean;
}

export function workOf(request: ScenarioRequest, pace: Pace): Work {
  const all = request.callsSoFar();
  const last = all.findLast(({ name, result, isError }) => {
    return name === "Report" && result !== null && !isError;
  });
  const calls = last === undefined ? all : all.filter(({ message }) => message > last.message);
  const words =
    last === undefined ? "" : userTexts(request.messages.slice(last.message + 1)).join("\n");
  const sentBack = /exit \d|conflict/.test(words) ? words : undefined;
  const isReported = last !== undefined && sentBack === undefined;
  return { request, pace, all, calls, sentBack, isReported };
}

/** Calls of one tool that came to a good end. */
export function good(calls: readonly PastCall[], name: string): PastCall[] {
  return calls.filter((one) => one.name === name && one.result !== null && !one.isError);
}

/** Whether a tool was called and answered, well or not. */
export function hasCalled(calls: readonly PastCall[], name: string): boolean {
  return calls.some((one) => one.name === name && one.result !== null);
}

export function say(words: string): ReplyBlock {
  return { type: "text", text: words };
}

export function call(name: string, input: Record<string, unknown>): ReplyBlock {
  return { type: "tool_use", name, input };
}

export function bash(command: string, description: string): ReplyBlock {
  return call("Bash", { command, description });
}

export function answer(pace: Pace, ...blocks: readonly ReplyBlock[]): Reply {
  return { blocks, pauseMs: pace.restMs };
}

export function report(status: "done" | "blocked", ...lines: readonly string[]): ReplyBlock {
  return call("Report", { status, summary: lines.join("\n"), followUps: [] });
}

/** What is recorded around a worker's tool calls: intent, then outcome, here first and then at the coordinator. */
import type { Conversation } from "../agent/conversation.ts";
import type { CallHooks } from "../tools/run.ts";
import type { Mailroom } from "./mailroom.ts";
import type { Pane } from "./pane.ts";

/** Longer strings of a call's input stay in the worker's own journal. */
const MAX_FIELD = 4_000;

export interface CallHooksOptions {
  readonly conversation: Conversation;
  readonly mailroom: Mailroom;
  readonly pane: Pane;
  readonly task: string;
  effectOf(tool: string): "reads" | "writes";
}

export function createCallHooks(options: CallHooksOptions): CallHooks {
  const { conversation, mailroom, pane, task, effectOf } = options;
  return {
    permit: async (_call, { reasons }) => ({
      allowed: false,
      why: `HIGH risk: ${reasons.join("; ")}. It was not run, and asking a person for it is not possible here. Do what can be done without it, or report blocked and name the command.`,
    }),
    started: async (call, { risk }) => {
      const { id, name } = call;
      const input = asRecord(call.input);
      pane.callStarted({ id, name, input });
      await Promise.all([
        conversation.intent({ id, tool: name, input: call.input, effect: effectOf(name) }),
        mailroom.say({ type: "tool.started", id, task, tool: name, input: clip(input), risk }),
      ]);
    },
    finished: async ({ id }, { ok, content, ms, refused }) => {
      pane.callFinished({ id, ok, ms, refused });
      const end = { type: "tool.finished", id, ok, ms } as const;
      await Promise.all([
        conversation.outcome({ id, content, isError: !ok }),
        mailroom.say(refused === undefined ? end : { ...end, refused }),
      ]);
    },
  };
}

function asRecord(input: unknown): Record<string, unknown> {
  return typeof input === "object" && input !== null && !Array.isArray(input)
    ? { ...input }
    : { input };
}

function clip(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) =>
      typeof value === "string" && value.length > MAX_FIELD
        ? [name, `${value.slice(0, MAX_FIELD)}… (${value.length} characters)`]
        : [name, value],
    ),
  );
}

/** What is recorded around the lead's tool calls. */
import type { Conversation } from "../agent/conversation.ts";
import type { CallHooks } from "../tools/run.ts";
import type { Tool } from "../tools/tool.ts";
import type { Core } from "./core.ts";

export function leadHooks(options: {
  readonly core: Core;
  readonly conversation: Conversation;
  readonly tools: readonly Tool[];
}): CallHooks {
  const { core, conversation, tools } = options;
  const agent = "coordinator";
  return {
    permit: async (_call, { reasons }) => ({
      allowed: false,
      why: `HIGH risk: ${reasons.join("; ")}. The coordinator leads and does not do this itself.`,
    }),
    started: async ({ id, name, input }, { risk }, { before } = {}) => {
      const effect = tools.find((tool) => tool.name === name)?.effect ?? "writes";
      const shown = typeof input === "object" && input !== null ? { ...input } : { input };
      await Promise.all([
        conversation.intent({
          id,
          tool: name,
          input,
          effect,
          ...(before === undefined ? {} : { before }),
        }),
        core.emit({ type: "tool.started", agent, id, task: null, tool: name, input: shown, risk }),
      ]);
    },
    finished: async ({ id }, { ok, content, ms, refused }) => {
      const end = { type: "tool.finished", agent, id, ok, ms } as const;
      // In this order: once the session says that a call has ended, nothing of it is looked for any more.
      await conversation.outcome({ id, content, isError: !ok });
      await core.emit(refused === undefined ? end : { ...end, refused });
    },
  };
}

/** What is recorded around the lead's tool calls. */
import type { Conversation } from "../agent/conversation.ts";
import type { CallHooks } from "../tools/run.ts";
import type { Tool } from "../tools/tool.ts";
import type { Core } from "./core.ts";
import type { Gatekeeper } from "./gatekeeper.ts";

export function leadHooks(options: {
  readonly core: Core;
  readonly conversation: Conversation;
  readonly tools: readonly Tool[];
  readonly gatekeeper: Gatekeeper;
  /** The lead's checkout. */
  readonly root: string;
}): CallHooks {
  const { core, conversation, tools, gatekeeper, root } = options;
  const agent = "coordinator";
  return {
    async permit({ name: tool, input }, { risk, reasons }) {
      if (risk === "HIGH") {
        const why = `HIGH risk: ${reasons.join("; ")}. The coordinator leads and does not do this itself.`;
        return { allowed: false, why };
      }
      const action = { tool, task: null, input: shown(input), risk, reasons, cwd: root };
      const { allowed, gate, note } = await gatekeeper.ask(action);
      return allowed ? { allowed, gate } : { allowed, why: denial(note) };
    },
    started: async ({ id, name: tool, input }, { risk }, { before, ...leave }) => {
      const effect = tools.find((one) => one.name === tool)?.effect ?? "writes";
      const call = { id, tool };
      const known = before === undefined ? {} : { before };
      const start = {
        type: "tool.started",
        agent,
        ...call,
        task: null,
        input: shown(input),
      } as const;
      await Promise.all([
        conversation.intent({ ...call, input, effect, ...known }),
        core.emit({ ...start, risk, ...leave }),
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

function shown(input: unknown): Record<string, unknown> {
  return typeof input === "object" && input !== null ? { ...input } : { input };
}

/** A no of the person, with their words as they are. */
function denial(note: string): string {
  const words = note === "" ? "The person said no." : `The person said no: ${note}`;
  return `${words}\nIt was not done. Plan around it.`;
}

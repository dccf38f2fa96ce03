/** The request of an agent around a history: everything but the history stays the same from call to call. */
import type { CacheTtl, Message, ModelRequest } from "./model.ts";
import type { Prefix } from "./prefix.ts";
import type { Prompt } from "./prompt-file.ts";

export interface RequestFrame {
  readonly model: string;
  readonly prefix: Prefix;
  readonly prompt: Prompt;
  readonly ttl: CacheTtl;
}

export function frameRequest(frame: RequestFrame): (messages: readonly Message[]) => ModelRequest {
  const { model, prefix, prompt, ttl } = frame;
  return (messages) => ({
    model,
    system: prefix.system,
    tools: prefix.tools,
    messages,
    maxTokens: prompt.maxTokens,
    thinking: true,
    ...(prompt.effort === undefined ? {} : { effort: prompt.effort }),
    ttl,
  });
}

/**
 * What goes over the wire for a request. Claude models get the full request; any other model is taken to live on a
 * server that speaks only the core of the Messages API, and gets nothing that such a server may refuse.
 */
import type { CacheTtl, ModelRequest, SystemBlock } from "./model.ts";

export type Profile = "full" | "compat";

/** The id of the offline model, which is as strict and as able as the real API. */
const OFFLINE_MODEL = "offline";

export function profileOf(model: string): Profile {
  return model.startsWith("claude-") || model === OFFLINE_MODEL ? "full" : "compat";
}

/** The request's body. The same request always gives the same bytes. */
export function wireBody(request: ModelRequest): Record<string, unknown> {
  return profileOf(request.model) === "full" ? fullBody(request) : compatBody(request);
}

// Claude 4.5 knows neither adaptive thinking nor effort, and refuses a request that names them.
const WITHOUT_ADAPTIVE = /^claude-(?:haiku|sonnet|opus)-4-5(?:-|$)/;

function fullBody(request: ModelRequest): Record<string, unknown> {
  const { model, maxTokens, tools, messages } = request;
  const adaptive = !WITHOUT_ADAPTIVE.test(model);
  return {
    model,
    max_tokens: maxTokens,
    ...(tools.length > 0 && { tools }),
    ...(request.system.length > 0 && { system: systemBlocks(request.system, request.ttl) }),
    messages,
    ...(request.thinking && adaptive && { thinking: { type: "adaptive", display: "summarized" } }),
    ...(request.effort && adaptive && { output_config: { effort: request.effort } }),
    // The API moves this automatic breakpoint forward by itself, so no marker ever changes an earlier message.
    cache_control: cacheControl(request.ttl),
  };
}

function compatBody(request: ModelRequest): Record<string, unknown> {
  const { model, maxTokens, tools, messages } = request;
  return {
    model,
    max_tokens: maxTokens,
    ...(tools.length > 0 && { tools }),
    ...(request.system.length > 0 && {
      system: request.system.map((block) => block.text).join("\n\n"),
    }),
    messages,
  };
}

function systemBlocks(system: readonly SystemBlock[], ttl: CacheTtl) {
  const last = system.findLastIndex((block) => block.cache);
  return system.map((block, index) => ({
    type: "text",
    text: block.text,
    ...(index === last && { cache_control: cacheControl(ttl) }),
  }));
}

function cacheControl(ttl: CacheTtl) {
  return ttl === "5m" ? { type: "ephemeral" } : { type: "ephemeral", ttl };
}

/**
 * Thinking blocks are bound to everything before them: the signature is an HMAC over that prefix and the block's
 * text. Stricter than the real API, which lets a client drop the oldest blocks.
 */
import { createHmac } from "node:crypto";
import { extendHash, renderBlock, renderPrompt } from "./render.ts";
import type { Block, Prompt } from "./request.ts";

// Fixed and no secret: a resumed session talks to another process of this server and its blocks must stay valid.
const KEY = "offline thinking";

/** Says which thinking block does not fit the conversation it is in; undefined when all do. */
export function findUnbound(prompt: Prompt): string | undefined {
  let prefix = "";
  for (const { text, path, block } of renderPrompt(prompt)) {
    if (block?.type === "thinking" && block.signature !== sign(prefix, block.thinking)) {
      return `${path}: Invalid \`signature\` in \`thinking\` block. The block is bound to a different conversation.`;
    }
    prefix = extendHash(prefix, text);
  }
  return undefined;
}

/** Puts the signatures into an answer to `prompt`; each block is bound to the ones before it too. */
export function signAnswer<Content extends Block>(
  prompt: Prompt,
  content: readonly Content[],
): Content[] {
  let prefix = renderPrompt(prompt).reduce((hash, { text }) => extendHash(hash, text), "");
  return content.map((block) => {
    const signed =
      block.type === "thinking" ? { ...block, signature: sign(prefix, block.thinking) } : block;
    prefix = extendHash(prefix, renderBlock(signed, "assistant", "messages").text);
    return signed;
  });
}

function sign(prefix: string, thinking: string): string {
  return createHmac("sha256", KEY).update(prefix).update("\0").update(thinking).digest("base64");
}

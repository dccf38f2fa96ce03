/** Keys have no place in what agents write for others, and the marks of hidden ones none in files. */
import { ToolError } from "../errors.ts";
import { holdsMark } from "../risk/hide-secrets.ts";
import type { ToolContext } from "./tool.ts";

/** Throws where a text for the team holds a key: what is said once stays in journals for ever. */
export function refuseSecrets({ secrets }: ToolContext, ...texts: readonly string[]): void {
  const kinds = new Set(texts.flatMap((text) => secrets.kindsIn(text)));
  if (kinds.size === 0) return;
  throw new ToolError(
    `Refused: the text holds what looks like a secret (${[...kinds].join(", ")}), and nobody needs its value. Name the file or variable that it stands in instead.`,
  );
}

/** Throws where a text for a file holds the mark that stands for a hidden secret: it would replace the secret itself. */
export function refuseMark(...texts: readonly string[]): void {
  if (!texts.some(holdsMark)) return;
  throw new ToolError(
    "Refused: the text holds a mark of swarmux in place of a secret that you were not shown, and the file holds the secret itself. Leave that line alone: use Edit with an old_string and new_string from other lines.",
  );
}

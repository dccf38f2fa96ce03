/** Marks files as seen, for an agent whose process is new and whose conversation is not. */
import { resolveInCheckout } from "./paths.ts";
import { loadFile } from "./text-file.ts";
import type { ToolContext } from "./tool.ts";

/** Notes each file as it is now; what is gone or can't be read is passed over. */
export async function noteSeen(paths: readonly string[], context: ToolContext): Promise<void> {
  for (const path of paths) {
    try {
      const place = resolveInCheckout(context.root, path);
      const file = await loadFile(context.root, place);
      if (file !== undefined) context.reads.noteRead(place.absolute, file.hash);
    } catch {
      // Not a file of the checkout any more: the agent has to look again.
    }
  }
}

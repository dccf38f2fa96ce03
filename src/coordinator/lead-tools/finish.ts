/** Finish: the lead's word that the request is fulfilled; refused while something is open. */
import { z } from "zod";
import { ToolError } from "../../errors.ts";
import { defineTool, LOW, type Tool } from "../../tools/tool.ts";
import type { Desk } from "../desk.ts";
import { openItems } from "../wake.ts";

export function createFinish(desk: Desk): Tool {
  return defineTool({
    name: "Finish",
    description:
      "End the session when the request holds on the integration branch, or when what is left can't be done and you say why. Refused while a task, a question or the plan is open; delete or stop what will not be done first. `summary` is what the person reads: what changed, which receipts prove it, assumptions, what was rejected and why, risks, follow-ups; 40 lines at most.",
    effect: "writes",
    input: z.strictObject({ summary: z.string() }),
    assess: () => LOW,
    run: async ({ summary }) => {
      const open = openItems(desk.team());
      if (open.length > 0) {
        throw new ToolError(
          `Not finished, this is still open:\n${open.map((line) => `- ${line}`).join("\n")}\nEnd your turn to wait for it, or stop or delete what will not be done.`,
        );
      }
      await desk.finish(summary);
      return "The session is finished.";
    },
    // Doing it again changes nothing that was changed already.
    probe: () => "not-done",
  });
}

/** What a command that was cut off has left in the checkout, for the agent that has to look before it goes on. */
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { countOf } from "../count.ts";
import { resolveForReading } from "./paths.ts";
import { listFiles } from "./ripgrep.ts";
import type { ToolContext, Trace } from "./tool.ts";

/** A file's times come from a clock of the kernel's that moves in steps of up to 10 ms, so they may lie before the command. */
const CLOCK_STEP_MS = 10;
const MAX_NAMED = 50;

/** The moment before a command, as its intent keeps it. */
export function moment(): string {
  return String(Date.now());
}

/** The files that are new or have changed since that moment. Looks only. */
export async function lookBehind(before: string | undefined, context: ToolContext): Promise<Trace> {
  // Intents of older journals keep no moment.
  if (before === undefined) return "unknown";
  const since = Number(before) - CLOCK_STEP_MS;
  const files = await listFiles(resolveForReading(context, "."), context);
  const changes = await Promise.all(
    files.map((file) =>
      lstat(join(context.root, file)).then(
        ({ ctimeMs }) => ctimeMs >= since,
        () => false,
      ),
    ),
  );
  return { left: describe(files.filter((_, index) => changes[index])) };
}

function describe(files: readonly string[]): string {
  if (files.length === 0) {
    return "Since it began, no file that Glob would show is new or has changed; what it deleted is not seen here.";
  }
  const more = files.length - MAX_NAMED;
  return [
    "New or changed since it began, half-made and temporary files perhaps among them; all that stays is committed with your work:",
    ...files.slice(0, MAX_NAMED),
    ...(more > 0 ? [`[and ${countOf(more, "more file")}]`] : []),
  ].join("\n");
}

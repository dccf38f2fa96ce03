/** What a command that was cut off has left in the checkout, for the agent that has to look before it goes on. */
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { countOf } from "../count.ts";
import { runProcess } from "./command.ts";
import { resolveForReading } from "./paths.ts";
import { listFiles } from "./ripgrep.ts";
import type { ToolContext, Trace } from "./tool.ts";

/** A file's times come from a clock of the kernel's that moves in steps of up to 10 ms, so they may lie before the command. */
const CLOCK_STEP_MS = 10;
const MAX_NAMED = 50;
const LOOK_MS = 10_000;

/** The moment before a command, as its intent keeps it. */
export function moment(): string {
  return String(Date.now());
}

/**
 * The files that are new or have changed since that moment, those that are missing, and what else there is to say of the
 * time since. Looks only.
 */
export async function lookBehind(
  before: string | undefined,
  context: ToolContext,
  sayMore: (since: number) => string,
): Promise<Trace> {
  // Intents of older journals keep no moment.
  if (before === undefined) return "unknown";
  const since = Number(before) - CLOCK_STEP_MS;
  const [changed, missing] = await Promise.all([
    changedFiles(since, context),
    missingFiles(context),
  ]);
  return {
    left: [...describeChanged(changed), ...describeMissing(missing), sayMore(since)].join("\n"),
  };
}

async function changedFiles(since: number, context: ToolContext): Promise<readonly string[]> {
  const files = await listFiles(resolveForReading(context, "."), context);
  const changes = await Promise.all(
    files.map((file) =>
      lstat(join(context.root, file)).then(
        ({ ctimeMs }) => ctimeMs >= since,
        () => false,
      ),
    ),
  );
  return files.filter((_, index) => changes[index]);
}

/** Asks git as a command of the agent's would, in the same walls; nothing where it can't tell. */
async function missingFiles(context: ToolContext): Promise<readonly string[]> {
  const chunks: Buffer[] = [];
  const { exit } = await runProcess("git diff --name-only --diff-filter=D -z HEAD 2>/dev/null", {
    shells: context.shells,
    enclosure: context.enclosure,
    timeout: LOOK_MS,
    signal: context.signal,
    take: (chunk) => void chunks.push(chunk),
  });
  if (exit !== 0) return [];
  return Buffer.concat(chunks).toString("utf8").split("\0").filter(Boolean);
}

function describeChanged(files: readonly string[]): readonly string[] {
  if (files.length === 0) {
    return ["Since it began, no file that Glob would show is new or has changed."];
  }
  return [
    "New or changed since it began, half-made and temporary files perhaps among them; all that stays is committed with your work:",
    ...named(files),
  ];
}

function describeMissing(files: readonly string[]): readonly string[] {
  if (files.length === 0) return [];
  return [
    "In the last commit and not there any more, by this command or one before it:",
    ...named(files),
  ];
}

function named(files: readonly string[]): readonly string[] {
  const more = files.length - MAX_NAMED;
  return [
    ...files.slice(0, MAX_NAMED),
    ...(more > 0 ? [`[and ${countOf(more, "more file")}]`] : []),
  ];
}

/** What a worker's journal holds about its background commands, so that a process that takes over knows which are gone. */
import { z } from "zod";
import { type Background, createBackground, type GoneCommand } from "../tools/background.ts";
import type { ToolContext } from "../tools/tool.ts";

const Began = z.object({
  type: z.literal("background.began"),
  task: z.string(),
  id: z.string(),
  command: z.string(),
});
const Told = z.object({ type: z.literal("background.told"), task: z.string(), id: z.string() });

export type BackgroundRecord = z.infer<typeof Began> | z.infer<typeof Told>;

/** How the commands of a task are opened; `records` are those of the processes before this one. */
export interface BackgroundJournal {
  readonly records: readonly BackgroundRecord[];
  append(record: BackgroundRecord): Promise<void>;
}

export function parseBackgroundRecord(line: object): BackgroundRecord | undefined {
  const began = Began.safeParse(line);
  if (began.success) return began.data;
  return Told.safeParse(line).data;
}

/** Commands of the task that began in another process, and of whose end the agent has not heard. */
export function foldGone(records: readonly BackgroundRecord[], task: string): GoneCommand[] {
  const open = new Map<string, GoneCommand>();
  for (const record of records) {
    if (record.task !== task) continue;
    if (record.type === "background.told") open.delete(record.id);
    else open.set(record.id, { id: record.id, command: record.command });
  }
  return [...open.values()];
}

/** Close it when the work on the task ends. */
export function openBackground(
  journal: BackgroundJournal,
  task: string,
  around: Pick<ToolContext, "shells" | "outputs" | "secrets">,
): Background {
  const { records, append } = journal;
  const before = records.filter((one) => one.type === "background.began" && one.task === task);
  return createBackground({
    shells: around.shells,
    outputs: around.outputs,
    secrets: around.secrets,
    gone: foldGone(records, task),
    first: before.length + 1,
    began: (command) => append({ type: "background.began", task, ...command }),
    // Told twice is better than never: nothing waits for this line.
    told: (id) => void append({ type: "background.told", task, id }),
  });
}

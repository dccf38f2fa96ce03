/** What one task changes: the receipt's patch where it is merged, else its checkout's files as they are. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { workDiff } from "../git/work-diff.ts";
import { paths } from "../session/folders.ts";
import type { Team } from "./team.ts";

/** Null where there is nothing to compare: nobody has begun it, or its checkout has gone to another task. */
export async function taskDiff(folder: string, team: Team, id: string): Promise<string | null> {
  const task = team.tasks.get(id);
  if (task === undefined) return null;
  const { receipt, base, checkout, worker } = task;
  if (receipt?.diff != null) {
    const patch = await readFile(resolve(folder, receipt.diff), "utf8");
    return `${receipt.diffstat.trimEnd()}\n\n${patch}`;
  }
  const next = team.workers.get(worker ?? "")?.task ?? id;
  if (base === null || checkout === "" || next !== id) return null;
  return workDiff({ path: paths(folder).checkout(checkout), base });
}

/** Why there is none. */
export function whyNoDiff(team: Team, id: string): string {
  return team.tasks.has(id)
    ? `There is nothing to compare for ${id}: nobody has begun it, or its checkout has gone to another task.`
    : `There is no task ${id}.`;
}

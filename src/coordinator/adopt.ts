/** Merges that a coordinator made and was killed before it could say so: the branch is one step ahead then. */
import { readMergedTasks } from "../git/integration.ts";
import type { EventBody, SessionEvent } from "../session/events.ts";
import type { SessionPaths } from "../session/folders.ts";
import { writeReceipt } from "./receipts.ts";
import type { Team } from "./team.ts";

export interface Adoption {
  readonly task: string;
  /** The commit that the branch stands at with it. */
  readonly commit: string;
  /** What is missing in the journal. */
  readonly events: readonly EventBody[];
}

export interface Found {
  readonly repo: string;
  readonly session: string;
  readonly at: SessionPaths;
  readonly team: Team;
  /** The journal: the checks of what was merged are in it. */
  readonly events: readonly SessionEvent[];
}

export async function findAdoptions({ repo, session, at, ...found }: Found): Promise<Adoption[]> {
  const { team, events } = found;
  const { head, merged, branch } = team.integration;
  const ahead = await readMergedTasks({ repo, session, base: head });
  const adoptions: Adoption[] = [];
  for (const { task: id, commit } of [...merged, ...ahead]) {
    const task = team.tasks.get(id);
    if (task?.phase !== "queued") continue;
    const isSaid = merged.some((one) => one.task === id);
    const from = isSaid ? `${commit}^` : head;
    const results = events.flatMap((event) => {
      const isOfIt = event.type === "integration.checked" && event.task === id;
      return isOfIt && event.commit === commit ? [event] : [];
    });
    const receipt = await writeReceipt(at, { task: id, in: repo, from, to: commit, results });
    const end = { task: id, worker: task.worker, why: "merged", receipt } as const;
    const saying: EventBody[] = isSaid
      ? []
      : [{ type: "integration.merged", task: id, commit, branch }];
    adoptions.push({
      task: id,
      commit,
      events: [...saying, { type: "task.finished", status: "completed", ...end }],
    });
  }
  return adoptions;
}

/** The merge of a HIGH task, or of work that holds a secret, is a gate of its own; the merge queue goes on without it meanwhile. */
import { diffstat } from "../git/changes.ts";
import type { Log } from "../log.ts";
import type { SessionPaths } from "../session/folders.ts";
import type { Gatekeeper } from "./gatekeeper.ts";
import type { BoardTask } from "./team.ts";

export interface MergeConsent {
  /** Whether the task's work may be merged at this moment; where a yes is missing, it is asked for. */
  mayMerge(task: BoardTask): boolean;
}

export function createMergeConsent(options: {
  readonly gatekeeper: Gatekeeper;
  readonly at: SessionPaths;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** A yes came: the queue has something to do. */
  granted(): Promise<void>;
}): MergeConsent {
  const { gatekeeper, at, log, signal, granted } = options;
  const asked = new Set<string>();
  const approved = new Set<string>();

  async function ask(task: BoardTask, work: string): Promise<void> {
    const { id, subject, base, commit, leaks } = task;
    if (base === null || commit === null) return;
    const cwd = at.checkout(task.checkout);
    const input = {
      task: id,
      subject,
      commit,
      diffstat: await diffstat({ repo: cwd, base, head: commit }),
      ...(leaks.length === 0 ? {} : { secrets: [...leaks] }),
    };
    const reasons = reasonsFor(task);
    const { allowed } = await gatekeeper.ask({ tool: "Merge", task: id, input, reasons, cwd });
    if (!allowed) return;
    approved.add(work);
    await granted();
  }

  return {
    mayMerge(task) {
      if (reasonsFor(task).length === 0) return true;
      const work = `${task.id} ${task.commit}`;
      if (!asked.has(work)) {
        asked.add(work);
        ask(task, work).catch((error: unknown) => {
          if (!signal.aborted) log.warn("a merge was not asked for", { why: String(error) });
        });
      }
      return approved.has(work);
    },
  };
}

/** Empty where nobody needs to be asked. Work with a secret goes back to its worker once before a person sees it. */
function reasonsFor({ id, risk, leaks, leaksTold }: BoardTask): string[] {
  const high = risk === "HIGH" ? [`${id} is a HIGH task: its merge needs your yes`] : [];
  if (leaks.length === 0) return high;
  if (!leaksTold) return [];
  return [...high, ...leaks.map((leak) => `what looks like a secret stands in ${leak}`)];
}

/** What code can tell about a task's text and its place in the plan before anybody works on it: pure. */
import { matchesGlob } from "node:path";
import type { Task } from "../task.ts";
import { openTasks, sharedFiles } from "./schedule.ts";
import type { Team } from "./team.ts";

/** Another open task that names a file of this one, though neither waits for the other. */
export interface Conflict {
  readonly task: string;
  readonly files: readonly string[];
}

/** Why the task can't stand on the board at all, or undefined. */
export function refuseTask(team: Team, task: Task): string | undefined {
  for (const id of task.blockedBy) {
    if (id === task.id) return `Task ${id} can't wait for itself.`;
    if (!team.tasks.has(id)) {
      const known = [...team.tasks.keys()].join(", ") || "none yet";
      return `There is no task ${id} to wait for. Tasks on the board: ${known}.`;
    }
  }
  if (task.blockedBy.some((id) => needs(team, id, task.id))) {
    return `That would be a cycle: ${task.blockedBy.join(", ")} already waits for ${task.id}. Name what this task needs, not what needs it.`;
  }
  return undefined;
}

/** Open tasks that share a file with this one and are not linked to it. */
export function findConflicts(team: Team, task: Task): Conflict[] {
  return openTasks(team)
    .filter((other) => other.id !== task.id)
    .filter((other) => !task.blockedBy.some((id) => id === other.id || needs(team, id, other.id)))
    .filter((other) => !needs(team, other.id, task.id))
    .map((other) => ({ task: other.id, files: sharedFiles(task, other) }))
    .filter((conflict) => conflict.files.length > 0);
}

/** What a worker would miss in the text, as advice to the lead; empty when nothing. */
export function adviseTask(task: Task, tracked: readonly string[]): string[] {
  const advice: string[] = [];
  const firstParagraph = task.description.split(/\n\s*\n/)[0] ?? "";
  if (firstParagraph.trim().length < 60) {
    advice.push("goal: say the result and why it matters in the first paragraph.");
  }
  if (task.description.length < 400) {
    advice.push(
      "thin: the worker sees nothing else of the plan. Give it the contract, one before/after pair, odd cases and when to ask.",
    );
  }
  if (task.files.length === 0) {
    advice.push("files: name the files or globs it may write, so that no other task meets them.");
  }
  const unmatched = task.files.filter(
    (glob) => !tracked.some((file) => file === glob || matchesGlob(file, glob)),
  );
  if (unmatched.length > 0) {
    advice.push(
      `files: ${unmatched.slice(0, 5).join(", ")} matches no file yet. Right if it is new.`,
    );
  }
  if (task.check === undefined && !/check|test/i.test(task.description)) {
    advice.push(
      "check: name the command that tells right from wrong, or say that the session's check is enough.",
    );
  }
  if (!/not (this|touch|change|edit)|leave|alone|only/i.test(task.description)) {
    advice.push("not this: say what to leave alone, and who owns it.");
  }
  if (
    task.blockedBy.length === 0 &&
    /\b(after|wait for|once|depends on)\s+(task\s+)?t\d+\b/i.test(task.description)
  ) {
    advice.push(
      "order: the text names another task, but blockedBy is empty. Only blockedBy makes it wait.",
    );
  }
  return advice;
}

/** Whether task `id` waits for `other`, directly or through others. */
function needs(team: Team, id: string, other: string): boolean {
  const seen = new Set<string>();
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const blockedBy = team.tasks.get(next)?.blockedBy ?? [];
    if (blockedBy.includes(other)) return true;
    open.push(...blockedBy);
  }
  return false;
}

/** What holds for a team after every event of a legal session. */
import type { Step } from "../../src/coordinator/down.ts";
import { MAX_LOSSES, MAX_REJECTIONS } from "../../src/coordinator/limits.ts";
import { isLive, runningTasks, sharesFile } from "../../src/coordinator/schedule.ts";
import type { Team } from "../../src/coordinator/team.ts";

/** The rules that the step breaks, in words; empty when it is legal. */
export function broken(step: Step): string[] {
  const { after, event } = step;
  return [...brokenByTasks(after), ...brokenByWorkers(after), ...brokenByStep(step)].map(
    (rule) => `#${event.seq} ${event.type}: ${rule}`,
  );
}

function brokenByTasks(team: Team): string[] {
  const running = runningTasks(team);
  const rules: string[] = [];
  for (const task of running) {
    const owner = task.worker === null ? undefined : team.workers.get(task.worker);
    if (owner?.task !== task.id) rules.push(`${task.id} is ${task.phase} and nobody has it`);
    const other = running.find(({ id, files }) => id > task.id && sharesFile(task, { files }));
    if (other !== undefined) rules.push(`${task.id} and ${other.id} run and share a file`);
  }
  for (const task of team.tasks.values()) {
    if (task.rejections > MAX_REJECTIONS + 1) rules.push(`${task.id} was rejected too often`);
    if (task.losses > MAX_LOSSES) rules.push(`${task.id} was lost too often`);
    if (task.phase !== "merged") continue;
    const isMerged = team.integration.merged.some((one) => one.task === task.id);
    const isConfirmed = task.receipt?.commit === null && task.why.includes("confirmed");
    if (!isMerged && !isConfirmed) rules.push(`${task.id} is merged without a proof`);
    if (isMerged && task.receipt?.commit == null) rules.push(`${task.id} has no receipt`);
  }
  const { queue } = team.integration;
  if (new Set(queue).size < queue.length)
    rules.push(`the queue holds one task twice: ${queue.join()}`);
  for (const id of queue) {
    const phase = team.tasks.get(id)?.phase;
    if (phase !== "queued") rules.push(`the queue holds ${id}, which is ${phase}`);
  }
  return rules;
}

function brokenByWorkers(team: Team): string[] {
  const rules: string[] = [];
  const workers = [...team.workers.values()];
  for (const { name, task, state } of workers) {
    if (task === null) continue;
    const held = team.tasks.get(task);
    if (held?.worker !== name) rules.push(`${name} has ${task}, which is ${held?.worker}'s`);
    if (held !== undefined && !runningTasks(team).includes(held)) {
      rules.push(`${name} has ${task}, which is ${held.phase}`);
    }
    if (state === "idle") rules.push(`${name} is idle and has ${task}`);
  }
  const live = workers.filter(isLive).length;
  const most = team.session?.options.workers ?? 0;
  if (live > most) rules.push(`${live} workers live, ${most} may`);
  return rules;
}

function brokenByStep({ before, event }: Step): string[] {
  if (event.type !== "task.assigned") return [];
  const rules: string[] = [];
  const held = before.workers.get(event.worker)?.task;
  if (held != null) rules.push(`${event.worker} gets ${event.task} and has ${held}`);
  const task = before.tasks.get(event.task);
  if (task?.phase !== "waiting") rules.push(`${event.task} is given away and was ${task?.phase}`);
  for (const need of task?.blockedBy ?? []) {
    const phase = before.tasks.get(need)?.phase;
    if (phase !== "merged") rules.push(`${event.task} starts, and ${need} is ${phase}`);
  }
  return rules;
}

/**
 * Checkouts and the merge queue: one task after another is rebased onto the integration head in a clean checkout,
 * checked there, and merged, so that the branch is always green. What it does is in the journal as it happens.
 */
import { join } from "node:path";
import { diffstat, writePatch } from "../git/changes.ts";
import { createCheckout, hasCheckout, switchCheckout } from "../git/checkouts.ts";
import {
  advanceIntegration,
  createIntegration,
  integrationHead,
  readMergedTasks,
} from "../git/integration.ts";
import { createCleanCheckout, rebaseCheckout, rebaseTask } from "../git/rebase.ts";
import type { RepositoryFacts } from "../git/repository.ts";
import { commitWork } from "../git/work.ts";
import type { Log } from "../log.ts";
import type { SessionEvent } from "../session/events.ts";
import type { SessionPaths } from "../session/folders.ts";
import type { CheckResult, Receipt } from "../task.ts";
import { type Check, failureText, runCheck } from "./checks.ts";
import type { Core } from "./core.ts";
import { createGatekeeper } from "./gatekeeper.ts";
import { type BoardTask, type Team, UNCHANGED } from "./team.ts";

export interface IntegratorOptions {
  readonly core: Core;
  readonly repository: RepositoryFacts;
  readonly at: SessionPaths;
  readonly session: string;
  readonly env: Readonly<Record<string, string>>;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface Integrator {
  /** Makes the checkout in which the lead reads. */
  openLead(): Promise<void>;
  /**
   * Takes into the journal what was merged though the coordinator was killed before it could say so: the branch is one
   * step ahead then, with checks that are in the journal.
   */
  adopt(events: readonly SessionEvent[]): Promise<void>;
  /** Makes the integration branch and runs the session's checks on the base; false when one failed. */
  checkBase(): Promise<boolean>;
  /** Makes the checkout of an assigned task and says so. */
  prepare(task: string): Promise<void>;
  /** Commits what was reported done and puts it into the queue. */
  collect(task: string): Promise<void>;
  /** Works off the queue; a call while it works only makes it look again. */
  integrate(): Promise<void>;
}

const BASE = "base";

export function createIntegrator(options: IntegratorOptions): Integrator {
  const { core, repository, at, session, env, log, signal } = options;
  const { root: repo, identity, head: base } = repository;
  const gatekeeper = createGatekeeper(core, signal);
  const clean = join(at.checkouts, "clean");
  // Git works in one checkout at a time; different checkouts don't wait for each other.
  const made = new Map<string, Promise<unknown>>();
  let cleanMade: Promise<unknown> | undefined;
  const asked = new Set<string>();
  const approved = new Set<string>();
  let isWorking = false;
  let checks = 0;

  function makeClean(): Promise<unknown> {
    cleanMade ??= hasCheckout(clean).then(async (isThere) => {
      if (!isThere) await createCleanCheckout({ repo, path: clean, base, identity });
    });
    return cleanMade;
  }

  async function check(one: Check, cwd: string, task: string | null): Promise<CheckResult> {
    const name = task ?? BASE;
    checks += 1;
    const result = await runCheck(one, {
      cwd,
      env,
      logs: at.receipts,
      name: `${String(checks).padStart(3, "0")}-${name}`,
      signal,
      allow: (reasons) =>
        gatekeeper.ask({ tool: "Check", task, input: { command: one.command }, reasons, cwd }),
    });
    return result;
  }

  async function fail(task: BoardTask, why: string): Promise<void> {
    await core.emit({
      type: "task.finished",
      task: task.id,
      status: "failed",
      worker: task.worker,
      why,
      receipt: null,
    });
  }

  async function mergeNext(task: BoardTask): Promise<void> {
    const { head } = core.team().integration;
    await makeClean();
    if (task.commit === null || task.checkout === "") throw new Error(`${task.id} has no commit`);
    const rebased = await rebaseTask({
      clean,
      from: at.checkout(task.checkout),
      commit: task.commit,
      onto: head,
    });
    if (!rebased.ok) {
      await reject(task, `It conflicts with what was merged before it.\n${rebased.text}`);
      return;
    }
    const results: CheckResult[] = [];
    for (const one of checksFor(core.team(), task)) {
      const result = await check(one, clean, task.id);
      results.push(result);
      const { command, exit, ms, output, log: path } = result;
      const ok = exit === 0;
      const { commit } = rebased;
      const facts = { ok, command, exit, ms, output, log: path };
      await core.emit({ type: "integration.checked", task: task.id, commit, ...facts });
      if (!ok) {
        await reject(
          task,
          `The check failed on your work as it would be merged:\n${failureText(result)}`,
        );
        return;
      }
    }
    if (core.team().tasks.get(task.id)?.phase !== "queued") return;
    const to = rebased.commit;
    await advanceIntegration({ repo, session, clean, from: head, to });
    await sayMerged(task, { from: head, to, results });
  }

  /** The merge and its receipt, once the branch stands there. */
  async function sayMerged(
    task: BoardTask,
    step: { from: string; to: string; results: readonly CheckResult[]; isSaid?: boolean },
  ): Promise<void> {
    const { from, to, isSaid = false } = step;
    const checks = step.results.map(({ command, exit, ms, output, log: path }) => ({
      command,
      exit,
      ms,
      output,
      log: path,
    }));
    const diff = join(at.receipts, `${task.id}.patch`);
    const change = { repo, base: from, head: to };
    await writePatch(change, diff);
    const receipt: Receipt = { commit: to, checks, diffstat: await diffstat(change), diff };
    const { branch } = core.team().integration;
    if (!isSaid) await core.emit({ type: "integration.merged", task: task.id, commit: to, branch });
    const { id, worker } = task;
    const end = { task: id, worker, why: "merged", receipt } as const;
    await core.emit({ type: "task.finished", status: "completed", ...end });
    await refreshLead(to);
  }

  /** The merge of a HIGH task is a gate of its own. The queue goes on without it meanwhile. */
  function mayMerge(task: BoardTask): boolean {
    if (task.risk !== "HIGH") return true;
    const work = `${task.id} ${task.commit}`;
    if (!asked.has(work)) {
      asked.add(work);
      askForMerge(task, work).catch((error: unknown) => {
        if (!signal.aborted) log.warn("a merge was not asked for", { why: String(error) });
      });
    }
    return approved.has(work);
  }

  async function askForMerge(task: BoardTask, work: string): Promise<void> {
    const { base: start, commit } = task;
    if (start === null || commit === null) return;
    const path = at.checkout(task.checkout);
    const stat = await diffstat({ repo: path, base: start, head: commit });
    const input = { task: task.id, subject: task.subject, commit, diffstat: stat };
    const reasons = [`${task.id} is a HIGH task: its merge needs your yes`];
    const isAllowed = await gatekeeper.ask({
      tool: "Merge",
      task: task.id,
      input,
      reasons,
      cwd: path,
    });
    if (!isAllowed) return;
    approved.add(work);
    await integrate();
  }

  async function reject(task: BoardTask, why: string): Promise<void> {
    const { head: onto } = core.team().integration;
    if (core.team().tasks.get(task.id)?.phase !== "queued" || task.commit === null) return;
    const tries = task.rejections + 1;
    const conflicts = await rebaseCheckout(at.checkout(task.checkout), onto);
    const marks = conflicts.map((file) => `- ${file}`).join("\n");
    const where =
      conflicts.length === 0
        ? "Your checkout stands on the newest integration head now, with your change in it."
        : `Your checkout stands on the newest integration head now, with your change in it. These files hold both sides between conflict marks:\n${marks}`;
    const text = `${why}\n${where}`;
    await core.emit({ type: "integration.rejected", task: task.id, why: text, tries, base: onto });
  }

  /** The lead reads the integration branch as it stands. */
  async function refreshLead(head: string): Promise<void> {
    try {
      await switchCheckout({ path: at.checkout("lead"), branch: null, base: head });
    } catch (error) {
      log.warn("the lead's checkout was not moved", { why: String(error) });
    }
  }

  async function makeCheckout(task: BoardTask): Promise<void> {
    const { branch, base: start } = task;
    if (branch === null || start === null) throw new Error(`${task.id} was not assigned`);
    const path = at.checkout(task.checkout);
    const before = made.get(task.checkout) ?? Promise.resolve();
    const next = before.then(async () => {
      if (await hasCheckout(path)) await switchCheckout({ path, branch, base: start });
      else await createCheckout({ repo, path, branch, base: start, identity });
    });
    made.set(task.checkout, next);
    await next;
  }

  async function integrate(): Promise<void> {
    if (isWorking) return;
    isWorking = true;
    try {
      for (;;) {
        const { integration, tasks } = core.team();
        const waiting = integration.queue.flatMap((id) => tasks.get(id) ?? []);
        const task = waiting.find(mayMerge);
        if (task === undefined || signal.aborted) return;
        try {
          await mergeNext(task);
        } catch (error) {
          if (signal.aborted) return;
          log.warn("the merge failed", { task: task.id, why: String(error) });
          await fail(task, `it could not be merged: ${String(error)}`);
        }
      }
    } finally {
      isWorking = false;
    }
  }

  return {
    async openLead() {
      const path = at.checkout("lead");
      const { head } = core.team().integration;
      if (await hasCheckout(path)) await switchCheckout({ path, branch: null, base: head });
      else await createCheckout({ repo, path, branch: null, base: head, identity });
    },
    async adopt(events) {
      const { head, merged } = core.team().integration;
      const ahead = await readMergedTasks({ repo, session, base: head });
      for (const { task: id, commit: to } of [...merged, ...ahead]) {
        const task = core.team().tasks.get(id);
        if (task?.phase !== "queued") continue;
        const isSaid = merged.some((one) => one.task === id);
        const results = events.flatMap((event) =>
          event.type === "integration.checked" && event.task === id && event.commit === to
            ? [event]
            : [],
        );
        await sayMerged(task, { from: isSaid ? `${to}^` : head, to, results, isSaid });
      }
    },
    async checkBase() {
      const all = checksFor(core.team(), undefined);
      if ((await integrationHead(repo, session)) === null) {
        await createIntegration({ repo, session, base });
      }
      await makeClean();
      let allGreen = true;
      for (const one of all) {
        const { command, exit, ms, output, log: path } = await check(one, clean, null);
        const ok = exit === 0;
        allGreen &&= ok;
        await core.emit({
          type: "integration.checked",
          task: null,
          commit: base,
          ok,
          command,
          exit,
          ms,
          output,
          log: path,
        });
      }
      return allGreen;
    },
    async prepare(id) {
      const task = core.team().tasks.get(id);
      if (task === undefined) return;
      try {
        await makeCheckout(task);
      } catch (error) {
        made.delete(task.checkout);
        return fail(task, `its checkout could not be made: ${String(error)}`);
      }
      await core.emit({ type: "task.updated", task: id, by: "coordinator", status: "in_progress" });
    },
    async collect(id) {
      const task = core.team().tasks.get(id);
      if (task?.phase !== "reported" || task.worker === null) return;
      const { worker } = task;
      try {
        const work = await commitWork({
          path: at.checkout(task.checkout),
          message: commitMessage(task),
          identity,
          trailers: { "Swarmux-Session": session, "Swarmux-Task": id, "Swarmux-Worker": worker },
        });
        if (!work.changed) {
          await core.emit({ type: "task.updated", task: id, by: worker, note: UNCHANGED });
          return;
        }
        await core.emit({
          type: "integration.queued",
          task: id,
          worker,
          status: "done",
          commit: work.commit,
        });
      } catch (error) {
        await fail(task, `its work could not be committed: ${String(error)}`);
      }
    },
    integrate,
  };
}

/** The task's own check, then the session's. */
function checksFor(team: Team, task: BoardTask | undefined): Check[] {
  const options = team.session?.options;
  const own: Check[] =
    task?.check === undefined ? [] : [{ command: task.check, from: "repository" }];
  const all = (options?.checks ?? []).map((command) => ({
    command,
    from: options?.checks_from ?? "repository",
  }));
  return [...own.filter((one) => !all.some(({ command }) => command === one.command)), ...all];
}

function commitMessage(task: BoardTask): string {
  const summary = task.report?.summary.trim() ?? "";
  return summary === "" ? task.subject : `${task.subject}\n\n${summary}`;
}

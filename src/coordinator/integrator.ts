/**
 * The merge queue: one task after another is rebased onto the integration head in a clean checkout, checked there, and
 * merged, so that the branch is always green. What it does is in the journal as it happens.
 */
import { failpoint } from "../failpoint.ts";
import { advanceIntegration, createIntegration } from "../git/integration.ts";
import { rebaseCheckout, rebaseTask } from "../git/rebase.ts";
import type { RepositoryFacts } from "../git/repository.ts";
import { commitWork } from "../git/work.ts";
import type { Log } from "../log.ts";
import type { Rule } from "../permissions.ts";
import type { SecretFilter } from "../risk/hide-secrets.ts";
import type { Enclosures } from "../risk/sandbox/enclosures.ts";
import type { Disk } from "../session/disk.ts";
import type { SessionPaths } from "../session/folders.ts";
import type { CheckResult, Receipt } from "../task.ts";
import { checksFor, createCheckDesk } from "./check-desk.ts";
import { failureText } from "./checks.ts";
import type { Core } from "./core.ts";
import { findLeaks, leakText } from "./find-leaks.ts";
import { createGatekeeper } from "./gatekeeper.ts";
import { createMergeConsent } from "./merge-consent.ts";
import { prepareCheckout } from "./prepare-checkout.ts";
import { writeReceipt } from "./receipts.ts";
import { type BoardTask, type Phase, UNCHANGED } from "./team.ts";
import type { WorkPlaces } from "./work-places.ts";

export interface IntegratorOptions {
  readonly core: Core;
  readonly repository: RepositoryFacts;
  readonly at: SessionPaths;
  readonly session: string;
  readonly places: WorkPlaces;
  /** How processes are started in a checkout. */
  enclosuresOf(checkout: string): Promise<Enclosures>;
  readonly secrets: SecretFilter;
  readonly rules: readonly Rule[];
  readonly log: Log;
  readonly disk: Disk;
  readonly signal: AbortSignal;
}

export interface Integrator {
  /** Makes the checkout in which the lead reads. */
  openLead(): Promise<void>;
  /** Makes the integration branch and runs the session's checks on the base; false when one failed. */
  checkBase(): Promise<boolean>;
  /** Makes the checkout of an assigned task and says so. */
  prepare(task: string): Promise<void>;
  /** Commits what was reported done and puts it into the queue. */
  collect(task: string): Promise<void>;
  /** Works off the queue; a call while it works only makes it look again. */
  integrate(): Promise<void>;
  /** Resolves when nothing is being merged; soon after the signal aborts. */
  settled(): Promise<void>;
}

export function createIntegrator(options: IntegratorOptions): Integrator {
  const { core, repository, at, session, places, secrets, rules, log, signal, enclosuresOf } =
    options;
  const { disk } = options;
  const roomy: WorkPlaces = {
    ...places,
    makeClean: () => disk.roomFor("the clean checkout", places.makeClean),
    openLead: (head) => disk.roomFor("the lead's checkout", () => places.openLead(head)),
    makeFor: (task) => disk.roomFor(`the checkout of ${task.id}`, () => places.makeFor(task)),
  };
  const { root: repo, identity, head: base } = repository;
  const gatekeeper = createGatekeeper(core, signal);
  const desk = createCheckDesk({ core, at, secrets, gatekeeper, rules, signal, enclosuresOf });
  const consent = createMergeConsent({ gatekeeper, at, log, signal, granted: integrate });
  const { clean } = places;
  let isWorking = false;
  let working = Promise.resolve();

  /** Ends a task that is still where it was when the work on it began. */
  async function fail(task: BoardTask, phase: Phase, why: string): Promise<void> {
    if (core.team().tasks.get(task.id)?.phase !== phase) return;
    const end = { task: task.id, worker: task.worker, why, receipt: null } as const;
    await core.emit({ type: "task.finished", status: "failed", ...end });
  }

  async function mergeNext(task: BoardTask): Promise<void> {
    // A person has said yes to work that came with them again.
    if (task.leaks.length > 0 && !task.leaksTold) return reject(task, leakText(task.leaks));
    const { head } = core.team().integration;
    // It comes here again where the disk became full behind the merge.
    if (core.team().tasks.get(task.id)?.phase !== "queued") return;
    await places.makeClean();
    if (task.commit === null || task.checkout === "") throw new Error(`${task.id} has no commit`);
    failpoint("git.before-rebase");
    const rebased = await rebaseTask({
      clean,
      from: at.checkout(task.checkout),
      commit: task.commit,
      onto: head,
    });
    failpoint("git.after-rebase");
    if (!rebased.ok) {
      return reject(task, `It conflicts with what was merged before it.\n${rebased.text}`);
    }
    const { commit: to } = rebased;
    const results: CheckResult[] = [];
    for (const check of checksFor(core.team(), task)) {
      const result = await desk.run(check, { cwd: clean, task: task.id, commit: to });
      results.push(result);
      if (result.exit === 0) continue;
      const why = `The check failed on your work as it would be merged:\n${failureText(result)}`;
      return reject(task, why);
    }
    if (core.team().tasks.get(task.id)?.phase !== "queued") return;
    const receipt = await writeReceipt(at, { task: task.id, in: clean, from: head, to, results });
    failpoint("git.before-move");
    await advanceIntegration({ repo, session, clean, from: head, to });
    failpoint("git.after-move");
    await sayMerged(task, receipt, to);
  }

  async function sayMerged(task: BoardTask, receipt: Receipt, commit: string): Promise<void> {
    const { branch } = core.team().integration;
    await core.emit({ type: "integration.merged", task: task.id, commit, branch });
    failpoint("git.merge-said");
    const end = { task: task.id, worker: task.worker, why: "merged", receipt } as const;
    await core.emit({ type: "task.finished", status: "completed", ...end });
    await places.moveLead(commit);
  }

  async function reject(task: BoardTask, why: string): Promise<void> {
    const { head: onto } = core.team().integration;
    if (core.team().tasks.get(task.id)?.phase !== "queued" || task.commit === null) return;
    const tries = task.rejections + 1;
    failpoint("git.before-return");
    const conflicts = await rebaseCheckout(at.checkout(task.checkout), onto);
    failpoint("git.after-return");
    const marks = conflicts.map((file) => `- ${file}`).join("\n");
    const where =
      "Your checkout stands on the newest integration head now, with your change in it." +
      (conflicts.length === 0
        ? ""
        : ` These files hold both sides between conflict marks:\n${marks}`);
    const text = `${why}\n${where}`;
    await core.emit({ type: "integration.rejected", task: task.id, why: text, tries, base: onto });
  }

  function integrate(): Promise<void> {
    if (!isWorking) {
      isWorking = true;
      working = workOff();
    }
    return working;
  }

  async function workOff(): Promise<void> {
    try {
      for (;;) {
        const { integration, tasks } = core.team();
        const waiting = integration.queue.flatMap((id) => tasks.get(id) ?? []);
        const task = waiting.find(consent.mayMerge);
        if (task === undefined || signal.aborted) return;
        try {
          await disk.roomFor(`merge ${task.id}`, () => mergeNext(task));
        } catch (error) {
          if (signal.aborted) return;
          log.warn("the merge failed", { task: task.id, why: String(error) });
          await fail(task, "queued", `it could not be merged: ${String(error)}`);
        }
      }
    } finally {
      isWorking = false;
    }
  }

  return {
    openLead: () => roomy.openLead(core.team().integration.head),
    async checkBase() {
      // A new session never takes over somebody's branch; one that is resumed has seen to its own.
      if (core.team().epoch === 1) await createIntegration({ repo, session, base });
      await roomy.makeClean();
      let isGreen = true;
      for (const check of checksFor(core.team(), undefined)) {
        const { exit } = await disk.roomFor("the base's check", () =>
          desk.run(check, { cwd: clean, task: null, commit: base }),
        );
        isGreen &&= exit === 0;
      }
      return isGreen;
    },
    async prepare(id) {
      const task = core.team().tasks.get(id);
      if (task === undefined) return;
      const why = await prepareCheckout(task, { places: roomy, desk, at, team: core.team() });
      if (why !== undefined) return fail(task, "assigned", why);
      await core.emit({ type: "task.updated", task: id, by: "coordinator", status: "in_progress" });
    },
    async collect(id) {
      const task = core.team().tasks.get(id);
      if (task?.phase !== "reported" || task.worker === null || task.base === null) return;
      const { worker, base: start } = task;
      const path = at.checkout(task.checkout);
      try {
        failpoint("git.before-commit");
        const work = {
          path,
          message: commitMessage(task),
          identity,
          trailers: { "Swarmux-Session": session, "Swarmux-Task": id, "Swarmux-Worker": worker },
        };
        const { changed, commit } = await disk.roomFor(`commit ${id}`, () => commitWork(work));
        failpoint("git.after-commit");
        if (!changed) {
          await core.emit({ type: "task.updated", task: id, by: worker, note: UNCHANGED });
          return;
        }
        const leaks = await findLeaks({ repo: path, base: start, head: commit }, secrets);
        const queued = { task: id, worker, status: "done", commit } as const;
        const found = leaks.length === 0 ? {} : { leaks };
        await core.emit({ type: "integration.queued", ...queued, ...found });
      } catch (error) {
        await fail(task, "reported", `its work could not be committed: ${String(error)}`);
      }
    },
    integrate,
    settled: () => working,
  };
}

function commitMessage(task: BoardTask): string {
  const summary = task.report?.summary.trim() ?? "";
  return summary === "" ? task.subject : `${task.subject}\n\n${summary}`;
}

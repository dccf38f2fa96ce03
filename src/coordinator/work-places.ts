/** The session's checkouts: one a worker, the lead's, and the clean one in which checks run. What is there already is used. */
import { join } from "node:path";
import { createCheckout, hasCheckout, removeCheckout, switchCheckout } from "../git/checkouts.ts";
import type { ExtrasWish } from "../git/dependencies.ts";
import { type Mended, mendCheckout } from "../git/mend.ts";
import type { RepositoryFacts } from "../git/repository.ts";
import type { Log } from "../log.ts";
import type { SessionPaths } from "../session/folders.ts";
import type { BoardTask } from "./team.ts";

export interface WorkPlaces {
  /** The clean checkout's folder; it exists after `makeClean`. */
  readonly clean: string;
  makeClean(): Promise<void>;
  /** The lead reads at `head`. */
  openLead(head: string): Promise<void>;
  moveLead(head: string): Promise<void>;
  /** Puts the task's checkout on its branch; one change of a checkout after another. */
  makeFor(task: BoardTask): Promise<void>;
  /** Makes the checkout usable in which the task's work stands, after whatever has happened to it. */
  mendFor(task: BoardTask): Promise<Mended>;
}

export function createWorkPlaces(options: {
  readonly repository: RepositoryFacts;
  readonly at: SessionPaths;
  /** What each checkout gets besides its commit; undefined: dependency folders as links. */
  readonly extras: ExtrasWish | undefined;
  readonly log: Log;
}): WorkPlaces {
  const { repository, at, log } = options;
  const extras = options.extras === undefined ? {} : { extras: options.extras };
  const { root: repo, identity, head: base } = repository;
  const clean = join(at.checkouts, "clean");
  const lead = at.checkout("lead");
  const made = new Map<string, Promise<void>>();
  let cleanMade: Promise<void> | undefined;

  /** One that a process before this one was killed in may be broken in any way: nothing in it is work. */
  async function place(path: string, on: { branch: string | null; base: string }): Promise<void> {
    if (await hasCheckout(path)) {
      try {
        return await switchCheckout({ path, ...on });
      } catch (error) {
        log.warn("a checkout is made anew", { path, why: String(error) });
        await removeCheckout(path);
      }
    }
    await createCheckout({ repo, path, identity, ...extras, ...on });
  }

  return {
    clean,
    makeClean() {
      cleanMade ??= place(clean, { branch: null, base });
      return cleanMade;
    },
    openLead: (head) => place(lead, { branch: null, base: head }),
    async moveLead(head) {
      try {
        await switchCheckout({ path: lead, branch: null, base: head });
      } catch (error) {
        log.warn("the lead's checkout was not moved", { why: String(error) });
      }
    },
    mendFor({ id, checkout, branch, base: start, commit }) {
      if (branch === null || start === null) throw new Error(`${id} was not assigned`);
      const path = at.checkout(checkout);
      return mendCheckout({ repo, path, branch, base: start, identity, commit, ...extras });
    },
    async makeFor({ id, checkout, branch, base: start }) {
      if (branch === null || start === null) throw new Error(`${id} was not assigned`);
      const before = made.get(checkout) ?? Promise.resolve();
      const next = before
        .catch(() => {})
        .then(() => place(at.checkout(checkout), { branch, base: start }));
      made.set(checkout, next);
      await next;
    },
  };
}

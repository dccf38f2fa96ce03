/** Which checks a merge needs, and running one with its result in the journal. */

import type { Rule } from "../permissions.ts";
import { giftsFor } from "../risk/gives.ts";
import { sessionGrant } from "../risk/grants.ts";
import type { SecretFilter } from "../risk/hide-secrets.ts";
import type { Enclosures } from "../risk/sandbox/enclosures.ts";
import type { SessionPaths } from "../session/folders.ts";
import type { CheckResult } from "../task.ts";
import { type Check, runCheck } from "./checks.ts";
import type { Core } from "./core.ts";
import type { Gatekeeper } from "./gatekeeper.ts";
import type { BoardTask, Team } from "./team.ts";

export interface CheckDesk {
  /** `task` is null for the base. */
  run(check: Check, on: { cwd: string; task: string | null; commit: string }): Promise<CheckResult>;
}

export function createCheckDesk(options: {
  readonly core: Core;
  readonly at: SessionPaths;
  /** How processes are started in a checkout. */
  enclosuresOf(checkout: string): Promise<Enclosures>;
  readonly secrets: SecretFilter;
  readonly gatekeeper: Gatekeeper;
  readonly rules: readonly Rule[];
  readonly signal: AbortSignal;
}): CheckDesk {
  const { core, at, secrets, gatekeeper, rules, signal, enclosuresOf } = options;
  let count = 0;
  return {
    async run(check, { cwd, task, commit }) {
      count += 1;
      const input = { command: check.command };
      const result = await runCheck(check, {
        cwd,
        enclosures: await enclosuresOf(cwd),
        secrets,
        logs: at.receipts,
        name: `${String(count).padStart(3, "0")}-${task ?? "base"}`,
        signal,
        rules,
        hasShell: hasShell(core.team()),
        allow: async ({ risk, reasons, causes = [] }) => {
          const action = { tool: "Check", task, input, risk, reasons, cwd };
          const reply = await gatekeeper.ask({ ...action, gives: giftsFor(causes) });
          return reply.allowed;
        },
      });
      await core.emit({
        type: "integration.checked",
        task,
        commit,
        ok: result.exit === 0,
        ...result,
      });
      return result;
    },
  };
}

/** Whether the session's agents may run commands at all. */
function hasShell({ session }: Team): boolean {
  return session !== null && sessionGrant(session.options).tools.includes("Bash");
}

/** What makes a new checkout ready for its checks and for a worker; most need nothing. */
export function setupOf(team: Team): Check[] {
  const { setup = null, setup_from: from = "repository" } = team.session?.options.checkout ?? {};
  return setup === null ? [] : [{ command: setup, from }];
}

/** The setup, the task's own check, then the session's; without the task's own for the base. */
export function checksFor(team: Team, task: BoardTask | undefined): Check[] {
  const { checks = [], checks_from: from = "repository" } = team.session?.options ?? {};
  const { check } = task ?? {};
  const own: Check[] =
    check === undefined || checks.includes(check) ? [] : [{ command: check, from: "repository" }];
  return [...setupOf(team), ...own, ...checks.map((command): Check => ({ command, from }))];
}

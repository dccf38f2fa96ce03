/** Where a command stands that works outside of a repository, too, and the policy that a new session would have there. */
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadConfig, narrower } from "../config.ts";
import type { GrantName, Policy } from "../permissions.ts";
import { sessionGrant } from "../risk/grants.ts";
import { parseRule } from "../risk/rules.ts";
import { resolveGrant } from "./run-options.ts";

export interface Here {
  /** The top folder of the repository, else the current folder; a real path. */
  readonly root: string;
  readonly isRepository: boolean;
  readonly grant: GrantName;
  readonly policy: Policy;
}

/** Throws `SwarmError` for a configuration that can't be used. */
export function findHere(env: NodeJS.ProcessEnv, cwd: string): Here {
  const top = findTop(realpathSync(cwd));
  const { rules, ...config } = loadConfig(env, top);
  const grant = resolveGrant(undefined, config);
  const task_budget = narrower(config.user.task_budget, config.project.task_budget) ?? null;
  return {
    root: top ?? realpathSync(cwd),
    isRepository: top !== undefined,
    grant,
    policy: {
      grant: sessionGrant({ grant, no_shell: false, task_budget }),
      rules: rules.map(parseRule),
    },
  };
}

function findTop(folder: string): string | undefined {
  if (existsSync(join(folder, ".git"))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : findTop(above);
}

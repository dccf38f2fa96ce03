/** The options of `run`: flag, then environment, project file, user file, default. */

import { join } from "node:path";
import { type Config, loadConfig, narrower, type Prices } from "../config.ts";
import { findChecks } from "../coordinator/find-checks.ts";
import { SwarmError } from "../errors.ts";
import { GrantName, type Rule } from "../permissions.ts";
import { sessionGrant } from "../risk/grants.ts";
import { isSecret } from "../risk/paths.ts";
import { parseRule } from "../risk/rules.ts";
import type { CheckoutOptions, SessionOptions } from "../session/events.ts";
import { type Display, displayOf } from "./theme.ts";

/** As commander gives them. */
export interface RunFlags {
  readonly workers?: string;
  readonly model?: string;
  readonly coordinatorModel?: string;
  readonly offline?: boolean;
  readonly base?: string;
  readonly check?: string[];
  readonly allowRed?: boolean;
  readonly budget?: string;
  readonly taskBudget?: string;
  readonly grant?: string;
  /** False with --no-shell. */
  readonly shell?: boolean;
  readonly tokenBudget?: string;
  readonly timeBudget?: string;
  readonly yes?: boolean;
  readonly panes?: string;
  readonly detach?: boolean;
  readonly headless?: boolean;
  readonly onHigh?: string;
  readonly sandbox?: boolean;
  readonly session?: string;
  readonly json?: boolean;
}

export interface ResolvedRun {
  readonly options: SessionOptions;
  readonly prompts: {
    readonly coordinator: string | undefined;
    readonly worker: string | undefined;
  };
  readonly tmuxPrefix: string | undefined;
  readonly display: Display;
  readonly notify: Config["user"]["notify"];
  readonly prices: Prices;
  readonly rules: readonly Rule[];
  /** Checks of the repository that nobody runs, because no agent may run commands. */
  readonly leftOut: readonly string[];
}

const DEFAULT_MODEL = "claude-sonnet-5-5";
const DEFAULT_COORDINATOR_MODEL = "claude-opus-5-5";
const OFFLINE_MODEL = "offline";
const DEFAULT_WORKERS = 4;

/** Throws `SwarmError` for a value that can't be used. */
export function resolveRun(
  flags: RunFlags,
  around: { repoRoot: string; env: NodeJS.ProcessEnv; isTerminal: boolean },
): ResolvedRun {
  const { user, project, rules } = loadConfig(around.env, around.repoRoot);
  const permissions = {
    grant: resolveGrant(flags.grant, { user, project }),
    no_shell: flags.shell === false,
    task_budget:
      amount("--task-budget", flags.taskBudget) ??
      narrower(user.task_budget, project.task_budget) ??
      null,
  };
  const ofPerson = flags.check ?? (project.checks === undefined ? user.checks : undefined);
  const found = project.checks ?? findChecks(around.repoRoot);
  const hasShell = sessionGrant(permissions).tools.includes("Bash");
  const checks = ofPerson ?? (hasShell ? found : []);
  const headless = flags.headless === true;
  const panes = headless ? "none" : choice("--panes", flags.panes ?? "tmux", PANES);
  const offline = flags.offline === true;
  const workers = count("--workers", flags.workers) ?? narrower(user.workers, project.workers);
  return {
    options: {
      workers: workers ?? DEFAULT_WORKERS,
      model: offline ? OFFLINE_MODEL : (flags.model ?? user.model ?? DEFAULT_MODEL),
      coordinator_model: offline
        ? OFFLINE_MODEL
        : (flags.coordinatorModel ??
          user.coordinator_model ??
          flags.model ??
          user.model ??
          DEFAULT_COORDINATOR_MODEL),
      offline,
      checks: [...checks],
      checks_from: ofPerson === undefined ? "repository" : "person",
      checkout: resolveCheckout(around.repoRoot, user.checkout, project.checkout),
      allow_red: flags.allowRed === true,
      budget: amount("--budget", flags.budget) ?? narrower(user.budget, project.budget) ?? null,
      token_budget:
        count("--token-budget", flags.tokenBudget) ??
        narrower(user.token_budget, project.token_budget) ??
        null,
      time_budget_ms: duration("--time-budget", flags.timeBudget) ?? null,
      yes: headless || flags.yes === true,
      panes,
      headless,
      on_high: choice("--on-high", flags.onHigh ?? "ask", ["ask", "deny"]),
      ...permissions,
    },
    prompts: { coordinator: user.prompts?.coordinator, worker: user.prompts?.worker },
    tmuxPrefix: user.tmux?.prefix,
    display: displayOf(around.env, user.display),
    notify: user.notify,
    prices: user.prices ?? {},
    rules: rules.map(parseRule),
    leftOut: ofPerson === undefined && !hasShell ? found : [],
  };
}

/** The project's folders before the person's; what may hold secrets is handed out by the person's own file alone. */
function resolveCheckout(
  root: string,
  user: Config["user"]["checkout"] = {},
  project: Config["project"]["checkout"] = {},
): CheckoutOptions {
  const secret = project.copy?.find(isSecret);
  if (secret !== undefined) {
    const file = join(root, ".swarmux", "config.toml");
    throw new SwarmError("config", `${file}: checkout.copy can't hand ${secret} to agents.`, {
      mend: `put "${secret}" into checkout.copy of your own configuration, if agents may read it`,
    });
  }
  return {
    link: project.link ?? user.link ?? null,
    copy: [...new Set([...(user.copy ?? []), ...(project.copy ?? [])])],
    setup: project.setup ?? user.setup ?? null,
    setup_from: project.setup === undefined ? "person" : "repository",
  };
}

/** A flag, else the narrower of the two files, else everything: what takes a person's yes is asked for anyway. */
export function resolveGrant(
  flag: string | undefined,
  { user, project }: Omit<Config, "rules">,
): GrantName {
  if (flag !== undefined) return choice("--grant", flag, GrantName.options);
  const said = [user.permissions?.grant, project.permissions?.grant];
  return GrantName.options.find((name) => said.includes(name)) ?? "full";
}

/** A saved session's options with what was said about display and limits this time. */
export function overrideOptions(options: SessionOptions, flags: RunFlags): SessionOptions {
  const headless = flags.headless ?? (flags.panes === undefined && options.headless);
  const panes = headless ? "none" : choice("--panes", flags.panes ?? options.panes, PANES);
  return {
    ...options,
    workers: count("--workers", flags.workers) ?? options.workers,
    budget: amount("--budget", flags.budget) ?? options.budget,
    token_budget: count("--token-budget", flags.tokenBudget) ?? options.token_budget,
    time_budget_ms: duration("--time-budget", flags.timeBudget) ?? options.time_budget_ms,
    headless,
    panes,
    yes: headless || options.yes,
  };
}

const PANES = ["tmux", "none"] as const;

function choice<Value extends string>(
  flag: string,
  given: string,
  values: readonly Value[],
): Value {
  const found = values.find((value) => value === given);
  if (found !== undefined) return found;
  throw new SwarmError("usage", `${flag} ${given} is not known.`, {
    mend: `${flag} ${values.join(" | ")}`,
  });
}

function count(flag: string, given: string | undefined): number | undefined {
  const value = amount(flag, given);
  if (value === undefined || Number.isInteger(value)) return value;
  throw new SwarmError("usage", `${flag} takes a whole number, not ${given}.`, {
    mend: `${flag} 4`,
  });
}

function amount(flag: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const value = Number(given);
  if (given.trim() !== "" && Number.isFinite(value) && value > 0) return value;
  throw new SwarmError("usage", `${flag} takes a number above 0, not ${given}.`, {
    mend: `${flag} 5`,
  });
}

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `90s`, `45m`, `2h`, `1h30m`, in milliseconds. */
function duration(flag: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const parts = [...given.matchAll(/(\d+)([smh])/g)];
  const whole = parts.map(([part]) => part).join("");
  if (parts.length === 0 || whole !== given) {
    throw new SwarmError("usage", `${flag} takes a time like 45m or 1h30m, not ${given}.`, {
      mend: `${flag} 45m`,
    });
  }
  return parts.reduce((sum, [, value, unit]) => sum + Number(value) * (UNITS[unit ?? ""] ?? 0), 0);
}

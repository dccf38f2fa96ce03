/** The session's limits: a governor whose warnings and ends are in the journal, and a clock for the time budget. */
import { countOf } from "../count.ts";
import type { SessionOptions } from "../session/events.ts";
import type { Core } from "./core.ts";
import { createGovernor, type Governor, type Throttle } from "./governor.ts";
import { API, isHeld, isSettled } from "./team.ts";

/** Longer than this no headless session waits for the API. */
const LONGEST_WAIT_MS = 5 * 60_000;

export interface Budget extends Disposable {
  readonly governor: Governor;
}

/** `failed` is told when the journal could not take an event. */
export function openBudget(
  core: Core,
  options: SessionOptions,
  failed: (error: unknown) => void,
): Budget {
  const spent = () => core.team().spending.cost_usd;

  async function reach(budget: string): Promise<void> {
    const reason = `the budget of ${budget} is spent`;
    await core.emit({ type: "budget.reached", spent_usd: spent(), budget });
    await core.emit({ type: "session.paused", by: "budget", ends: true, reason });
  }

  /** The task of an agent that has spent what its grant holds is given up; the agent is free for another. */
  function overspent(agent: string): string | undefined {
    const task = core.team().tasks.get(core.team().workers.get(agent)?.task ?? "");
    const most = task?.grant?.budget ?? null;
    if (task === undefined || most === null || task.cost_usd < most) return undefined;
    const why = `its budget of $${most.toFixed(2)} is spent`;
    if (!isSettled(task)) {
      const end = { task: task.id, status: "blocked", worker: agent, why, receipt: null } as const;
      core.emit({ type: "task.finished", ...end }).catch(failed);
    }
    return `The task is over: ${why}.`;
  }

  /** A short wait is waited out. A long one is the person's decision, and where nobody is there the session ends for now. */
  async function limit({ until, status, agent }: Throttle): Promise<void> {
    const at = new Date(until).toISOString();
    await core.emit({ type: "rate.limited", until: at, status, agent });
    if (!options.headless || until - Date.now() <= LONGEST_WAIT_MS) return;
    const reason = `the API answered ${status} and asked to wait until ${at}`;
    await core.emit({ type: "session.paused", by: API, ends: true, reason });
  }

  const governor = createGovernor({
    overspent,
    budgetUsd: options.budget,
    budgetTokens: options.token_budget,
    spent: () => core.team().spending,
    isHeld: (agent) => isHeld(core.team(), agent),
    events: {
      warned: (budget) => {
        core.emit({ type: "budget.warned", spent_usd: spent(), budget }).catch(failed);
      },
      reached: (budget) => {
        reach(budget).catch(failed);
      },
      throttled: (pause) => {
        limit(pause).catch(failed);
      },
    },
  });
  const { time_budget_ms: time } = options;
  const clock =
    time === null
      ? undefined
      : setTimeout(() => void reach(countOf(time / 60_000, "minute")).catch(failed), time);
  return { governor, [Symbol.dispose]: () => clearTimeout(clock) };
}

/** The session's limits: a governor whose warnings and ends are in the journal, and a clock for the time budget. */
import type { SessionOptions } from "../session/events.ts";
import type { Core } from "./core.ts";
import { createGovernor, type Governor } from "./governor.ts";
import { isHeld, isSettled } from "./team.ts";

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
      throttled: ({ until, status, agent }) => {
        const at = new Date(until).toISOString();
        core.emit({ type: "rate.limited", until: at, status, agent }).catch(failed);
      },
    },
  });
  const { time_budget_ms: time } = options;
  const clock =
    time === null
      ? undefined
      : setTimeout(() => void reach(`${time / 60_000} minutes`).catch(failed), time);
  return { governor, [Symbol.dispose]: () => clearTimeout(clock) };
}

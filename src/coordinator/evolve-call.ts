/** What calls of tools and of the model do to the team: who does what, how much it changed, what it cost. */
import type { EventOf } from "../session/events.ts";
import { changedLines } from "../tools/changed-lines.ts";
import { changeTask, withWorker } from "./change-team.ts";
import { hint, type LinesChanged, type Spending, type Team } from "./team.ts";

/** No call is being made. */
export const AT_REST = { doing: null, changing: null } as const;

export function startTool(team: Team, event: EventOf<"tool.started">): Team {
  const worker = team.workers.get(event.agent);
  if (worker === undefined) return team;
  const next = withWorker(team, event.agent, {
    doing: `${event.tool} ${hint(event.input)}`.trim(),
    changing: linesOf(event),
  });
  const task = event.task === null ? undefined : next.tasks.get(event.task);
  return task === undefined ? next : changeTask(next, task.id, { calls: task.calls + 1 });
}

export function finishTool(team: Team, event: EventOf<"tool.finished">): Team {
  const worker = team.workers.get(event.agent);
  if (worker === undefined) return team;
  const next = withWorker(team, event.agent, AT_REST);
  const task = next.tasks.get(worker.task ?? "");
  const { changing } = worker;
  if (task === undefined || changing === null || !event.ok) return next;
  const added = task.lines.added + changing.added;
  const removed = task.lines.removed + changing.removed;
  return changeTask(next, task.id, { lines: { added, removed } });
}

/** What an Edit or a Write says of itself; the lines that a Write replaces are not known. */
function linesOf({ tool, input }: EventOf<"tool.started">): LinesChanged | null {
  const lines = changedLines(tool, input);
  const count = (wanted: string) => lines?.filter(({ sign }) => sign === wanted).length ?? 0;
  return lines === null ? null : { added: count("+"), removed: count("-") };
}

export function spend(team: Team, event: EventOf<"model.called">): Team {
  const { usage } = event;
  const cost = event.cost_usd ?? 0;
  const spending: Spending = {
    calls: team.spending.calls + 1,
    input: team.spending.input + usage.input,
    output: team.spending.output + usage.output,
    cache_read: team.spending.cache_read + usage.cache_read,
    cache_write: team.spending.cache_write + usage.cache_write,
    cost_usd: team.spending.cost_usd + cost,
    unpriced: team.spending.unpriced + (event.cost_usd === null ? 1 : 0),
  };
  const worker = team.workers.get(event.agent);
  const task = team.tasks.get(event.task ?? "");
  const cost_usd = (task?.cost_usd ?? 0) + cost;
  const next = { ...changeTask(team, task?.id ?? "", { cost_usd }), spending };
  return worker === undefined
    ? next
    : withWorker(next, event.agent, {
        cost_usd: worker.cost_usd + cost,
        context: usage.input + usage.cache_read + usage.cache_write + usage.output,
      });
}

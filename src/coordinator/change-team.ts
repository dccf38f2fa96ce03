/** The small steps that every event's effect on the team is made of: each gives a new team and leaves the old one as it is. */
import type { BoardTask, Team, WorkerState } from "./team.ts";

const NEW_WORKER: Omit<WorkerState, "name"> = {
  badge: 0,
  colour: "",
  model: "",
  pid: null,
  pane: null,
  state: "starting",
  isStalled: false,
  task: null,
  doing: null,
  changing: null,
  context: null,
  cost_usd: 0,
  cursor: 0,
};

export function withTask(team: Team, task: BoardTask): Team {
  return { ...team, tasks: new Map(team.tasks).set(task.id, task) };
}

export function changeTask(team: Team, id: string, change: Partial<BoardTask>): Team {
  const task = team.tasks.get(id);
  return task === undefined ? team : withTask(team, { ...task, ...change });
}

/** Puts a task before another, or with null behind all others; where one of them is unknown everything stays. */
export function placeTask(team: Team, id: string, before: string | null): Team {
  const task = team.tasks.get(id);
  const others = [...team.tasks.values()].filter((other) => other.id !== id);
  const at = before === null ? others.length : others.findIndex((other) => other.id === before);
  if (task === undefined || at < 0) return team;
  const all = others.toSpliced(at, 0, task);
  return { ...team, tasks: new Map(all.map((one) => [one.id, one])) };
}

export function withWorker(team: Team, name: string, change: Partial<WorkerState>): Team {
  const worker = team.workers.get(name) ?? { ...NEW_WORKER, name };
  return { ...team, workers: new Map(team.workers).set(name, { ...worker, ...change }) };
}

export function withQueue(team: Team, queue: readonly string[]): Team {
  return { ...team, integration: { ...team.integration, queue } };
}

export function withoutKey<Value>(
  map: ReadonlyMap<string, Value>,
  key: string,
): Map<string, Value> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}

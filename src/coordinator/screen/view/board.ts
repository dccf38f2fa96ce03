/** The board and the workers as rows: what stands in which group, what a filter leaves, which row is chosen. Pure. */
import { type BoardTask, isHeld, type Team, type WorkerState } from "../../team.ts";
import type { WaitingItem } from "../dialogs/waiting.ts";

export type GroupName =
  | "needs you"
  | "working"
  | "ready to merge"
  | "waiting"
  | "failed"
  | "blocked"
  | "done";

/** In the order in which they stand. */
const GROUPS: readonly GroupName[] = [
  "needs you",
  "working",
  "ready to merge",
  "waiting",
  "failed",
  "blocked",
  "done",
];

/** A line of a list. An item that waits stands for its task; `id` stays the same wherever the row moves to. */
export interface Row {
  readonly id: string;
  readonly item: WaitingItem | null;
  readonly task: BoardTask | null;
  readonly worker: WorkerState | null;
}

export interface Group {
  readonly name: GroupName;
  readonly rows: readonly Row[];
}

/** What the person wants to see of the lists. */
export interface Sieve {
  /** Words that a row must hold; empty is all. */
  readonly filter: string;
  readonly problems: boolean;
}

export interface Lists {
  readonly tasks: readonly Row[];
  readonly workers: readonly Row[];
}

export type ListName = keyof Lists;

export interface BoardParts {
  readonly team: Team;
  readonly items: readonly WaitingItem[];
  readonly sieve: Sieve;
}

export function listsOf(parts: BoardParts): Lists {
  return { tasks: boardGroups(parts).flatMap(({ rows }) => rows), workers: workerRows(parts) };
}

/** Groups that hold something. */
export function boardGroups({ team, items, sieve }: BoardParts): Group[] {
  const asking = items.map((item): Row => {
    const gate = item.kind === "gate" ? item.gate : undefined;
    const task = team.tasks.get(gate?.task ?? "") ?? null;
    const worker = team.workers.get(gate?.worker ?? "") ?? null;
    return { id: item.id, item, task, worker };
  });
  const covered = new Set(asking.map(({ task }) => task?.id));
  const rows = new Map<GroupName, Row[]>([["needs you", asking]]);
  for (const task of team.tasks.values()) {
    if (covered.has(task.id)) continue;
    const worker = team.workers.get(task.worker ?? "") ?? null;
    // A worker that died too often waits for a `continue`.
    const isHelpless = worker?.state === "needs-you" && worker.task === task.id;
    const name = isHelpless ? "needs you" : groupOf(task);
    rows.set(name, [...(rows.get(name) ?? []), { id: task.id, item: null, task, worker }]);
  }
  return GROUPS.flatMap((name): Group[] => {
    const kept = (rows.get(name) ?? []).filter((row) => passes(row, sieve, name));
    return kept.length === 0 ? [] : [{ name, rows: kept }];
  });
}

function groupOf({ phase }: BoardTask): GroupName {
  switch (phase) {
    case "waiting":
      return "waiting";
    case "assigned":
    case "working":
      return "working";
    case "reported":
    case "unchanged":
    case "queued":
      return "ready to merge";
    case "merged":
      return "done";
    case "failed":
      return "failed";
    case "blocked":
      return "blocked";
  }
}

/** In the order of their badges. */
export function workerRows({ team, items, sieve }: BoardParts): Row[] {
  return [...team.workers.values()]
    .toSorted((a, b) => a.badge - b.badge)
    .map((worker): Row => {
      const item =
        items.find(
          ({ kind, id }) => kind === "gate" && team.gates.get(id)?.worker === worker.name,
        ) ?? null;
      const task = team.tasks.get(worker.task ?? "") ?? null;
      return { id: worker.name, item, task, worker };
    })
    .filter(
      (row) =>
        passes(row, { ...sieve, problems: false }) && (!sieve.problems || hasTrouble(team, row)),
    );
}

function hasTrouble(team: Team, { item, worker, task }: Row): boolean {
  if (worker === null) return false;
  return (
    item !== null ||
    worker.isStalled ||
    /^(?:lost|needs-you)$/.test(worker.state) ||
    isHeld(team, worker.name) ||
    isTroubled(task)
  );
}

/** It came back from the checks, or its worker died over it. */
function isTroubled(task: BoardTask | null): boolean {
  return task !== null && task.phase !== "merged" && task.rejections + task.losses > 0;
}

function passes(row: Row, { filter, problems }: Sieve, group?: GroupName): boolean {
  if (problems && !/^(?:needs you|failed|blocked)$/.test(group ?? "") && !isTroubled(row.task)) {
    return false;
  }
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const { id, task, worker, item } = row;
  const text = [
    id,
    group,
    item?.kind,
    item?.kind === "gate" ? item.gate.worker : "",
    task?.subject,
    task?.risk,
    task?.phase,
    ...(task?.files ?? []),
    worker?.name,
    worker?.state,
    worker?.doing,
  ]
    .join(" ")
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

/** A chosen row: its id, and where it stood, for when it is gone. */
export interface Chosen {
  readonly id: string;
  readonly at: number;
}

/** The place of the chosen row: it moves with its row, and stays where it was when the row is gone. */
export function placeOf(rows: readonly Row[], chosen: Chosen | null): number {
  const at = rows.findIndex(({ id }) => id === chosen?.id);
  return at >= 0 ? at : Math.max(0, Math.min(chosen?.at ?? 0, rows.length - 1));
}

/** The workers as lines: badge and name in their colour, state in glyph and word, what each does, and what it used. */
import { contextWindowOf } from "../../../agent/windows.ts";
import type { Team, WorkerState } from "../../team.ts";
import { workerState } from "../states.ts";
import { showHidden } from "../terminal/printable.ts";
import { type Line, span } from "../terminal/styled.ts";
import type { Row } from "./board.ts";
import { layColumns } from "./columns.ts";
import { changedBy, type ListLines, timeOf } from "./task-lines.ts";

export interface WorkerParts {
  readonly team: Team;
  readonly rows: readonly Row[];
  readonly chosen: string | null;
  readonly at: number;
  readonly width: number;
}

export function workerLines({ team, rows, chosen, at, width }: WorkerParts): ListLines {
  const known = rows.flatMap(({ worker, task }) => (worker === null ? [] : [{ worker, task }]));
  const cells = (cell: (one: (typeof known)[number]) => Line) => known.map(cell);
  const lines = layColumns(
    [
      {
        isKept: true,
        cells: cells(({ worker: { name, badge } }) => [
          name === chosen ? span("▸", "bold") : span(" "),
          { text: `[${badge}] ${name}`, look: name === chosen ? "mark" : "bold", badge },
        ]),
      },
      {
        isKept: true,
        cells: cells(({ worker }) => {
          const { glyph, word, look } = workerState(team, worker, at);
          return [span(`${glyph} ${word}`, look)];
        }),
      },
      { cells: cells(({ worker }) => [span(doingOf(team, worker))]), isFlexible: true },
      { cells: cells(({ worker }) => [span(contextOf(worker), "dim")]) },
      { cells: cells(({ worker }) => [span(`$${worker.cost_usd.toFixed(2)}`, "dim")]) },
      { cells: cells(({ task }) => [span(timeOf(task, at), "dim")]) },
      {
        cells: cells(({ task }) => {
          const { added, removed } = task === null ? { added: 0, removed: 0 } : changedBy(task);
          if (added + removed === 0) return [];
          return [span(`+${added}`, "added"), span(" "), span(`−${removed}`, "removed")];
        }),
      },
    ],
    width,
  );
  const chosenAt = known.findIndex(({ worker }) => worker.name === chosen);
  return { lines, chosen: chosenAt < 0 ? null : chosenAt };
}

function doingOf(team: Team, { task, doing }: WorkerState): string {
  if (task === null) return "";
  const subject = team.tasks.get(task)?.subject ?? "";
  return showHidden(`${task} ${doing ?? subject}`).replaceAll("\n", " ");
}

/** The share of the model's context that its conversation takes, or its size where nobody knows the whole. */
function contextOf({ model, context }: WorkerState): string {
  if (context === null) return "";
  const window = contextWindowOf(model);
  if (window !== null) return `ctx ${Math.round((100 * context) / window)}%`;
  return context < 1_000 ? `ctx ${context}` : `ctx ${Math.round(context / 1_000)}k`;
}

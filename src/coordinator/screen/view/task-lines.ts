/** The board as lines: a title for each group, a row for each task or thing that waits. */
import { countOf } from "../../../count.ts";
import { type BoardTask, hint, type LinesChanged, type Team } from "../../team.ts";
import { clock } from "../states.ts";
import { showHidden } from "../terminal/printable.ts";
import { type Line, type Look, span } from "../terminal/styled.ts";
import type { Group, GroupName, Row } from "./board.ts";
import { layColumns } from "./columns.ts";

export interface ListLines {
  readonly lines: readonly Line[];
  /** The line of the chosen row, or null where the list is empty. */
  readonly chosen: number | null;
}

export interface TaskParts {
  readonly team: Team;
  readonly groups: readonly Group[];
  /** Id of the chosen row, or null where the list has not the keyboard. */
  readonly chosen: string | null;
  readonly at: number;
  readonly width: number;
  /** Groups get no lines of their own; each row says where it belongs. */
  readonly isTight: boolean;
}

const GLYPHS: Record<GroupName, readonly [glyph: string, look: Look]> = {
  "needs you": ["⧗", "warn"],
  working: ["●", "good"],
  "ready to merge": ["✓", "good"],
  waiting: ["○", "dim"],
  failed: ["✗", "alert"],
  blocked: ["⊘", "alert"],
  done: ["✓", "dim"],
};

export function taskLines(parts: TaskParts): ListLines {
  const { groups, chosen, isTight } = parts;
  const rows = groups.flatMap(({ name, rows: all }) => all.map((row) => ({ name, row })));
  const laid = layRows(parts, rows);
  const lines: Line[] = [];
  let at = 0;
  let chosenLine: number | null = null;
  for (const { name, rows: all } of groups) {
    if (!isTight) lines.push([span(`${name} `, "title"), span(`${all.length}`, "dim")]);
    for (const row of all) {
      if (row.id === chosen) chosenLine = lines.length;
      lines.push(laid[at] ?? []);
      at += 1;
    }
  }
  return { lines, chosen: chosenLine };
}

type NamedRow = { readonly name: GroupName; readonly row: Row };

function layRows({ team, chosen, at, width, isTight }: TaskParts, rows: readonly NamedRow[]) {
  const cells = (cell: (one: NamedRow) => Line) => rows.map(cell);
  return layColumns(
    [
      {
        isKept: true,
        cells: cells(({ name, row }) => {
          const [glyph, look] = GLYPHS[name];
          const mark = row.id === chosen ? span("▸", "bold") : span(" ");
          return [mark, span(glyph, look), span(` ${row.id}`, row.id === chosen ? "mark" : "bold")];
        }),
      },
      ...(isTight
        ? [{ isKept: true, cells: cells(({ name }) => [span(stateWord(name), GLYPHS[name][1])]) }]
        : []),
      { cells: cells(({ row, name }) => subjectCell(row, name)), isFlexible: true },
      { cells: cells(({ row }) => riskCell(row)) },
      { cells: cells(({ row }) => workerCell(row)) },
      { cells: cells(({ row, name }) => needsCell(team, row, name)) },
      { cells: cells(({ row }) => [span(timeOf(row.task, at), "dim")]) },
      { cells: cells(({ row }) => linesCell(row.task)) },
    ],
    width,
  );
}

function stateWord(name: GroupName): string {
  return name === "ready to merge" ? "ready" : name;
}

/** A task that was given up says why before anything else goes. */
function subjectCell(row: Row, name: GroupName): Line {
  const why = row.task?.why.split("\n")[0] ?? "";
  const isGivenUp = name === "failed" || name === "blocked";
  const reason = isGivenUp && why !== "" ? [span(` · ${showHidden(why)}`, "warn")] : [];
  return [span(subjectOf(row)), ...reason];
}

function subjectOf({ item, task }: Row): string {
  const subject = showHidden(task?.subject ?? "").replaceAll("\n", " ");
  switch (item?.kind) {
    case undefined:
      return subject;
    case "plan":
      return `${countOf(item.tasks.length, "task")}: is this the plan?`;
    case "question":
      return `${item.question.agent} asks: ${showHidden(item.question.text).replaceAll("\n", " ")}`;
    case "gate": {
      const { tool, input } = item.gate;
      return `${tool} ${showHidden(hint(input))} ${task === null ? "" : `(${task.id} ${subject})`}`;
    }
  }
}

function riskCell({ item, task }: Row): Line {
  const risk = item?.kind === "gate" ? item.gate.risk : (task?.risk ?? "");
  return [span(risk, risk === "HIGH" ? "alert" : "dim")];
}

function workerCell({ worker, task }: Row): Line {
  if (worker !== null)
    return [{ text: `[${worker.badge}] ${worker.name}`, look: "plain", badge: worker.badge }];
  return [span(task?.worker ?? "", "dim")];
}

/** What it waits for, or why it is where it is. */
function needsCell(team: Team, { task }: Row, name: GroupName): Line {
  if (task === null) return [];
  const open = task.blockedBy.filter((id) => team.tasks.get(id)?.phase !== "merged");
  if (name === "waiting" && open.length > 0) return [span(`after ${open.join(", ")}`, "dim")];
  if (name === "failed" || name === "blocked") return [];
  if (task.phase === "unchanged") return [span("no change: the coordinator looks", "dim")];
  if (name === "working" && task.rejections > 0) {
    return [span(`came back ${task.rejections}×`, "warn")];
  }
  const all = task.blockedBy;
  return all.length === 0 ? [] : [span(`after ${all.join(", ")}`, "dim")];
}

/** How long its worker has been at it, or was. */
export function timeOf(task: BoardTask | null, at: number): string {
  if (task?.since == null) return "";
  const end = task.until === null ? at : Date.parse(task.until);
  return clock(end - Date.parse(task.since));
}

function linesCell(task: BoardTask | null): Line {
  if (task === null) return [];
  const { added, removed } = changedBy(task);
  if (added + removed === 0) return [];
  return [span(`+${added}`, "added"), span(" "), span(`−${removed}`, "removed")];
}

/** The receipt's count where there is one, else what the edits said. */
export function changedBy({ receipt, lines }: BoardTask): LinesChanged {
  const sum = receipt?.diffstat.split("\n").at(-1) ?? "";
  const count = (word: RegExp) => Number(word.exec(sum)?.[1] ?? 0);
  const proven = { added: count(/(\d+) insertion/), removed: count(/(\d+) deletion/) };
  return proven.added + proven.removed > 0 ? proven : lines;
}

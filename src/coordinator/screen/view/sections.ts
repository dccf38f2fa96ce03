/** The lists and the story below each other: who gets how many lines, and which part of a list is shown. */
import { countDone } from "../../team.ts";
import type { Line } from "../terminal/styled.ts";
import { span } from "../terminal/styled.ts";
import { type BoardParts, boardGroups, listsOf, placeOf } from "./board.ts";
import { storyParagraph } from "./pages.ts";
import type { ScreenParts } from "./screen.ts";
import { ruleLine, wrapOnce } from "./scroll.ts";
import { type ListLines, taskLines } from "./task-lines.ts";
import { workerLines } from "./worker-lines.ts";

/** Lines of the story that lists leave over where they can. */
const STORY = 5;

export function laySections(
  { team, keyboard, told, at }: ScreenParts,
  { width, height, board }: { width: number; height: number; board: BoardParts },
): readonly Line[] {
  if (height <= 0) return [];
  const { focus, sieve } = keyboard;
  const lists = listsOf(board);
  const isIn = (list: "tasks" | "workers") =>
    (focus.on === "list" || focus.on === "line" || focus.on === "stop") && focus.list === list;
  const chosen = (list: "tasks" | "workers") =>
    isIn(list) ? (lists[list][placeOf(lists[list], keyboard.chosen[list])]?.id ?? null) : null;
  const groups = boardGroups(board);
  const parts = { team, groups, chosen: chosen("tasks"), at, width };
  const workers = workerLines({ team, rows: lists.workers, chosen: chosen("workers"), at, width });
  const roomy = taskLines({ ...parts, isTight: false });
  const most = height - STORY;
  const needed = (tasks: ListLines) => boxOf(tasks) + boxOf(workers);
  const tasks = needed(roomy) <= most ? roomy : taskLines({ ...parts, isTight: true });
  const isSieved = sieve.filter !== "" || sieve.problems;
  if (tasks.lines.length + workers.lines.length === 0 && !isSieved) {
    return laidStory(told, width, height);
  }
  const left = Math.max(most, Math.ceil(height / 2));
  const [tasksHeight, workersHeight] = share(boxOf(tasks), boxOf(workers), left);
  const title = `tasks ${countDone(team)}/${team.tasks.size} done${sieveText(sieve)}`;
  const lines = [
    ...layList(tasks, { title, height: tasksHeight, width, isOpen: isIn("tasks") }),
    ...layList(workers, {
      title: "workers",
      height: workersHeight,
      width,
      isOpen: isIn("workers"),
    }),
  ];
  if (isSieved && lists.tasks.length + lists.workers.length === 0) {
    lines.push([span(`nothing of it${sieveText(sieve)} · :all shows everything`, "warn")]);
  }
  return [...lines, ...laidStory(told, width, height - lines.length)];
}

function boxOf({ lines }: ListLines): number {
  return lines.length === 0 ? 0 : lines.length + 1;
}

/** Each gets what it needs, or half and what the other does not need. */
function share(a: number, b: number, all: number): readonly [number, number] {
  if (a + b <= all) return [a, b];
  const half = Math.floor(all / 2);
  if (a <= half) return [a, all - a];
  return b <= half ? [all - b, b] : [all - half, half];
}

function sieveText({ filter, problems }: { filter: string; problems: boolean }): string {
  return `${problems ? " · problems only" : ""}${filter === "" ? "" : ` · /${filter}`}`;
}

function layList(
  { lines, chosen }: ListLines,
  at: { title: string; height: number; width: number; isOpen: boolean },
): Line[] {
  const room = at.height - 1;
  if (lines.length === 0 || room < 1) return [];
  const first = Math.max(0, Math.min((chosen ?? 0) - Math.floor(room / 2), lines.length - room));
  const last = Math.min(first + room, lines.length);
  const place = last - first === lines.length ? "" : `${first + 1}–${last} of ${lines.length}`;
  const rule = ruleLine(at.title, { place, width: at.width, isOpen: at.isOpen });
  return [rule, ...lines.slice(first, last)];
}

/** The newest lines, as many as fit. */
function laidStory(told: ScreenParts["told"], width: number, height: number): Line[] {
  if (height < 2) return [];
  const lines: Line[] = [];
  for (let at = told.length - 1; at >= 0 && lines.length < height - 1; at -= 1) {
    const event = told[at]?.lines ?? [];
    lines.unshift(...event.flatMap((line) => wrapOnce(storyParagraph(line), width)));
  }
  const rule = ruleLine("activity", { place: "", width, isOpen: false });
  return [rule, ...lines.slice(-(height - 1))];
}

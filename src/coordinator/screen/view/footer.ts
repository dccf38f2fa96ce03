/** The bottom of the screen: the line or the choices that have the keyboard, and the keys that work at this moment. */

import type { Team } from "../../team.ts";
import { choicesOf, DEFAULT_DIGIT } from "../dialogs/dialog.ts";
import type { WaitingItem } from "../dialogs/waiting.ts";
import { hasChange } from "../input/dialog-keys.ts";
import type { Focus, Keyboard, PlanField } from "../input/focus.ts";
import { isArmed } from "../input/keyboard.ts";
import { type Binding, LIST_KEYS, PAGE_KEYS, PLAN_KEYS } from "../input/keymap.ts";
import { chosenRow, works } from "../input/list-keys.ts";
import { type Line, span } from "../terminal/styled.ts";
import { cutTo, widthOf } from "../terminal/text-width.ts";
import type { Lists } from "./board.ts";
import { type Block, layEntry, stack } from "./entry.ts";

export interface FooterParts {
  readonly team: Team;
  readonly keyboard: Keyboard;
  readonly items: readonly WaitingItem[];
  readonly lists: Lists;
  readonly now: number;
  readonly width: number;
}

const BETWEEN = " · ";
const PLACEHOLDER = "words for the coordinator, @worker text, :help";

/** A dialog has the bottom for itself; anywhere else it says first what waits. */
export function layFooter(parts: FooterParts): Block {
  const { focus } = parts.keyboard;
  const isAnswering = focus.on === "item" || focus.on === "plan";
  return stack(isAnswering ? [] : layBanner(parts), layKeys(parts));
}

function layBanner({ items, width }: FooterParts): Line[] {
  const [first, ...others] = items;
  if (first === undefined) return [];
  const more = others.length === 0 ? " waits" : ` and ${others.length} more wait`;
  return [[span(cutTo(`⧗ ${first.id}${more} for you: press Tab`, width), "mark")]];
}

function layKeys(parts: FooterParts): Block {
  const { keyboard, width } = parts;
  const { focus } = keyboard;
  switch (focus.on) {
    case "chat": {
      const entry = layEntry(keyboard.chat, { prompt: "> ", hint: PLACEHOLDER, width });
      return stack([layHints(chatHints(parts), width)], entry);
    }
    case "item":
      return layAnswer(focus, parts);
    case "list":
      return {
        lines: [layHints(listHints(focus.list, parts), width), idleChat(width)],
        cursor: null,
      };
    case "page":
      return { lines: [layHints(hintsOf(PAGE_KEYS), width)], cursor: null };
    case "line": {
      const isFilter = focus.writes === "filter";
      const hint = isFilter ? "words that a row must hold" : "a command, such as help";
      const entry = layEntry(focus.line, { prompt: isFilter ? "/" : ":", hint, width });
      const keys = isFilter ? ["Enter keeps it", "Esc shows all"] : ["Enter runs it", "Esc back"];
      return stack([layHints(keys, width)], entry);
    }
    case "stop":
      return layStop(focus, parts);
    case "plan":
      return layPlan(focus, width);
  }
}

function chatHints({ items, lists }: FooterParts): string[] {
  const isEmpty = lists.tasks.length + lists.workers.length === 0;
  const tab = items.length > 0 ? ["Tab answer"] : isEmpty ? [] : ["Tab lists"];
  const back = items.length > 0 && !isEmpty ? ["⇧Tab lists"] : [];
  return ["Enter sends", ...tab, ...back, "PgUp log", ":help", "Ctrl-C stops"];
}

/** Only keys that do something for the chosen row. */
function listHints(list: keyof Lists, { keyboard, team, items, lists }: FooterParts): string[] {
  const row = chosenRow(keyboard, list, lists);
  return hintsOf(LIST_KEYS.filter(({ action }) => works(action, row, { team, items })));
}

function hintsOf(keys: readonly Binding[]): string[] {
  return keys.flatMap(({ short, keys: [first = ""], shown }) =>
    short === undefined
      ? []
      : [`${first.length === 1 ? first : (shown.split(" ")[0] ?? "")} ${short}`],
  );
}

/** As many as fit; the help is never left out, nor where there is none the way back. */
function layHints(hints: readonly string[], width: number): Line {
  const last =
    hints.find((hint) => /help/.test(hint)) ?? hints.find((hint) => hint.startsWith("Esc"));
  const kept = hints.filter((hint) => hint !== last);
  const end = last === undefined ? [] : [last];
  while (kept.length > 1 && widthOf(kept.concat(end).join(BETWEEN)) > width) kept.pop();
  return [span(cutTo(kept.concat(end).join(BETWEEN), width), "dim")];
}

function idleChat(width: number): Line {
  return [span(cutTo("> i to write", width), "dim")];
}

const LINES = {
  answer: ["answer: ", "words, or a number of the list"],
  note: ["note: ", "what to do instead"],
  edit: ["run instead: ", "it gets a risk of its own, and is asked about again if that is HIGH"],
} as const;

function layAnswer(focus: Extract<Focus, { on: "item" }>, parts: FooterParts): Block {
  const { items, now, width } = parts;
  const item = items.find(({ id }) => id === focus.id);
  if (item === undefined) return { lines: [], cursor: null };
  const choices = choicesOf(item);
  if (focus.line !== null) {
    const [prompt, hint] = LINES[focus.writes];
    const entry = layEntry(focus.line, { prompt, hint, width });
    const keys = [
      "Enter sends",
      `Esc ${focus.writes === "answer" ? "chat" : "cancels"}`,
      "Tab next",
    ];
    return stack([layHints(keys, width)], entry);
  }
  const digits = choices.map(
    ({ digit, text }) => `${digit} ${text}${digit === DEFAULT_DIGIT ? " (default)" : ""}`,
  );
  const more = hasChange(item) ? ["v whole change"] : [];
  return layChoices([...digits, ...more, "Tab next", "Esc chat"], {
    isArmed: isArmed(focus, now),
    width,
  });
}

/** Choices look different once they can be pressed. */
function layChoices(
  keys: readonly string[],
  { isArmed: armed, width }: { isArmed: boolean; width: number },
): Block {
  const lines: string[] = [];
  for (const key of keys) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + widthOf(key) + 3 <= width) {
      lines[lines.length - 1] = `${last}   ${key}`;
    } else lines.push(cutTo(key, width));
  }
  return { lines: lines.map((text): Line => [span(text, armed ? "bold" : "dim")]), cursor: null };
}

function layStop(focus: Extract<Focus, { on: "stop" }>, { team, now, width }: FooterParts): Block {
  const { worker } = focus;
  const task = team.workers.get(worker ?? "")?.task;
  const what =
    worker === null
      ? "Stop the session? What is merged stays."
      : `Stop ${task} of ${worker}? It is blocked then.`;
  const choices = layChoices(["1 stop it", `2 no (default)`, "Esc back"], {
    isArmed: isArmed(focus, now),
    width,
  });
  return stack([[span(cutTo(what, width), "warn")]], choices);
}

const FIELDS: Record<PlanField, readonly [prompt: string, hint: string]> = {
  subject: ["subject: ", "what it is about"],
  description: ["description: ", "what its worker needs to know"],
  files: ["files: ", "paths or patterns, with commas between; none is anything"],
  blockedBy: ["after: ", "ids of tasks, such as t1 t2; none is at once"],
};

function layPlan({ field, isDropping }: Extract<Focus, { on: "plan" }>, width: number): Block {
  if (field === null) {
    const hints = hintsOf(PLAN_KEYS);
    const drop: Line[] = isDropping ? [[span("x again drops it", "warn")]] : [];
    return { lines: [...drop, layHints(hints, width)], cursor: null };
  }
  const [prompt, hint] = FIELDS[field.name];
  const entry = layEntry(field.line, { prompt, hint, width });
  return stack([layHints(["Enter keeps it", "Esc cancels"], width)], entry);
}

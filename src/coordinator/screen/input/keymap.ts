/** Every key of the pane in one table: the help, the hints in the footer and the documentation are made from it. */
import type { Key } from "./keys.ts";

export type ListAction =
  | "up"
  | "down"
  | "first"
  | "last"
  | "open"
  | "chat"
  | "oldest"
  | "worker"
  | "diff"
  | "diff-all"
  | "log"
  | "go"
  | "zoom"
  | "pause"
  | "pause-all"
  | "stop"
  | "stop-all"
  | "retry"
  | "edit"
  | "problems"
  | "filter"
  | "command"
  | "help"
  | "detach";
export type PageAction = "up" | "down" | "page-up" | "page-down" | "first" | "last" | "back";
export type PlanAction =
  | "up"
  | "down"
  | "subject"
  | "description"
  | "files"
  | "after"
  | "risk"
  | "earlier"
  | "later"
  | "drop"
  | "back";

export interface Binding<Action extends string = string> {
  readonly action: Action;
  /** Names of keys and single characters. */
  readonly keys: readonly string[];
  /** As a person reads them. */
  readonly shown: string;
  /** A word for the footer; none where it is obvious. */
  readonly short?: string;
  readonly what: string;
  /** The same as a command of the pane, and as `swarmux …`. */
  readonly command?: string;
}

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

export const LIST_KEYS: readonly Binding<ListAction>[] = [
  { action: "up", keys: ["up", "k"], shown: "↑ k", what: "the row above" },
  { action: "down", keys: ["down", "j"], shown: "↓ j", what: "the row below" },
  { action: "first", keys: ["home", "g"], shown: "Home g", what: "the first row" },
  { action: "last", keys: ["end", "G"], shown: "End G", what: "the last row" },
  {
    action: "open",
    keys: ["enter"],
    shown: "Enter",
    short: "open",
    what: "what waits: its dialog; a task: all about it; a worker: what it does, without going there",
    command: ":peek",
  },
  {
    action: "chat",
    keys: ["escape", "i"],
    shown: "Esc i",
    short: "chat",
    what: "back to the chat line, where letters are text",
  },
  {
    action: "oldest",
    keys: ["a"],
    shown: "a",
    short: "answer",
    what: "what has waited for you longest",
    command: ":gates",
  },
  { action: "worker", keys: DIGITS, shown: "1-9", what: "the worker with that badge" },
  {
    action: "retry",
    keys: ["r"],
    shown: "r",
    short: "retry",
    what: "have a failed or blocked task tried again",
    command: ":retry",
  },
  {
    action: "edit",
    keys: ["e"],
    shown: "e",
    short: "edit plan",
    what: "change the tasks of a plan that waits, before your yes",
    command: ":edit",
  },
  {
    action: "diff",
    keys: ["d"],
    shown: "d",
    short: "diff",
    what: "what the task changes",
    command: ":diff",
  },
  {
    action: "diff-all",
    keys: ["D"],
    shown: "D",
    what: "what the integration branch changes",
    command: ":diff",
  },
  {
    action: "log",
    keys: ["l"],
    shown: "l",
    short: "log",
    what: "the story so far; of the row's worker where it has one",
    command: ":log",
  },
  {
    action: "go",
    keys: ["o"],
    shown: "o",
    short: "go",
    what: "go to the worker's pane",
    command: ":go",
  },
  {
    action: "zoom",
    keys: ["z"],
    shown: "z",
    short: "zoom",
    what: "go to the worker's pane and give it the whole window",
    command: ":zoom",
  },
  {
    action: "pause",
    keys: ["p"],
    shown: "p",
    short: "pause",
    what: "hold the worker before its next model call, or let it go on",
    command: ":pause",
  },
  {
    action: "pause-all",
    keys: ["P"],
    shown: "P",
    what: "hold the whole team, or let it go on",
    command: ":pause",
  },
  {
    action: "stop",
    keys: ["x"],
    shown: "x",
    short: "stop",
    what: "stop the worker's task; asks first",
    command: ":stop",
  },
  {
    action: "stop-all",
    keys: ["X"],
    shown: "X",
    what: "stop the session; asks first",
    command: ":stop",
  },
  {
    action: "problems",
    keys: ["!"],
    shown: "!",
    short: "problems",
    what: "only what needs you, failed, is blocked, came back or is held; again: everything",
    command: ":problems",
  },
  {
    action: "filter",
    keys: ["/"],
    shown: "/",
    short: "filter",
    what: "only rows that hold these words; empty: all",
    command: ":filter",
  },
  {
    action: "command",
    keys: [":"],
    shown: ":",
    short: "command",
    what: "a command, as in the chat",
  },
  { action: "help", keys: ["?"], shown: "?", short: "help", what: "this help", command: ":help" },
  {
    action: "detach",
    keys: ["q"],
    shown: "q",
    short: "leave",
    what: "leave; the team goes on",
    command: ":detach",
  },
];

export const PAGE_KEYS: readonly Binding<PageAction>[] = [
  { action: "up", keys: ["up", "k"], shown: "↑ k", short: "scroll", what: "a line up" },
  { action: "down", keys: ["down", "j"], shown: "↓ j", what: "a line down" },
  { action: "page-up", keys: ["page-up", "b"], shown: "PgUp b", what: "a screen up" },
  {
    action: "page-down",
    keys: ["page-down", " "],
    shown: "PgDn Space",
    short: "more",
    what: "a screen down",
  },
  { action: "first", keys: ["home", "g"], shown: "Home g", what: "the beginning" },
  { action: "last", keys: ["end", "G"], shown: "End G", short: "end", what: "the end" },
  { action: "back", keys: ["escape", "q"], shown: "Esc q", short: "back", what: "back" },
];

export const PLAN_KEYS: readonly Binding<PlanAction>[] = [
  { action: "up", keys: ["up", "k"], shown: "↑ k", what: "the task above" },
  { action: "down", keys: ["down", "j"], shown: "↓ j", what: "the task below" },
  {
    action: "subject",
    keys: ["s", "enter"],
    shown: "s Enter",
    short: "subject",
    what: "change its subject",
    command: ":edit",
  },
  {
    action: "description",
    keys: ["d"],
    shown: "d",
    short: "description",
    what: "change its description",
    command: ":edit",
  },
  {
    action: "files",
    keys: ["f"],
    shown: "f",
    short: "files",
    what: "change its files",
    command: ":edit",
  },
  {
    action: "after",
    keys: ["a"],
    shown: "a",
    short: "after",
    what: "change which tasks it comes after",
    command: ":edit",
  },
  {
    action: "risk",
    keys: ["r"],
    shown: "r",
    short: "risk",
    what: "the next risk",
    command: ":edit",
  },
  {
    action: "earlier",
    keys: ["K", "shift-up"],
    shown: "K Shift-↑",
    short: "earlier",
    what: "move it up: ready tasks are given to workers in this order",
    command: ":move",
  },
  {
    action: "later",
    keys: ["J", "shift-down"],
    shown: "J Shift-↓",
    short: "later",
    what: "move it down",
    command: ":move",
  },
  {
    action: "drop",
    keys: ["x"],
    shown: "x x",
    short: "drop",
    what: "drop the task; twice, so that one slip drops nothing",
    command: ":drop",
  },
  {
    action: "back",
    keys: ["escape", "q"],
    shown: "Esc q",
    short: "done",
    what: "back to the plan, to say yes or no to it",
  },
];

export function find<Action extends string>(
  keys: readonly Binding<Action>[],
  key: Key,
): Action | undefined {
  if (key.kind === "paste") return undefined;
  const name = key.kind === "key" ? key.name : key.text;
  return keys.find((binding) => binding.keys.includes(name))?.action;
}

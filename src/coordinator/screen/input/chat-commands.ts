/** What a line of the chat means: words for an agent, a command, or an answer to the plan. */
import type { Page } from "./focus.ts";

export type ChatAction =
  | { readonly do: "tell"; readonly to: string; readonly text: string }
  | { readonly do: "pause" | "continue" | "stop"; readonly worker: string | null }
  | { readonly do: "plan"; readonly approve: boolean; readonly note: string }
  | { readonly do: "retry" | "drop"; readonly task: string }
  | { readonly do: "move"; readonly task: string; readonly to: "up" | "down" }
  | { readonly do: "show"; readonly worker: string; readonly zoom: boolean }
  | { readonly do: "page"; readonly page: Page }
  /** To the lists, with another filter where one is named. */
  | { readonly do: "lists"; readonly filter?: string; readonly problems?: boolean }
  /** To what waits: the oldest, or that one. */
  | { readonly do: "gates"; readonly id: string | null }
  | { readonly do: "detach" }
  | { readonly do: "nothing" }
  | { readonly do: "edit-plan" }
  | { readonly do: "explain"; readonly text: string };

interface PaneCommand {
  readonly name: string;
  readonly takes: string;
  readonly what: string;
  /** `rest` are the words after the name. */
  read(rest: readonly string[]): ChatAction;
}

const nobody = (words: readonly string[]) => words[0]?.replace(/^@/, "") ?? null;

function hold(name: "pause" | "continue" | "stop", what: string): PaneCommand {
  return {
    name,
    takes: "[worker]",
    what,
    read: (rest) =>
      rest.length > 1
        ? { do: "explain", text: `:${name} takes one worker at most.` }
        : { do: name, worker: nobody(rest) },
  };
}

/** A command that needs one name. */
function withOne(
  name: string,
  takes: "task" | "worker",
  rest: { readonly what: string; act(one: string): ChatAction },
): PaneCommand {
  return {
    name,
    takes,
    what: rest.what,
    read: (words) => {
      const one = nobody(words);
      return one === null || words.length > 1
        ? { do: "explain", text: `:${name} takes a ${takes}.` }
        : rest.act(one);
    },
  };
}

const TASK_ID = /^t\d+$/;

const COMMANDS: readonly PaneCommand[] = [
  {
    name: "gates",
    takes: "[id]",
    what: "what waits for you: the oldest, or that one",
    read: (rest) => ({ do: "gates", id: rest[0] ?? null }),
  },
  hold("pause", "hold a worker, or the team, before the next model call"),
  hold("continue", "let it go on"),
  hold("stop", "end a worker's task, or the session"),
  {
    name: "tell",
    takes: "agent text",
    what: "words for a worker or for coordinator",
    read: ([to, ...words]) =>
      to === undefined || words.length === 0
        ? { do: "explain", text: "What to say to whom? :tell agent text" }
        : { do: "tell", to: to.replace(/^@/, ""), text: words.join(" ") },
  },
  withOne("retry", "task", {
    what: "have a failed or blocked task tried again",
    act: (task) => ({ do: "retry", task }),
  }),
  {
    name: "edit",
    takes: "",
    what: "change the plan that waits",
    read: () => ({ do: "edit-plan" }),
  },
  {
    name: "move",
    takes: "task up|down",
    what: "put a task of the plan that waits before or behind its neighbour",
    read: ([task, to, ...more]) =>
      task !== undefined && (to === "up" || to === "down") && more.length === 0
        ? { do: "move", task, to }
        : { do: "explain", text: "Which task, and where to? :move task up|down" },
  },
  withOne("drop", "task", {
    what: "take a task that has not begun off the board",
    act: (task) => ({ do: "drop", task }),
  }),
  {
    name: "diff",
    takes: "[task]",
    what: "what a task, or the integration branch, changes",
    read: ([task = null]) => ({ do: "page", page: { kind: "diff", task } }),
  },
  {
    name: "log",
    takes: "[agent]",
    what: "the story so far",
    read: (rest) => ({ do: "page", page: { kind: "log", agent: nobody(rest) } }),
  },
  withOne("peek", "worker", {
    what: "what a worker does, or all about a task",
    act: (one) => ({
      do: "page",
      page: TASK_ID.test(one) ? { kind: "task", task: one } : { kind: "peek", worker: one },
    }),
  }),
  withOne("go", "worker", {
    what: "go to its pane",
    act: (worker) => ({ do: "show", worker, zoom: false }),
  }),
  withOne("zoom", "worker", {
    what: "go to its pane and give it the whole window",
    act: (worker) => ({ do: "show", worker, zoom: true }),
  }),
  { name: "status", takes: "", what: "the tasks", read: () => ({ do: "lists" }) },
  {
    name: "problems",
    takes: "",
    what: "only what needs you or went wrong; :all shows everything again",
    read: () => ({ do: "lists", problems: true }),
  },
  {
    name: "filter",
    takes: "[words]",
    what: "only rows that hold the words",
    read: (rest) => ({ do: "lists", filter: rest.join(" ") }),
  },
  {
    name: "all",
    takes: "",
    what: "every row again",
    read: () => ({ do: "lists", filter: "", problems: false }),
  },
  {
    name: "help",
    takes: "",
    what: "every key and command",
    read: () => ({ do: "page", page: { kind: "help" } }),
  },
  { name: "detach", takes: "", what: "leave; the team goes on", read: () => ({ do: "detach" }) },
];

/** Commands of `swarmux` that are no business of the pane: they print, or end the story. */
const ELSEWHERE =
  /^(?:accept|approve|answer|attach|cost|deny|discard|doctor|init|memory|report|resume|rules|run|sessions)$/;

/** Two columns: what is typed, and what it does. */
export const CHAT_LINES: readonly (readonly [string, string])[] = [
  ["text", "words for the coordinator"],
  ["@worker text", "words for a worker, before its next model call"],
  ["y, n note", "the answer to a plan that waits"],
  ...COMMANDS.map(({ name, takes, what }) => [`:${name} ${takes}`.trim(), what] as const),
];

/** `isPlanOpen`: whether a plan waits, which `y` and `n note` then answer. */
export function readChat(line: string, { isPlanOpen }: { isPlanOpen: boolean }): ChatAction {
  const text = line.trim();
  if (text === "") return { do: "nothing" };
  if (isPlanOpen) {
    if (/^y(es)?$/i.test(text)) return { do: "plan", approve: true, note: "" };
    const no = /^no?(?:\s+(.*))?$/is.exec(text);
    if (no !== null) return { do: "plan", approve: false, note: no[1] ?? "" };
  }
  const steer = /^@(\S+)\s+(.+)$/s.exec(text);
  if (steer !== null) return { do: "tell", to: steer[1] ?? "", text: steer[2] ?? "" };
  if (/^@\S*$/.test(text)) return { do: "explain", text: `What to say to ${text}? @worker text` };
  if (/^:[a-z]*(\s|$)/i.test(text)) return readCommand(text.slice(1));
  return { do: "tell", to: "coordinator", text };
}

function readCommand(line: string): ChatAction {
  const [word = "", ...rest] = line.split(/\s+/);
  const command = COMMANDS.find(({ name }) => name === word.toLowerCase());
  if (command !== undefined) return command.read(rest.filter(Boolean));
  if (ELSEWHERE.test(word)) {
    const why = /^(?:approve|deny|answer)$/.test(word)
      ? "Answers are given where the action is seen: :gates, or Tab."
      : "";
    return { do: "explain", text: `${why} In another terminal: swarmux ${line.trim()}`.trim() };
  }
  const all = COMMANDS.map(({ name }) => `:${name}`).join(" ");
  const near = nearest(word);
  const hint = near === undefined ? "" : ` Did you mean :${near}?`;
  return { do: "explain", text: `There is no :${word}.${hint} There are: ${all}` };
}

/** The command that shares the longest beginning with the word. */
function nearest(word: string): string | undefined {
  const shared = (name: string) => {
    let at = 0;
    while (at < word.length && word[at]?.toLowerCase() === name[at]) at += 1;
    return at;
  };
  const [best] = COMMANDS.map(({ name }) => name).toSorted((a, b) => shared(b) - shared(a));
  return best !== undefined && shared(best) > 0 ? best : undefined;
}

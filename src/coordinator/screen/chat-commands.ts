/** What a line of the chat means: words for an agent, a command, or an answer to the plan. */

export type ChatAction =
  | { readonly do: "tell"; readonly to: string; readonly text: string }
  | { readonly do: "pause" | "continue" | "stop"; readonly worker: string | null }
  | { readonly do: "plan"; readonly approve: boolean; readonly note: string }
  | { readonly do: "status" | "help" | "detach" }
  | { readonly do: "gates" | "nothing" }
  | { readonly do: "explain"; readonly text: string };

export const CHAT_HELP: readonly string[] = [
  "text              words for the coordinator",
  "@worker text      words for a worker, before its next model call",
  "Tab, :gates       what waits for you: the oldest, the next, back to the chat",
  ":pause [worker]   hold a worker, or the team, before the next model call",
  ":continue [worker]",
  ":stop [worker]    end a worker's task, or the session",
  ":status           tasks, workers, cost",
  ":detach           leave; the team goes on",
  "Ctrl-C            stop the session; twice: kill it",
];

const COMMANDS = ["pause", "continue", "stop", "gates", "status", "help", "detach"] as const;

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
  const name = COMMANDS.find((one) => one === word.toLowerCase());
  switch (name) {
    case "pause":
    case "continue":
    case "stop": {
      const [worker, ...more] = rest;
      if (more.length > 0) return { do: "explain", text: `:${name} takes one worker at most.` };
      return { do: name, worker: worker?.replace(/^@/, "") ?? null };
    }
    case "gates":
    case "status":
    case "help":
    case "detach":
      return { do: name };
    case undefined: {
      const all = COMMANDS.map((one) => `:${one}`).join(" ");
      const near = nearest(word);
      const hint = near === undefined ? "" : ` Did you mean :${near}?`;
      return { do: "explain", text: `There is no :${word}.${hint} There are: ${all}` };
    }
  }
}

/** The command that shares the longest beginning with the word. */
function nearest(word: string): string | undefined {
  const shared = (name: string) => {
    let at = 0;
    while (at < word.length && word[at]?.toLowerCase() === name[at]) at += 1;
    return at;
  };
  const [best] = COMMANDS.toSorted((a, b) => shared(b) - shared(a));
  return best !== undefined && shared(best) > 0 ? best : undefined;
}

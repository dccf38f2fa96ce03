/** The terminals that an agent has open: a few at once, ended with its task. */
import { ToolError } from "../errors.ts";
import type { Assessment } from "../risk/assessment.ts";
import type { Enclosure } from "../risk/enclosure.ts";
import { opensShell, PLAIN_SHELL } from "../risk/typed-text.ts";
import { openTerminal, type Terminal, type TerminalSize } from "./terminal.ts";

export interface OpenTerminal {
  readonly id: string;
  readonly command: string;
  /** What was found when it was opened. */
  readonly opened: Assessment;
  readonly terminal: Terminal;
  /** All that was typed into a shell; null for any other program. */
  typed: string | null;
}

export interface NewTerminal extends TerminalSize {
  readonly command: string;
  readonly opened: Assessment;
  readonly enclosure: Enclosure;
}

/** What the tool does with them. */
export interface TerminalDesk {
  open(one: NewTerminal): Promise<OpenTerminal>;
  /** Throws `ToolError` where there is none of that id. */
  find(id: string): OpenTerminal;
  /** Ends it; it is no longer there then. */
  shut(id: string): Promise<void>;
}

export interface Terminals extends TerminalDesk {
  /** Ends all of them. */
  close(): Promise<void>;
}

const MOST = 3;
const MAX_MS = 3_600_000;

export function createTerminals(folder: string): Terminals {
  const open = new Map<string, OpenTerminal>();
  let count = 0;

  function find(id: string): OpenTerminal {
    const found = open.get(id);
    if (found !== undefined) return found;
    const known = [...open.keys()].join(", ") || "none";
    throw new ToolError(
      `There is no terminal ${id}. Open are: ${known}. Terminals end with the process that opened them: open it again.`,
    );
  }

  return {
    async open({ command, opened, enclosure, columns, rows }) {
      if (open.size >= MOST) {
        throw new ToolError(
          `${MOST} terminals are open already: ${[...open.keys()].join(", ")}. Close one first.`,
        );
      }
      const isShell = opensShell(command);
      const argv = isShell
        ? PLAIN_SHELL
        : (["/bin/bash", "--noprofile", "--norc", "-c", "--", command] as const);
      const options = { folder, enclosure, columns, rows, timeout: MAX_MS };
      const terminal = await openTerminal(argv, options);
      count += 1;
      const one = { id: `t${count}`, command, opened, terminal, typed: isShell ? "" : null };
      open.set(one.id, one);
      return one;
    },
    find,
    async shut(id) {
      const { terminal } = find(id);
      open.delete(id);
      await terminal.close();
    },
    async close() {
      const all = [...open.values()];
      open.clear();
      await Promise.all(all.map(({ terminal }) => terminal.close()));
    },
  };
}

/** For an agent that opens none. */
export const NO_TERMINALS: TerminalDesk = {
  open: refuse,
  find: () => {
    throw new ToolError("This agent has no terminals.");
  },
  shut: refuse,
};

async function refuse(): Promise<never> {
  throw new ToolError("This agent has no terminals.");
}

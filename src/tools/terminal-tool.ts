/** Terminal: a program that wants a terminal, used by typing and by reading its screen. */
import { z } from "zod";
import { ToolError } from "../errors.ts";
import type { Assessment } from "../risk/assessment.ts";
import { loadScripts } from "../risk/npm-scripts.ts";
import { assessCommand } from "../risk/shell.ts";
import { assessTyped, opensShell, SHELL_OPENED } from "../risk/typed-text.ts";
import { lookBehind, moment } from "./left-behind.ts";
import { bytesOf, KEY_NAMES } from "./terminal-keys.ts";
import type { OpenTerminal } from "./terminals.ts";
import { defineTool, LOW, type ToolContext, type ToolPlace } from "./tool.ts";

const DEFAULT_SIZE = { columns: 80, rows: 24 };
const MAX_COLUMNS = 300;
const MAX_ROWS = 100;
const DEFAULT_WAIT = 2_000;
const MAX_WAIT = 60_000;
const MAX_TEXT = 10_000;
const MAX_KEYS = 100;
const MAX_SOURCE = 120;

const Input = z.strictObject({
  action: z
    .enum(["open", "type", "read", "resize", "close"])
    .describe("What to do with a terminal"),
  command: z.string().optional().describe("open: the command to run"),
  terminal_id: z.string().optional().describe("All but open: what open returned, for example t1"),
  text: z.string().optional().describe("type: text, as it is; a newline in it is Enter"),
  keys: z.array(z.string()).optional().describe(`type: keys to press after the text: ${KEY_NAMES}`),
  wait_for: z
    .string()
    .optional()
    .describe("Return as soon as the screen holds this text, instead of when it is quiet"),
  timeout: z
    .number()
    .optional()
    .describe(`Milliseconds to wait at most. Default ${DEFAULT_WAIT}, most ${MAX_WAIT}`),
  columns: z.number().optional().describe(`open, resize: 2 to ${MAX_COLUMNS}. Default 80`),
  rows: z.number().optional().describe(`open, resize: 2 to ${MAX_ROWS}. Default 24`),
});
type Input = z.infer<typeof Input>;

export const terminalTool = defineTool({
  name: "Terminal",
  description:
    'Runs a program that needs a terminal, such as one that asks questions or draws a screen; for everything else use Bash. open starts a command and returns an id; type sends text and then keys; read looks again; resize changes the size; close ends it. Each returns the screen as text once it has been quiet for a moment, or as soon as it holds wait_for. To answer a question: {"action": "type", "terminal_id": "t1", "text": "yes", "keys": ["Enter"]}. The command is judged like one of Bash. Into a shell (command: bash) type whole commands, which are judged like commands of Bash too, together with all that was typed before; what is typed into any other program than the project\'s own is HIGH. Three may be open at once; they end with your report.',
  effect: "writes",
  input: Input,
  assess: (input, place) => {
    switch (input.action) {
      case "open":
        return assessOpening(commandOf(input), place);
      case "type":
        return assessTyping(input, place);
      case "read":
      case "resize":
      case "close":
        return LOW;
    }
  },
  target: (input) => {
    if (input.action === "open") return { command: commandOf(input) };
    return input.action === "type" ? { command: judged(input, null) } : {};
  },
  run: async (input, context) => {
    switch (input.action) {
      case "open":
        return open(input, context);
      case "type":
        return type(input, context);
      case "read":
        return look(terminalOf(input, context), input, context);
      case "resize": {
        const one = terminalOf(input, context);
        assertRuns(one);
        one.terminal.resize(sizeOf(input, one.terminal.size()));
        return look(one, input, context);
      }
      case "close": {
        const one = terminalOf(input, context);
        const last = show(one, context);
        await context.terminals.shut(one.id);
        return `${last}\n[${one.id} is closed]`;
      }
    }
  },
  before: async () => moment(),
  probe: (_, context, before) =>
    lookBehind(before, context, () => "All your terminals are closed."),
});

function assessOpening(command: string, { root }: ToolPlace): Assessment {
  if (opensShell(command)) return SHELL_OPENED;
  return assessCommand(command, { root, ...loadScripts(root) });
}

function assessTyping(input: Input, { root, terminals }: ToolPlace): Assessment {
  const setting = { root, ...loadScripts(root) };
  if (terminals === undefined) {
    // What it is typed into is known to the agent's process alone; rules can still see the words.
    const { parts, complete } = assessCommand(judged(input, null), setting);
    return { ...LOW, parts, complete };
  }
  const { command, opened, typed } = terminalOf(input, { terminals });
  return assessTyped(judged(input, typed), { command, opened, before: typed }, setting);
}

async function open(input: Input, context: ToolContext): Promise<string> {
  const command = commandOf(input);
  const size = sizeOf(input, DEFAULT_SIZE);
  const opened = assessOpening(command, context);
  const { enclosure } = context;
  const one = await context.terminals.open({ command, opened, enclosure, ...size });
  context.reads.noteSource(`command:${command.slice(0, MAX_SOURCE).toWellFormed()}`);
  return look(one, input, context);
}

async function type(input: Input, context: ToolContext): Promise<string> {
  const one = terminalOf(input, context);
  const data = dataOf(input);
  if (data === "") throw new ToolError("There is nothing to type: give text or keys.");
  assertRuns(one);
  if (one.typed !== null) one.typed = afterTyping(one.typed, input);
  one.terminal.send(data);
  return look(one, input, context);
}

function assertRuns({ id, command, terminal }: OpenTerminal): void {
  const end = terminal.end();
  if (end !== undefined) throw new ToolError(`${command} ${end}. Close ${id}.`);
}

/** What a program gets: Enter is a carriage return for a terminal. */
function dataOf({ text = "", keys = [] }: Input): string {
  if (text.length > MAX_TEXT) throw new ToolError(`Type ${MAX_TEXT} characters at most.`);
  if (keys.length > MAX_KEYS) throw new ToolError(`Press ${MAX_KEYS} keys at most.`);
  const pressed = keys.map((key) => {
    const bytes = bytesOf(key);
    if (bytes === undefined) {
      throw new ToolError(`There is no key ${key}. The keys: ${KEY_NAMES}. Letters go into text.`);
    }
    return bytes;
  });
  return text.replaceAll(/\r?\n/g, "\r") + pressed.join("");
}

const INTERRUPT = "\u0003";
const END_OF_INPUT = "\u0004";

/** What is judged: in a shell every byte counts, elsewhere keys that write nothing do not. */
function judged(input: Input, typed: string | null): string {
  const data = dataOf(input).replaceAll("\r", "\n");
  if (typed !== null) return data === INTERRUPT || data === END_OF_INPUT ? "" : data;
  const { text = "", keys = [] } = input;
  const enters = keys.filter((key) => bytesOf(key) === "\r").length;
  return text.replaceAll(/\r?\n/g, "\n") + "\n".repeat(enters);
}

/** An interrupted line is not part of what a shell has read. */
function afterTyping(typed: string, input: Input): string {
  const data = dataOf(input).replaceAll("\r", "\n");
  if (data === INTERRUPT) return typed.slice(0, typed.lastIndexOf("\n") + 1);
  return data === END_OF_INPUT ? typed : typed + data;
}

async function look(one: OpenTerminal, input: Input, context: ToolContext): Promise<string> {
  const { wait_for: wanted, timeout: wait = DEFAULT_WAIT } = input;
  if (!Number.isInteger(wait) || wait < 0 || wait > MAX_WAIT) {
    throw new ToolError(`timeout must be a whole number of milliseconds from 0 to ${MAX_WAIT}.`);
  }
  const { signal } = context;
  const { terminal } = one;
  if (wanted === undefined) await terminal.settle({ wait, signal });
  else {
    const seen = () => terminal.lines().some(({ text }) => text.includes(wanted));
    await terminal.settle({ wait, signal, seen });
  }
  return show(one, context);
}

function show({ id, command, terminal }: OpenTerminal, { secrets }: ToolContext): string {
  const { columns, rows } = terminal.size();
  const name = command.split("\n")[0]?.slice(0, MAX_SOURCE).toWellFormed() ?? "";
  const text = terminal
    .lines()
    .map((line) => line.text)
    .join("\n");
  const head = `[${id}: ${name}, ${columns}x${rows}, ${terminal.end() ?? "runs"}]`;
  return `${head}\n${secrets.hide(text).replace(/\n+$/, "")}`.trimEnd();
}

function commandOf({ command = "" }: Input): string {
  if (command.trim() === "") throw new ToolError("open needs a command.");
  return command;
}

function terminalOf(
  { action, terminal_id }: Input,
  { terminals }: Pick<ToolContext, "terminals">,
): OpenTerminal {
  if (terminal_id === undefined) {
    throw new ToolError(`${action} needs the terminal_id that open returned.`);
  }
  return terminals.find(terminal_id);
}

function isFine(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 2 && value <= most;
}

function sizeOf(
  { columns, rows }: Input,
  usual: { columns: number; rows: number },
): { columns: number; rows: number } {
  const size = { columns: columns ?? usual.columns, rows: rows ?? usual.rows };
  if (isFine(size.columns, MAX_COLUMNS) && isFine(size.rows, MAX_ROWS)) return size;
  throw new ToolError(`The size goes from 2x2 to ${MAX_COLUMNS}x${MAX_ROWS}.`);
}

/** Bash: runs a shell command in the checkout. */
import { z } from "zod";
import { ToolError } from "../errors.ts";
import { loadScripts } from "../risk/npm-scripts.ts";
import { assessCommand } from "../risk/shell.ts";
import { type CommandEnd, runCommand } from "./command.ts";
import { lookBehind, moment } from "./left-behind.ts";
import { defineTool } from "./tool.ts";
import { readTrail } from "./trail.ts";

const DEFAULT_TIMEOUT = 120_000;
const MAX_TIMEOUT = 600_000;
const BACKGROUND_TIMEOUT = 3_600_000;
const MAX_OUTPUT = 30_000;
const MAX_SOURCE = 120;

export const bashTool = defineTool({
  name: "Bash",
  description: `Runs a command with bash in the root of your checkout and returns what it printed, with exit code and time. Each call is a new shell: folders and variables do not last, so write cd sub && npm test. A program that needs a terminal or input runs in Terminal. A failure is an error with its output. It is stopped after timeout milliseconds (default ${DEFAULT_TIMEOUT}, most ${MAX_TIMEOUT}), with everything it has started. A server or a long build goes on with run_in_background, not with &, until you report or for ${BACKGROUND_TIMEOUT} milliseconds: TaskOutput gives what it prints, TaskStop ends it. Output over ${MAX_OUTPUT} characters is kept in a file for Read. Use it for checks, builds and git, not to read or change files. Network, paths outside the checkout, installs, pushes, changes of git history and what can't be analysed are HIGH risk and may be refused.`,
  effect: "writes",
  input: z.strictObject({
    command: z.string().describe("The command line for bash"),
    timeout: z
      .number()
      .optional()
      .describe(
        `Milliseconds until it is stopped. Default ${DEFAULT_TIMEOUT}, most ${MAX_TIMEOUT}; in the background ${BACKGROUND_TIMEOUT}`,
      ),
    description: z
      .string()
      .optional()
      .describe("What it is for, in a few words, for whoever watches"),
    run_in_background: z
      .boolean()
      .optional()
      .describe("Return at once with an id and let it go on. Default: false"),
  }),
  assess: ({ command }, { root }) => assessCommand(command, { root, ...loadScripts(root) }),
  target: ({ command }) => ({ command }),
  run: async ({ command, timeout, run_in_background = false }, context) => {
    const most = run_in_background ? BACKGROUND_TIMEOUT : MAX_TIMEOUT;
    const limit = timeout ?? (run_in_background ? BACKGROUND_TIMEOUT : DEFAULT_TIMEOUT);
    if (!Number.isInteger(limit) || limit < 1 || limit > most) {
      throw new ToolError(`timeout must be a whole number of milliseconds from 1 to ${most}.`);
    }
    if (command.trim() === "") throw new ToolError("The command is empty.");
    context.reads.noteSource(`command:${command.slice(0, MAX_SOURCE).toWellFormed()}`);
    if (run_in_background) {
      const { enclosure } = context;
      const id = await context.background.start(command, { timeout: limit, enclosure });
      return `Runs in the background as ${id}. TaskOutput with task_id ${id} gives what it prints, TaskStop ends it.`;
    }
    const end = await runCommand(command, {
      shells: context.shells,
      enclosure: context.enclosure,
      timeout: limit,
      limit: MAX_OUTPUT,
      outputs: context.outputs,
      secrets: context.secrets,
      signal: context.signal,
    }).catch((error: unknown) => {
      throw new ToolError(`The command could not be started: ${String(error)}`, { cause: error });
    });
    if (end.stopped === "abort") throw new DOMException("The command was stopped.", "AbortError");
    const text = textOf(end);
    if (end.exit !== 0 || end.stopped !== undefined) throw new ToolError(text);
    return text;
  },
  before: async () => moment(),
  probe: (_, context, before) =>
    lookBehind(before, context, (since) => printedWords(readTrail(context.outputs, since))),
});

function printedWords(printed: string): string {
  if (printed === "") return "As far as is known it had printed nothing.";
  return `The last that it had printed:\n${printed}`;
}

function textOf(end: CommandEnd): string {
  const seconds = `${(end.ms / 1000).toFixed(1)} s`;
  const last = `[${lastWords(end, seconds)}]`;
  const output = end.output.replace(/\n+$/, "");
  return output === "" ? last : `${output}\n${last}`;
}

function lastWords({ stopped, exit, killedBy }: CommandEnd, seconds: string): string {
  if (typeof stopped === "object") {
    return `Stopped after ${seconds}: ${stopped.excess}. Do it in smaller parts.`;
  }
  switch (stopped) {
    case "timeout":
      return `Stopped after ${seconds}: it ran into its timeout. Narrow it, or give a longer timeout.`;
    case "output":
      return `Stopped after ${seconds}: it printed more than 50 MB. Print less, for example failures only.`;
    case "abort":
      return `Stopped after ${seconds}.`;
    case undefined:
      return exit === null ? `ended by ${killedBy}, ${seconds}` : `exit ${exit}, ${seconds}`;
  }
}

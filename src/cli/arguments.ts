/** Options that several commands share. */
import { type Command, Option } from "commander";

export interface Common {
  readonly json?: boolean;
  readonly session?: string;
}

export function json(): Option {
  return new Option("--json", "print JSON, one object a line");
}

export function session(): Option {
  return new Option("--session <name>", "the session; the newest of this repository if left out");
}

/** The options about limits and display, which `resume` takes as well as `run`. */
export function addLimitOptions(command: Command): Command {
  return command
    .option("--workers <n>", "workers at once, at most (default: 4)")
    .option("--budget <usd>", "stop at this cost")
    .option(
      "--token-budget <n>",
      "stop at this many tokens, read and written, cached ones included",
    )
    .option("--time-budget <dur>", "stop after this time, e.g. 45m")
    .option("--panes <where>", "tmux (default) or none")
    .option("--detach", "start it in the background")
    .option("--headless", "no terminal at all; implies --panes none --yes")
    .option("--json", "print the journal's events, one JSON object a line");
}

/** The options of `run`, which `plan` takes too. */
export function addRunOptions(command: Command): Command {
  return addLimitOptions(command)
    .option("--model <id>", "the workers' model (default: claude-sonnet-5-5)")
    .option(
      "--coordinator-model <id>",
      "the coordinator's model (default: --model, else claude-opus-5-5)",
    )
    .option(
      "--offline",
      "the scripted model: renames and replacements only; no key, no network, no cost",
    )
    .option("--base <ref>", "start from this commit instead of HEAD")
    .addOption(
      new Option(
        "--check <cmd>",
        "must pass before a merge; repeatable; found in the repository if left out",
      ).argParser((value: string, all: string[] | undefined) => [...(all ?? []), value]),
    )
    .option("--allow-red", "start though the checks fail on the base")
    .option("--yes", "accept the plan unseen")
    .option(
      "--no-sandbox",
      "this session only: commands and checks run as you, with your files and network in reach",
    )
    .option("--grant <name>", "what agents may do at most: read-only, edit or full (default)")
    .option("--no-shell", "agents run no commands: for a repository that you do not know")
    .option("--task-budget <usd>", "end a task that cost its worker this much")
    .addOption(new Option("--on-high <answer>", "what HIGH actions get: ask (default) or deny"))
    .option("--session <name>", "a name for the session");
}

/** Examples stand first in a command's help. Answers with the command. */
export function examples(command: Command, lines: readonly (readonly [string, string])[]): Command {
  const text = lines.map(([line, what]) => `  ${line}\n      ${what}`).join("\n");
  return command.addHelpText("before", `Examples:\n${text}\n`);
}

/** A session may be named as an argument or by --session. */
export function sessionNamed<Options extends { readonly session?: string }>(
  name: string | undefined,
  options: Options,
): Options {
  return name === undefined ? options : { ...options, session: name };
}

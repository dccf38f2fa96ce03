/** The command line: the only place for argv and exit codes. Each command loads its own code when it is called. */
import { Command, CommanderError } from "commander";
import { EXIT, SwarmError } from "../errors.ts";
import { readPackageVersion } from "../install.ts";
import { createAct } from "./act.ts";
import { examples } from "./arguments.ts";
import { addLookCommands } from "./commands-look.ts";
import { addRulesCommands } from "./commands-rules.ts";
import { addRunCommands } from "./commands-run.ts";
import { addSteerCommands } from "./commands-steer.ts";
import { addTaskCommands } from "./commands-tasks.ts";
import { endProcess } from "./end-process.ts";
import { nearestCommand } from "./nearest.ts";
import { reportFailure } from "./output.ts";

let exitCode: number = EXIT.done;
const program = new Command("swarmux");
program
  .description(
    "A team of coding agents on one request: planned, done side by side, checked, merged into one branch.",
  )
  .version(readPackageVersion(), "-V, --version")
  .option("--color <when>", "always, never or auto")
  .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
  .showHelpAfterError("(swarmux --help shows all commands)")
  .exitOverride();
examples(program, [
  [
    'swarmux "move every callback API in src/ to promises"',
    "plan it, ask for a yes, do it in tmux panes",
  ],
  [
    'swarmux run --headless --check "npm test" "…"',
    "without a terminal; the plan is accepted unseen",
  ],
  ['swarmux run --offline "rename oldName to newName"', "with the scripted model: no key, no cost"],
  ["swarmux status", "the board of the newest session"],
  ["swarmux accept", "merge what it did into your branch"],
  ["swarmux demo", "all of it on a sample repository"],
]);

const act = createAct(program, (code) => {
  exitCode = code;
});
addRunCommands(program, act);
addLookCommands(program, act);
addRulesCommands(program, act);
addSteerCommands(program, act);
addTaskCommands(program, act);

/** Words that are or will be commands: a task that begins with one alone is a slip. */
const RESERVED = new Set(["completion", "config", "web", "login"]);

/** `swarmux "<task>"` is `swarmux run "<task>"`; a single word that is nearly a command is a slip. */
function withDefaultCommand(args: readonly string[]): readonly string[] {
  const at = args.findIndex((arg, index) => !arg.startsWith("-") && args[index - 1] !== "--color");
  const first = args[at];
  if (first === undefined) {
    const isHelp = args.length === 0 || args.some((arg) => /^(-h|--help|-V|--version)$/.test(arg));
    return isHelp ? (args.length === 0 ? ["--help"] : args) : ["run", ...args];
  }
  const names = program.commands.map((command) => command.name());
  if (names.includes(first) || first === "help") return args;
  if (RESERVED.has(first) && !/\s/.test(first)) {
    throw new SwarmError("usage", `There is no command ${first} in this version.`, {
      mend: `swarmux --help, or for a task that begins with that word: swarmux run "${args.slice(at).join(" ")}"`,
    });
  }
  const near =
    args.length === at + 1 && !/\s/.test(first) ? nearestCommand(first, names) : undefined;
  if (near !== undefined) {
    throw new SwarmError("usage", `There is no command ${first}.`, {
      mend: `swarmux ${near}, or for a task of that one word: swarmux run ${first}`,
    });
  }
  return ["run", ...args];
}

try {
  await program.parseAsync([...withDefaultCommand(process.argv.slice(2))], { from: "user" });
} catch (error) {
  if (error instanceof CommanderError) {
    exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  } else {
    exitCode = reportFailure(error, (text) => void process.stderr.write(`${text}\n`));
  }
}
endProcess(exitCode);

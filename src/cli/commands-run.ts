/** Commands that start something. */
import type { Command } from "commander";
import type { Act } from "./act.ts";
import { addLimitOptions, addRunOptions, examples, session, sessionNamed } from "./arguments.ts";
import type { ResumeFlags } from "./resume.ts";
import type { RunFlags } from "./run-options.ts";

export function addRunCommands(program: Command, act: Act): void {
  const run = addRunOptions(
    program.command("run").argument("<task...>", "what to do, in a sentence"),
  );
  run.description("start a team session on this repository (the default command)").action(
    act(async (output, words: string[], flags: RunFlags) => {
      const { run: start } = await import("./run.ts");
      return start(output, words.join(" "), flags);
    }),
  );
  examples(run, [
    [
      'swarmux run --workers 6 --check "npm test" "split src/api.ts by resource"',
      "six workers at most",
    ],
    [
      'swarmux run --headless --offline --check "npm test" "rename cb to callback"',
      "scripted model, no terminal",
    ],
    ['swarmux run --budget 5 --detach "…"', "stop at 5 US dollars, in the background"],
  ]);

  const plan = addRunOptions(
    program.command("plan").argument("<task...>", "what to plan, in a sentence"),
  );
  plan.description("decompose only: print the plan and the risk of each task").action(
    act(async (output, words: string[], flags: RunFlags) => {
      const { plan: decompose } = await import("./run.ts");
      return decompose(output, words.join(" "), flags);
    }),
  );
  examples(plan, [
    [
      'swarmux plan "split src/api.ts by resource"',
      "tasks, risks, files and checks; nothing is kept",
    ],
    ['swarmux plan --offline "rename oldName to newName"', "with the scripted model"],
  ]);

  const resume = addLimitOptions(program.command("resume").argument("[session]"));
  resume
    .description(
      "bring a saved session back: team, conversations, open gates; of a finished one, its exit code",
    )
    .addOption(session())
    .action(
      act(async (output, name: string | undefined, flags: ResumeFlags) => {
        const { resume: start } = await import("./resume.ts");
        return start(output, sessionNamed(name, flags));
      }),
    );
  examples(resume, [
    ["swarmux resume", "the newest session of this repository"],
    ["swarmux resume --headless --budget 10 my-session", "without a terminal, with a new limit"],
  ]);

  examples(program.command("demo"), [
    ["swarmux demo", "in tmux panes, where there is a terminal"],
    ["swarmux demo --headless", "as lines of text"],
    ["swarmux demo --headless --fast", "with short pauses"],
  ])
    .description(
      "a whole session on a sample repository with the scripted model: no key, no network, no cost",
    )
    .option("--headless", "no terminal at all")
    .option("--fast", "shorter pauses")
    .action(
      act(async (output, options: { headless?: boolean; fast?: boolean }) => {
        const { demo } = await import("./demo.ts");
        return demo(output, options);
      }),
    );

  program
    .command("offline-model", { hidden: true })
    .option("--log <file>")
    .option("--scenario <file>")
    .option("--faults <file>")
    .option("--first-token <ms>")
    .action(
      act(
        async (
          output,
          options: { log?: string; scenario?: string; faults?: string; firstToken?: string },
        ) => {
          const { offlineModel } = await import("./model-server.ts");
          return offlineModel(output, options);
        },
      ),
    );
}

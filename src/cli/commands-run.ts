/** Commands that start something. */
import type { Command } from "commander";
import type { Act } from "./act.ts";
import { addRunOptions, examples } from "./arguments.ts";
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

  addRunOptions(program.command("plan").argument("<task...>", "what to plan"))
    .description("decompose only: print the plan and the risk of each task")
    .action(
      act(async (output, words: string[], flags: RunFlags) => {
        const { plan } = await import("./run.ts");
        return plan(output, words.join(" "), flags);
      }),
    );

  program
    .command("demo")
    .description(
      "a whole session on a sample repository with the scripted model: no key, no network, no cost",
    )
    .option("--headless", "no terminal at all")
    .action(
      act(async (output, options: { headless?: boolean }) => {
        const { demo } = await import("./demo.ts");
        return demo(output, options);
      }),
    );

  program
    .command("coordinator", { hidden: true })
    .requiredOption("--folder <path>")
    .option("--pane")
    .action(
      act(async (output, options: { folder: string; pane?: boolean }) => {
        const { coordinator } = await import("./coordinator.ts");
        return coordinator(output, options.folder, options.pane === true);
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

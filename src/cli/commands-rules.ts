/** `swarmux rules` and what stands below it. */
import type { Command } from "commander";
import { SwarmError } from "../errors.ts";
import type { Act } from "./act.ts";
import { type Common, examples, json, session } from "./arguments.ts";

export function addRulesCommands(program: Command, act: Act): void {
  const rules = examples(program.command("rules"), [
    ["swarmux rules", "what a session that starts here would have"],
    ["swarmux rules --session my-session", "what that session has"],
    ["swarmux rules why 'git push origin main'", "its risk, every reason, and the answer"],
  ])
    .description("the permission rules in force, with file and line, the grant and the sandbox")
    .addOption(session())
    .addOption(json())
    .action(
      act(async (output, options: Common) => {
        const { rules: show } = await import("./rules.ts");
        return show(output, options);
      }),
    );

  examples(rules.command("trust"), [
    ["swarmux rules trust", "shows each text, and asks"],
    [
      "swarmux rules trust --yes",
      "where there is no terminal, once you have read .swarmux/prompts/",
    ],
  ])
    .description(
      "say yes to the prompts in .swarmux/prompts/ as they are; a changed text asks again",
    )
    .option("--yes", "take them unseen")
    .action(
      act(async (output, options: { yes?: boolean }) => {
        const { trustPrompts } = await import("./project-prompts.ts");
        return trustPrompts(output, options);
      }),
    );

  examples(rules.command("why"), [
    ["swarmux rules why 'npm ci && npm test'", "the risk of each part, and who decides"],
    ["swarmux rules why --stdin --json < commands.jsonl", 'one {"cmd": …} a line'],
  ])
    .argument("[command]", "a command as an agent would give it to Bash, quoted")
    .description("why a command gets its risk and its answer")
    .option("--stdin", "read JSON lines with a cmd each, and answer each; takes --json")
    .addOption(json())
    .action(
      act(async (output, ...[cmd, options, self]: [string | undefined, WhyOptions, Command]) => {
        const { rulesWhy, rulesWhyAll } = await import("./rules.ts");
        // The command above takes --json as well, and commander gives it to that one.
        const isJson = self.optsWithGlobals<{ json?: boolean }>().json === true;
        if (options.stdin === true && cmd === undefined && isJson) {
          return rulesWhyAll(process.stdin, process.stdout);
        }
        if (options.stdin === true || cmd === undefined) {
          throw new SwarmError("usage", "rules why takes one command, or --stdin with --json.", {
            mend: "swarmux rules why 'npm test'   or: swarmux rules why --stdin --json < commands.jsonl",
          });
        }
        return rulesWhy(output, cmd, { json: isJson });
      }),
    );
}

interface WhyOptions {
  readonly stdin?: boolean;
}

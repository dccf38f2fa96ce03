/** Commands that look at a session. */
import type { Command } from "commander";
import type { Act } from "./act.ts";
import { type Common, examples, json, session, sessionNamed } from "./arguments.ts";

export function addLookCommands(program: Command, act: Act): void {
  const status = program.command("status").argument("[session]");
  status
    .description("one session's board, workers, open questions and cost")
    .addOption(session())
    .addOption(json())
    .action(
      act(async (output, name: string | undefined, options: Common) => {
        const { status: show } = await import("./status.ts");
        return show(output, sessionNamed(name, options));
      }),
    );
  examples(status, [
    ["swarmux status", "the newest session of this repository"],
    ["swarmux status my-session --json", "one object, for scripts"],
  ]);

  const sessions = program
    .command("sessions")
    .description("the sessions of this repository, newest first")
    .addOption(json())
    .action(
      act(async (output, options: Common) => {
        const { sessions: list } = await import("./sessions.ts");
        return list(output, options);
      }),
    );
  sessions
    .command("rm")
    .argument("<session>")
    .description("delete a session; its branches last, and only when they are merged")
    .option("--force", "delete it though its branch is not merged")
    .action(
      act(async (output, name: string, options: { force?: boolean }) => {
        const { removeSession } = await import("./sessions.ts");
        return removeSession(output, name, options);
      }),
    );

  program
    .command("attach")
    .argument("[session]")
    .description("put this terminal on the session's tmux window")
    .addOption(session())
    .action(
      act(async (output, name: string | undefined, options: Common) => {
        const { attach } = await import("./run-tmux.ts");
        return attach(output, sessionNamed(name, options).session);
      }),
    );

  program
    .command("diff")
    .argument("[session]")
    .description("what the integration branch changes")
    .option("--stat", "files and line counts only")
    .addOption(session())
    .addOption(json())
    .action(
      act(async (output, name: string | undefined, options: Common & { stat?: boolean }) => {
        const { diff } = await import("./deliver.ts");
        return diff(output, { ...options, ...sessionNamed(name, options) });
      }),
    );

  program
    .command("log")
    .argument("[session]")
    .description("the session's journal")
    .option("--follow", "go on as it grows, until the session is finished")
    .option("--type <types>", "only these types or families, e.g. task,tool.started")
    .option("--verify", "check that no line is missing or changed")
    .addOption(session())
    .addOption(json())
    .action(
      act(async (output, name: string | undefined, options: Common) => {
        const { log } = await import("./log.ts");
        return log(output, sessionNamed(name, options));
      }),
    );

  const memory = program.command("memory").description("what the team remembers");
  memory
    .command("list")
    .description("everything, oldest first")
    .addOption(session())
    .addOption(json())
    .action(
      act(async (output, options: Common) => {
        const { memoryList } = await import("./memory.ts");
        return memoryList(output, options);
      }),
    );
  memory
    .command("search")
    .argument("<query...>")
    .description("best match first")
    .addOption(session())
    .addOption(json())
    .action(
      act(async (output, words: string[], options: Common) => {
        const { memorySearch } = await import("./memory.ts");
        return memorySearch(output, words.join(" "), options);
      }),
    );
  memory
    .command("show")
    .argument("<entry>")
    .description("one entry with its origin")
    .addOption(session())
    .addOption(json())
    .action(
      act(async (output, id: string, options: Common) => {
        const { memoryShow } = await import("./memory.ts");
        return memoryShow(output, id, options);
      }),
    );

  program
    .command("cost")
    .argument("[session]")
    .description("tokens and money by worker, task and model; cache hits")
    .addOption(session())
    .addOption(json())
    .action(
      act(async (output, name: string | undefined, options: Common) => {
        const { cost } = await import("./cost.ts");
        return cost(output, sessionNamed(name, options));
      }),
    );

  program
    .command("doctor")
    .description("what is missing, with the command that mends it")
    .addOption(json())
    .action(
      act(async (output, options: Common) => {
        const { doctor } = await import("./doctor.ts");
        return doctor(output, options);
      }),
    );
}

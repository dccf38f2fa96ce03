/** Commands that look at a session. */
import type { Command } from "commander";
import type { Act } from "./act.ts";
import { type Common, examples, json, session, sessionNamed } from "./arguments.ts";
import type { DoctorOptions } from "./doctor.ts";
import type { InitOptions } from "./init.ts";

interface DiffFlags {
  readonly stat?: boolean;
  readonly task?: string;
}

export function addLookCommands(program: Command, act: Act): void {
  examples(program.command("status"), [
    ["swarmux status", "the newest session of this repository"],
    ["swarmux status --watch", "again whenever something changes; Ctrl-C ends it"],
    ["swarmux status my-session --json", "one object, for scripts"],
  ])
    .argument("[session]")
    .description("one session's board, workers and cost")
    .addOption(session())
    .option("--watch", "show it again whenever something changes, once a second at most")
    .addOption(json())
    .action(
      act(async (output, name: string | undefined, options: Common & { watch?: boolean }) => {
        const named = sessionNamed(name, options);
        if (options.watch === true) {
          const { watchStatus } = await import("./status-watch.ts");
          return watchStatus(output, named);
        }
        const { status } = await import("./status.ts");
        return status(output, named);
      }),
    );

  const sessions = examples(program.command("sessions"), [
    ["swarmux sessions", "name, start, outcome, tasks merged, cost and request of each"],
    ["swarmux sessions rm my-session", "delete one that was accepted"],
  ])
    .description("the sessions of this repository, newest first")
    .addOption(json())
    .action(
      act(async (output, options: Common) => {
        const { sessions: list } = await import("./sessions.ts");
        return list(output, options);
      }),
    );
  examples(sessions.command("rm"), [
    ["swarmux sessions rm my-session", "its folder and its branch"],
    ["swarmux sessions rm --force my-session", "though its work was not accepted"],
  ])
    .argument("<session>")
    .description("delete a session; its branches last, and only when they are merged")
    .option("--force", "delete it though its branch is not merged")
    .action(
      act(async (output, name: string, options: { force?: boolean }) => {
        const { removeSession } = await import("./sessions.ts");
        return removeSession(output, name, options);
      }),
    );

  examples(program.command("attach"), [
    ["swarmux attach", "the panes of the newest session; Ctrl-] then d leaves them"],
  ])
    .argument("[session]")
    .description("put this terminal on the session's tmux window")
    .addOption(session())
    .action(
      act(async (output, name: string | undefined, options: Common) => {
        const { attach } = await import("./run-tmux.ts");
        return attach(output, sessionNamed(name, options).session);
      }),
    );

  examples(program.command("diff"), [
    ["swarmux diff --stat", "which files, how many lines"],
    ["swarmux diff my-session > my-session.patch", "as a patch"],
    ["swarmux diff --task t3", "only that task, merged or at work"],
  ])
    .argument("[session]")
    .description("what the integration branch changes")
    .option("--stat", "files and line counts only")
    .option("--task <task>", "what this task changes, merged or at work")
    .addOption(session())
    .addOption(json())
    .action(
      act(async (output, name: string | undefined, options: Common & DiffFlags) => {
        const { diff } = await import("./deliver.ts");
        return diff(output, { ...options, ...sessionNamed(name, options) });
      }),
    );

  examples(program.command("log"), [
    ["swarmux log --follow", "what happens, as it happens"],
    ["swarmux log --type task,integration --json my-session", "these events, for scripts"],
    ["swarmux log --verify", "exit code 1 when a line was changed or lost"],
  ])
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

  const memory = examples(program.command("memory"), [
    ["swarmux memory list", "the memory of the newest session"],
  ]).description("what the team remembers");
  examples(memory.command("list"), [
    ["swarmux memory list", "id, kind, author and text of each entry"],
    ["swarmux memory list --session my-session --json", "with origin and trust, for scripts"],
  ])
    .description("everything, oldest first")
    .addOption(session())
    .addOption(json())
    .action(
      act(async (output, options: Common) => {
        const { memoryList } = await import("./memory.ts");
        return memoryList(output, options);
      }),
    );
  examples(memory.command("search"), [
    ["swarmux memory search test timezone", "the best twenty matches"],
  ])
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
  examples(memory.command("show"), [
    ["swarmux memory show m3", "who wrote it, for which task, after reading what"],
  ])
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

  examples(program.command("cost"), [
    ["swarmux cost", "the newest session"],
    ["swarmux cost my-session --json", "a row for each agent, task and model"],
  ])
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

  examples(program.command("report"), [
    ["swarmux report > summary.md", "who did what, the proof, what was denied, the bill"],
    ["swarmux report my-session --json", "the same as one object, for scripts"],
  ])
    .argument("[session]")
    .description("the summary as Markdown, fit for a pull request")
    .addOption(session())
    .addOption(json())
    .action(
      act(async (output, name: string | undefined, options: Common) => {
        const { report } = await import("./report.ts");
        return report(output, sessionNamed(name, options));
      }),
    );

  examples(program.command("init"), [
    ["swarmux init", "checks, folders to link and limits, as a commented .swarmux/config.toml"],
    ["swarmux init --print", "the same on stdout; nothing is written"],
    ["swarmux init --agents", "and an AGENTS.md to fill in, where there is none"],
  ])
    .description("look at the repository and write a commented configuration for it")
    .option("--print", "only print it")
    .option("--agents", "write an AGENTS.md too, where agents have no instructions yet")
    .option("--force", "replace the configuration that is there")
    .action(
      act(async (output, options: InitOptions) => {
        const { init } = await import("./init.ts");
        return init(output, options);
      }),
    );

  examples(program.command("doctor"), [
    ["swarmux doctor", "exit code 69 when something that every session needs is missing"],
    ["swarmux doctor --fix", "and install it with apt-get"],
  ])
    .description("what is missing, with the command that mends it")
    .option("--fix", "install what is missing with apt-get, then look again")
    .addOption(json())
    .action(
      act(async (output, options: DoctorOptions) => {
        const { doctor } = await import("./doctor.ts");
        return doctor(output, options);
      }),
    );
}

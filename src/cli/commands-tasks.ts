/** Commands about single tasks: what a person may do to them, and a look at whoever works on one. */
import { Argument, type Command, Option } from "commander";
import { RISKS } from "../risk-level.ts";
import type { Act } from "./act.ts";
import { type Common, examples, session } from "./arguments.ts";
import type { EditFlags } from "./tasks.ts";

export function addTaskCommands(program: Command, act: Act): void {
  examples(program.command("retry"), [["swarmux retry t3", "by a fresh worker, from the start"]])
    .argument("<task>", "its id, as status shows it")
    .description("have a failed or blocked task tried again")
    .addOption(session())
    .action(
      act(async (output, task: string, options: Common) => {
        const { retry } = await import("./tasks.ts");
        return retry(output, { task, ...options });
      }),
    );

  examples(program.command("edit"), [
    ['swarmux edit t3 --subject "Move the cart, and its test"', "before anybody begins it"],
    ["swarmux edit t3 --after t1,t2 --risk HIGH", "what it needs, and how risky it is"],
  ])
    .argument("<task>", "its id, as status shows it")
    .description("change a task that nobody has begun; the coordinator is told")
    .option("--subject <text>", "what it is about")
    .option("--description <text>", "what its worker needs to know")
    .option("--files <patterns>", "what it may write, with commas between")
    .option("--after <tasks>", 'tasks that it needs, with commas between; "" for none')
    .addOption(new Option("--risk <risk>", "how risky it is").choices(RISKS))
    .addOption(session())
    .action(
      act(async (output, task: string, options: Common & EditFlags) => {
        const { edit } = await import("./tasks.ts");
        return edit(output, { task, ...options });
      }),
    );

  examples(program.command("move"), [["swarmux move t3 up", "a worker gets it sooner"]])
    .argument("<task>", "its id, as status shows it")
    .addArgument(new Argument("<to>", "past its neighbour").choices(["up", "down"]))
    .description("change the order of the plan that waits, in which ready tasks get workers")
    .addOption(session())
    .action(
      act(async (output, ...[task, to, options]: [string, "up" | "down", Common]) => {
        const { move } = await import("./tasks.ts");
        return move(output, { task, to, ...options });
      }),
    );

  examples(program.command("drop"), [["swarmux drop t3", "nobody will do it"]])
    .argument("<task>", "its id, as status shows it")
    .description("take a task that nobody has begun off the board")
    .addOption(session())
    .action(
      act(async (output, task: string, options: Common) => {
        const { drop } = await import("./tasks.ts");
        return drop(output, { task, ...options });
      }),
    );

  examples(program.command("peek"), [["swarmux peek ada", "her words, calls and their last lines"]])
    .argument("<worker>", "its name, or coordinator")
    .description("what an agent did last")
    .addOption(session())
    .action(
      act(async (output, worker: string, options: Common) => {
        const { peek } = await import("./tasks.ts");
        return peek(output, { worker, ...options });
      }),
    );
}

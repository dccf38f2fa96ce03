/** Commands with which a person steers a session and decides what becomes of its work. */
import type { Command } from "commander";
import type { Act } from "./act.ts";
import { type Common, json, session, sessionNamed } from "./arguments.ts";

export function addSteerCommands(program: Command, act: Act): void {
  program
    .command("tell")
    .argument("<agent>", "a worker's name, or coordinator")
    .argument("<text...>")
    .description("steer: the text reaches that agent before its next model call")
    .addOption(session())
    .action(
      act(async (output, ...[to, words, options]: [string, string[], Common]) => {
        const { tell } = await import("./steer.ts");
        return tell(output, { to, text: words.join(" "), ...options });
      }),
    );

  program
    .command("stop")
    .argument("[worker]", "only this worker's task; the whole team if left out")
    .description("stop a worker's task, or the session")
    .addOption(session())
    .action(
      act(async (output, worker: string | undefined, options: Common) => {
        const { stop } = await import("./steer.ts");
        return stop(output, { worker, ...options });
      }),
    );

  program
    .command("answer")
    .argument("<question>", "its id, as status shows it")
    .argument("<text...>")
    .description("answer a question of the coordinator")
    .addOption(session())
    .action(
      act(async (output, ...[question, words, options]: [string, string[], Common]) => {
        const { answer } = await import("./steer.ts");
        return answer(output, { question, text: words.join(" "), ...options });
      }),
    );

  for (const [name, description] of [
    ["accept", "merge the integration branch into the current branch; asks nothing"],
    ["discard", "throw the integration branch away"],
  ] as const) {
    program
      .command(name)
      .argument("[session]")
      .description(description)
      .addOption(session())
      .addOption(json())
      .action(
        act(async (output, named: string | undefined, options: Common) => {
          const deliver = await import("./deliver.ts");
          return deliver[name](output, sessionNamed(named, options));
        }),
      );
  }

  program
    .command("gates")
    .argument("[session]")
    .description("what waits for a person: gates, questions, the plan")
    .addOption(session())
    .addOption(json())
    .action(
      act(async (output, name: string | undefined, options: Common) => {
        const { gates } = await import("./gates.ts");
        return gates(output, sessionNamed(name, options));
      }),
    );

  program
    .command("approve")
    .argument("<gate>", "its id as gates shows it, or plan")
    .description("say yes to exactly the action behind a gate; it runs once")
    .addOption(session())
    .action(
      act(async (output, gate: string, options: Common) => {
        const { answerGate } = await import("./gates.ts");
        return answerGate(output, { ...options, gate, approve: true });
      }),
    );

  program
    .command("deny")
    .argument("<gate>", "its id as gates shows it, or plan")
    .description("say no; the note reaches the agent word for word")
    .option("--note <text>", "what to do instead")
    .addOption(session())
    .action(
      act(async (output, gate: string, options: Common & { note?: string }) => {
        const { answerGate } = await import("./gates.ts");
        return answerGate(output, { ...options, gate, approve: false });
      }),
    );

  for (const [name, description] of [
    ["pause", "hold an agent, or the whole team, before its next model call"],
    ["continue", "let it go on"],
  ] as const) {
    program
      .command(name)
      .argument("[worker]", "only this one; the whole team if left out")
      .description(description)
      .addOption(session())
      .action(
        act(async (output, worker: string | undefined, options: Common) => {
          const steer = await import("./steer.ts");
          const hold = name === "pause" ? steer.pause : steer.goOn;
          return hold(output, { worker, ...options });
        }),
      );
  }
}

/** Commands with which a person steers a session and decides what becomes of its work. */
import { type Command, Option } from "commander";
import type { Act } from "./act.ts";
import { type Common, examples, json, session, sessionNamed } from "./arguments.ts";

interface ApproveOptions {
  readonly forSession?: boolean;
  readonly edit?: string;
}

export function addSteerCommands(program: Command, act: Act): void {
  examples(program.command("tell"), [
    ['swarmux tell ada "keep the old export too"', "words for one worker"],
    ['swarmux tell coordinator "leave the docs to me"', "words for the coordinator"],
  ])
    .argument("<agent>", "a worker's name, or coordinator")
    .argument("<text...>", "what to say")
    .description("steer: the text reaches that agent before its next model call")
    .addOption(session())
    .action(
      act(async (output, ...[to, words, options]: [string, string[], Common]) => {
        const { tell } = await import("./steer.ts");
        return tell(output, { to, text: words.join(" "), ...options });
      }),
    );

  examples(program.command("stop"), [
    ["swarmux stop", "the whole session; what is merged stays"],
    ["swarmux stop ada", "only the task that ada has"],
  ])
    .argument("[worker]", "only this worker's task; the whole team if left out")
    .description("stop a worker's task, or the session")
    .addOption(session())
    .action(
      act(async (output, worker: string | undefined, options: Common) => {
        const { stop } = await import("./steer.ts");
        return stop(output, { worker, ...options });
      }),
    );

  examples(program.command("answer"), [
    ['swarmux answer q1 "keep both names"', "q1 is the id that status shows"],
  ])
    .argument("<question>", "its id, as status shows it")
    .argument("<text...>", "what to say")
    .description("answer a question of the coordinator or of a worker")
    .addOption(session())
    .action(
      act(async (output, ...[question, words, options]: [string, string[], Common]) => {
        const { answer } = await import("./steer.ts");
        return answer(output, { question, text: words.join(" "), ...options });
      }),
    );

  for (const [name, description, line, what] of [
    [
      "accept",
      "merge the integration branch into the current branch; asks nothing",
      "swarmux diff --stat && swarmux accept",
      "look, then take it",
    ],
    [
      "discard",
      "throw the integration branch away",
      "swarmux discard my-session",
      "and how to bring the branch back is printed",
    ],
  ] as const) {
    examples(program.command(name), [[line, what]])
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

  examples(program.command("gates"), [["swarmux gates", "what the newest session waits for"]])
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

  examples(program.command("approve"), [
    ["swarmux approve plan", "the plan"],
    ["swarmux approve ada-1", "ada-1 is the id that gates shows"],
    ["swarmux approve ada-1 --for-session", "only where gates offers it, with what that covers"],
    ['swarmux approve ada-1 --edit "git push --dry-run"', "runs this instead, once it got a risk"],
  ])
    .argument("<gate>", "its id as gates shows it, or plan")
    .description("say yes to exactly the action behind a gate; it runs once")
    .addOption(
      new Option("--for-session", "and do not ask about the same program again").conflicts("edit"),
    )
    .option("--edit <text>", "another command or address in its place, which is judged anew")
    .addOption(session())
    .action(
      act(async (output, gate: string, options: Common & ApproveOptions) => {
        const { answerGate } = await import("./gates.ts");
        const { edit: text, forSession, ...named } = options;
        if (text !== undefined) return answerGate(output, { ...named, gate, answer: "edit", text });
        return answerGate(output, { ...named, gate, answer: forSession ? "session" : "once" });
      }),
    );

  examples(program.command("deny"), [
    ['swarmux deny ada-1 --note "use the mock server instead"', "the agent reads the note"],
  ])
    .argument("<gate>", "its id as gates shows it, or plan")
    .description("say no; the note reaches the agent word for word")
    .option("--note <text>", "what to do instead")
    .addOption(session())
    .action(
      act(async (output, gate: string, options: Common & { note?: string }) => {
        const { answerGate } = await import("./gates.ts");
        return answerGate(output, { ...options, gate, answer: "deny" });
      }),
    );

  for (const [name, description, line, what] of [
    [
      "pause",
      "hold an agent, or the whole team, before its next model call",
      "swarmux pause ada",
      "without a name: everybody",
    ],
    ["continue", "let it go on", "swarmux continue", "everybody"],
  ] as const) {
    examples(program.command(name), [[line, what]])
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

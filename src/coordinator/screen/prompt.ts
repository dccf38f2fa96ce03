/** Lines that a person types into the coordinator's terminal: an answer to what is asked, or words for an agent. */
import { createInterface } from "node:readline";
import type { SessionHandle } from "../session-plan.ts";

export interface PromptOptions {
  readonly handle: SessionHandle;
  say(line: string): void;
}

/** Reads until closed. `y` and `n note` answer the plan, `@worker text` steers, anything else is for the coordinator. */
export function openPrompt({ handle, say }: PromptOptions): { close(): void } {
  const lines = createInterface({ input: process.stdin, terminal: false });
  const reply = async (line: string) => {
    const words = await takeLine(handle, line);
    if (words !== "") say(words);
  };
  lines.on("line", (line) => {
    void reply(line.trim());
  });
  return { close: () => lines.close() };
}

async function takeLine({ person, team, emit }: SessionHandle, line: string): Promise<string> {
  if (line === "") return "";
  const { plan, questions, workers } = team();
  if (plan.status === "proposed") {
    const [word = "", ...rest] = line.split(/\s+/);
    const note = rest.join(" ");
    if (/^(y|yes)$/i.test(word) && note === "") {
      await person.answerPlan({ approve: true, note: "", by: "person" });
      return "";
    }
    if (/^(n|no)$/i.test(word)) {
      await person.answerPlan({ approve: false, note, by: "person" });
      return "";
    }
  }
  const question = [...questions.keys()][0];
  if (question !== undefined) {
    await emit({ type: "question.answered", question, text: line, by: "person" });
    return "";
  }
  const steer = /^@(\S+)\s+(.+)$/.exec(line);
  if (steer !== null) {
    const [, worker = "", text = ""] = steer;
    if (!workers.has(worker))
      return `There is no worker ${worker}. Workers: ${[...workers.keys()].join(", ")}`;
    await emit({ type: "message.sent", from: "person", to: worker, text });
    return "";
  }
  await emit({ type: "message.sent", from: "person", to: "coordinator", text: line });
  return "";
}

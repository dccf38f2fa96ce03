/** AskUserQuestion: asks the person and waits for the answer. */
import { z } from "zod";
import { defineTool, LOW, type Tool } from "../../tools/tool.ts";
import type { Desk } from "../desk.ts";

export function createAskUserQuestion(desk: Desk): Tool {
  return defineTool({
    name: "AskUserQuestion",
    description:
      "Ask the person what only they can decide, with the options and the one you would take. The call waits for the answer, and nobody may be there: ask at most once, before the plan, and only when two readings of the request differ in what users would see. For everything else take the reversible default and name it in Finish.",
    effect: "writes",
    input: z.strictObject({
      questions: z
        .array(
          z.strictObject({
            question: z.string(),
            options: z
              .array(z.strictObject({ label: z.string(), description: z.string().optional() }))
              .optional(),
          }),
        )
        .describe("One to four questions"),
    }),
    assess: () => LOW,
    run: async ({ questions }, { signal }) => {
      const answers: string[] = [];
      for (const { question, options } of questions) {
        const choices = (options ?? []).map(
          ({ label, description }, at) =>
            `  ${at + 1}. ${label}${description === undefined ? "" : `: ${description}`}`,
        );
        const answer = await desk.ask([question, ...choices].join("\n"), signal);
        answers.push(`${question}\nThe person answers: ${answer}`);
      }
      return answers.join("\n\n");
    },
    // Doing it again changes nothing that was changed already.
    probe: () => "not-done",
  });
}

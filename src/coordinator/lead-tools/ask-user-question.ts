/** AskUserQuestion: asks the person and waits for the answer. */
import { z } from "zod";
import { defineTool, LOW, type Tool } from "../../tools/tool.ts";
import type { Desk } from "../desk.ts";

const Questions = z
  .array(
    z.strictObject({
      question: z.string(),
      options: z
        .array(z.strictObject({ label: z.string(), description: z.string().optional() }))
        .optional(),
    }),
  )
  .describe("One to four questions");
type Question = z.infer<typeof Questions>[number];

/** What the tool answers to a call, given what the person has said to the text of each question; undefined where one is missing. */
export function answersTo(
  input: unknown,
  said: (text: string) => string | undefined,
): string | undefined {
  const parsed = z.object({ questions: Questions }).safeParse(input);
  if (!parsed.success) return undefined;
  const answers = parsed.data.questions.flatMap((one) => {
    const answer = said(textOf(one));
    return answer === undefined ? [] : [result(one, answer)];
  });
  return answers.length < parsed.data.questions.length ? undefined : answers.join("\n\n");
}

function textOf({ question, options }: Question): string {
  const choices = (options ?? []).map(
    ({ label, description }, at) =>
      `  ${at + 1}. ${label}${description === undefined ? "" : `: ${description}`}`,
  );
  return [question, ...choices].join("\n");
}

function result({ question }: Question, answer: string): string {
  return `${question}\nThe person answers: ${answer}`;
}

export function createAskUserQuestion(desk: Desk): Tool {
  return defineTool({
    name: "AskUserQuestion",
    description:
      "Ask the person what only they can decide, with the options and the one you would take. The call waits for the answer, and nobody may be there: ask at most once, before the plan, and only when two readings of the request differ in what users would see. For everything else take the reversible default and name it in Finish.",
    effect: "writes",
    input: z.strictObject({
      questions: Questions,
    }),
    assess: () => LOW,
    run: async ({ questions }, { signal }) => {
      const answers: string[] = [];
      for (const one of questions) {
        answers.push(result(one, await desk.ask(textOf(one), signal)));
      }
      return answers.join("\n\n");
    },
    // Doing it again changes nothing that was changed already.
    probe: () => "not-done",
  });
}

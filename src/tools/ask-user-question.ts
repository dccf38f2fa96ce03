/** AskUserQuestion: asks the person and waits for the answer. */
import { z } from "zod";
import { ToolError } from "../errors.ts";
import { refuseSecrets } from "./refuse-secrets.ts";
import { defineTool, LOW, type Tool } from "./tool.ts";

const MOST_QUESTIONS = 4;
const MAX_LENGTH = 2_000;

const Question = z.strictObject({
  question: z.string(),
  header: z.string().optional().describe("A word or two on what it is about"),
  options: z
    .array(z.strictObject({ label: z.string(), description: z.string().optional() }))
    .optional(),
  multiSelect: z.boolean().optional().describe("Whether several options may be chosen"),
});
type Question = z.infer<typeof Question>;
const Questions = z.array(Question).describe("One to four questions");

/** What the tool answers to a call, given what the person has said to the text of each question; undefined where one is missing. */
export function answersTo(
  input: unknown,
  said: (text: string) => string | undefined,
): string | undefined {
  const parsed = z.object({ questions: Questions }).safeParse(input);
  if (!parsed.success) return undefined;
  const answers = parsed.data.questions.flatMap((one) => {
    const answer = said(textOf(one));
    return answer === undefined ? [] : [resultOf(one, answer)];
  });
  return answers.length < parsed.data.questions.length ? undefined : answers.join("\n\n");
}

/** The same tool for every agent; the description says when it is this one's to ask. */
export function defineAskUserQuestion(description: string): Tool {
  return defineTool({
    name: "AskUserQuestion",
    description,
    effect: "writes",
    input: z.strictObject({ questions: Questions }),
    assess: () => LOW,
    run: async ({ questions }, context) => {
      if (questions.length === 0 || questions.length > MOST_QUESTIONS) {
        throw new ToolError(`Ask one to ${MOST_QUESTIONS} questions in a call.`);
      }
      if (questions.some(({ question }) => question.trim() === "")) {
        throw new ToolError("A question is empty.");
      }
      const texts = questions.map(textOf);
      const long = texts.find((text) => text.length > MAX_LENGTH);
      if (long !== undefined) {
        throw new ToolError(
          `A question with its options has ${long.length} characters; ${MAX_LENGTH} are allowed.`,
        );
      }
      refuseSecrets(context, ...texts);
      const answers: string[] = [];
      for (const one of questions) answers.push(resultOf(one, await context.ask(textOf(one))));
      return answers.join("\n\n");
    },
    // A question that is open, or was answered, is found again by its words.
    probe: () => "not-done",
  });
}

function textOf({ header, question, options = [], multiSelect = false }: Question): string {
  const title = header === undefined ? question : `${header}: ${question}`;
  const choices = options.map(
    ({ label, description }, at) =>
      `  ${at + 1}. ${label}${description === undefined ? "" : `: ${description}`}`,
  );
  const several = multiSelect && options.length > 0 ? ["  (several may be chosen)"] : [];
  return [title, ...choices, ...several].join("\n");
}

function resultOf({ question }: Question, answer: string): string {
  return `${question}\nThe person answers: ${answer}`;
}

export const workerAskUserQuestion = defineAskUserQuestion(
  "Asks the person at the keyboard what only they can decide, and waits for the answer, which may take hours: nobody may be there, and your task stands still meanwhile. Use it where going on with a guess would do harm that can't be undone, or where the person alone knows, and name the options with the one you would take. What the plan or another worker decides goes to the coordinator by SendMessage; for everything else take the reversible default and name it in your report. The answer is the person's word on that question; it doesn't allow what a tool refuses.",
);

/** AskUserQuestion of the lead. */
import { defineAskUserQuestion } from "../../tools/ask-user-question.ts";

export const leadAskUserQuestion = defineAskUserQuestion(
  "Ask the person what only they can decide, with the options and the one you would take. The call waits for the answer, and nobody may be there: ask at most once, before the plan, and only when two readings of the request differ in what users would see. For everything else take the reversible default and name it in Finish.",
);

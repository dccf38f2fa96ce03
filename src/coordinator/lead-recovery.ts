/** What the session's journal tells about a call of the lead that was cut off: its effect stands behind its start. */
import type { SessionEvent } from "../session/events.ts";
import { answersTo } from "../tools/ask-user-question.ts";
import type { CutCall } from "../tools/recover.ts";
import { COORDINATOR } from "./team.ts";

type Effect = (event: SessionEvent, task: unknown) => boolean;

const EFFECTS: Readonly<Record<string, Effect>> = {
  SendMessage: (event) => event.type === "message.sent" && event.from === COORDINATOR,
  Remember: (event) => event.type === "memory.written" && event.entry.by === COORDINATOR,
  TaskCreate: (event) => event.type === "task.created",
  TaskUpdate: (event, task) => {
    if (event.type === "task.finished") return event.task === task;
    if (event.type !== "task.updated" || event.task !== task) return false;
    return event.by === COORDINATOR && (event.change !== undefined || isAsked(event.status));
  },
  TaskStop: (event, task) => event.type === "task.finished" && event.task === task,
  Agent: (event, task) => event.type === "task.assigned" && event.task === task,
};

/** The result of a call that took effect, else undefined. An answer of the person's is found by the words of its question. */
export function findEffect(
  { id, name, input }: CutCall,
  past: readonly SessionEvent[],
): string | undefined {
  const start = past.findIndex((event) => event.type === "tool.started" && event.id === id);
  if (start === -1) return undefined;
  const since = past.slice(start);
  if (name === "AskUserQuestion") return answersTo(input, (text) => answerTo(text, since));
  const { taskId }: { taskId?: unknown } = Object(input);
  return since.some((event) => EFFECTS[name]?.(event, taskId)) ? "Done." : undefined;
}

/** What the person has said to the newest question with that text. */
function answerTo(text: string, since: readonly SessionEvent[]): string | undefined {
  const asked = since.findLast(
    (event) =>
      event.type === "question.asked" && event.agent === COORDINATOR && event.text === text,
  );
  const question = asked?.type === "question.asked" ? asked.question : undefined;
  const answer = since.find(
    (event) => event.type === "question.answered" && event.question === question,
  );
  return answer?.type === "question.answered" ? answer.text : undefined;
}

/** A status that the lead asks for; the others follow by themselves. */
function isAsked(status: string | undefined): boolean {
  return status === "pending" || status === "deleted";
}

/** What is worth calling a person who looks elsewhere: something waits for them, or the session has ended. Pure. */
import { countOf } from "../count.ts";
import type { Step } from "./down.ts";
import { hint, type Team } from "./team.ts";

export interface Notice {
  /** What kind of event it is, e.g. `gate.opened`: for a command that treats them differently. */
  readonly event: string;
  /** One line. Holds words of models and files: whoever shows it makes it safe. */
  readonly text: string;
}

/** A pause of the whole team that is shorter is nobody's business. */
const LONG_PAUSE_MS = 5 * 60_000;

export function noticeOf({ after, event }: Step): Notice | undefined {
  const options = after.session?.options;
  const { type } = event;
  if (type === "gate.opened") {
    const { id, worker, tool, input } = event.gate;
    // One that is answered in the same moment calls nobody.
    if (options?.on_high === "deny") return undefined;
    return { event: type, text: `${id} waits for your yes: ${worker} ${tool} ${hint(input)}` };
  }
  if (type === "question.asked") {
    return { event: type, text: `${event.agent} asks (${event.question}): ${event.text}` };
  }
  if (type === "plan.proposed") {
    if (options?.yes === true) return undefined;
    return {
      event: type,
      text: `a plan of ${countOf(event.tasks.length, "task")} waits for your yes`,
    };
  }
  if (type === "session.finished") {
    return { event: type, text: `${event.outcome}: ${event.summary}` };
  }
  if (type === "budget.reached") {
    return { event: type, text: `the budget of ${event.budget} is spent` };
  }
  if (type === "session.resumed") return event.epoch === undefined ? undefined : reminderOf(after);
  if (type !== "rate.limited") return undefined;
  const isLong = Date.parse(event.until) - Date.parse(event.ts) >= LONG_PAUSE_MS;
  if (!isLong) return undefined;
  return { event: type, text: `the API says wait until ${event.until.slice(11, 16)} UTC` };
}

/** What to say again of things that still wait, or undefined where none of them does. */
export function reminderOf(team: Team): Notice | undefined {
  if (team.state !== "running") return undefined;
  const waiting = [...team.gates.keys(), ...team.questions.keys()];
  if (team.plan.status === "proposed" && team.session?.options.yes !== true) waiting.push("plan");
  if (waiting.length === 0) return undefined;
  const verb = waiting.length === 1 ? "still waits" : "still wait";
  return { event: "reminder", text: `${waiting.join(", ")} ${verb} for you` };
}

/** Carries out what the person wants: the one way from a key or a line to an event. */
import type { Person } from "../person.ts";
import type { Reply } from "../person-actions.ts";
import type { Act } from "./input/focus.ts";

/** Acts that change something, as opposed to those that only show something. */
export type Deed = Exclude<
  Act,
  { readonly do: "interrupt" | "redraw" | "explain" | "detach" | "show" }
>;

export function carryOut(person: Person, act: Deed): Promise<Reply> {
  switch (act.do) {
    case "tell":
      return person.tell(act.to, act.text);
    case "pause":
      return person.pause(act.worker);
    case "continue":
      return person.goOn(act.worker);
    case "stop":
      return person.stop(act.worker);
    case "plan":
      return person.decidePlan(act.approve, act.note);
    case "gate":
      return person.answerGate({ ...act, from: "the coordinator's pane" });
    case "question":
      return person.answerQuestion(act.question, act.text);
    case "edit":
      return person.changeTask(act.task, act.change);
    case "move":
      return person.moveTask(act.task, act.to);
    case "drop":
      return person.dropTask(act.task);
    case "retry":
      return person.retry(act.task);
  }
}

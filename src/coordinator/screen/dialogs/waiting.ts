/** What waits for the person, oldest first. */
import type { Gate } from "../../../session/events.ts";
import type { BoardTask, Question, Team } from "../../team.ts";

export type WaitingItem = { readonly since: number } & (
  | { readonly kind: "gate"; readonly id: string; readonly version: string; readonly gate: Gate }
  | {
      readonly kind: "question";
      readonly id: string;
      readonly version: string;
      readonly question: Question;
    }
  | {
      readonly kind: "plan";
      readonly id: string;
      readonly version: string;
      /** Those that the person has not said yes to. */
      readonly tasks: readonly BoardTask[];
    }
);

/** `known` is what waited before: it keeps its place and its time; what is new comes behind it. */
export function waitingItems(
  team: Team,
  known: readonly WaitingItem[],
  now: number,
): readonly WaitingItem[] {
  if (team.state !== "running") return [];
  const since = (id: string) => known.find((item) => item.id === id)?.since ?? now;
  const place = (id: string) => {
    const at = known.findIndex((item) => item.id === id);
    return at < 0 ? known.length : at;
  };
  const items: WaitingItem[] = [];
  // Accepted unseen, a plan is proposed and approved in one moment: nobody is asked.
  if (team.plan.status === "proposed" && team.session?.options.yes !== true) {
    const tasks = [...team.tasks.values()].filter(({ id }) => !team.plan.approved.includes(id));
    const version = JSON.stringify(
      tasks.map(({ id, subject, risk, blockedBy }) => [id, subject, risk, blockedBy]),
    );
    items.push({ kind: "plan", id: "plan", version, tasks, since: since("plan") });
  }
  for (const question of team.questions.values()) {
    const { id, text: version } = question;
    items.push({ kind: "question", id, version, question, since: since(id) });
  }
  for (const gate of team.gates.values()) {
    const { id, hash: version } = gate;
    items.push({ kind: "gate", id, version, gate, since: since(id) });
  }
  return items.toSorted((a, b) => place(a.id) - place(b.id));
}

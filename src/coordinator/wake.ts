/** The lead's user turns that code writes: what happened since its last one, in the journal's order, and what is open. */
import { quote } from "../quote.ts";
import type { EventOf, SessionEvent } from "../session/events.ts";
import { MAX_REJECTIONS } from "./limits.ts";
import { isLive } from "./schedule.ts";
import { isReady, isSettled, SUPERVISOR, type Team } from "./team.ts";

/** Begins the reason of a task that the lead stopped itself. */
export const STOPPED = "stopped by the coordinator";

/** Events that are news for the lead; those that only its own calls caused are not. */
export function isNews(event: SessionEvent): boolean {
  if (event.type === "task.finished") return !event.why.startsWith(STOPPED);
  if (event.type === "message.sent") return event.to === "coordinator";
  if (event.type === "task.updated") {
    if (event.by === "person") return true;
    return event.by !== "coordinator" && (event.report !== undefined || event.note !== undefined);
  }
  if (event.type === "session.paused") return event.by === SUPERVISOR;
  return (
    event.type === "integration.rejected" ||
    event.type === "plan.rejected" ||
    event.type === "worker.lost"
  );
}

/** Whether the news is worth a turn of the lead by itself; the rest waits for the next one. */
export function isWorthWaking(event: SessionEvent): boolean {
  if (event.type === "worker.lost") return false;
  // A report of done is followed by its merge or its rejection, which wakes.
  // Nor do changes that the person made themselves need an answer.
  if (event.type === "task.updated")
    return event.by !== "person" && event.report?.status !== "done";
  return isNews(event);
}

/** The user turn that tells the lead what is new. */
export function renderNews(team: Team, events: readonly SessionEvent[]): string {
  const lines = events.filter(isNews).map((event) => `#${event.seq} ${newsLine(event)}`);
  return [...lines, "", ...boardLines(team)].join("\n").trim();
}

/** The turn that answers one which ended though nothing would have moved any more. */
export function renderReminder(team: Team): string {
  const lines = openItems(team);
  if (lines.length === 0) {
    return "Your turn ended, nothing is open and the session is not finished. Call Finish with the summary, or create the tasks that are missing.";
  }
  return [
    "Your turn ended, but nothing will move by itself any more. Open:",
    ...lines.map((line) => `- ${line}`),
    "Change, stop or delete these tasks, then call Finish.",
  ].join("\n");
}

/** What keeps the session from being finished, one line each. */
export function openItems(team: Team): string[] {
  const tasks = [...team.tasks.values()]
    .filter((task) => !isSettled(task))
    .map((task) => `task ${task.id} (${task.subject}): ${taskState(team, task.id)}`);
  const questions = [...team.questions.values()].map(
    (question) => `question ${question.id} of ${question.agent} waits for the person`,
  );
  const mail = team.mail
    .filter((message) => message.to === "coordinator")
    .map((message) => `a message from ${message.from} that you have not seen`);
  return [...tasks, ...questions, ...mail];
}

/** Whether something will happen without the lead: a worker, a merge, a person. */
export function isMoving(team: Team): boolean {
  if (team.plan.status === "proposed" || team.questions.size > 0) return true;
  const tasks = [...team.tasks.values()].filter((task) => !isSettled(task));
  // A task that waits for the lead's word keeps its worker and its files from those that are ready.
  const isHeldUp =
    tasks.some((task) => task.phase === "unchanged") &&
    ![...team.workers.values()].some((worker) => worker.task === null && isLive(worker));
  return tasks.some((task) => {
    if (task.phase === "unchanged") return false;
    return task.phase !== "waiting" || (isReady(team, task) && !isHeldUp);
  });
}

function newsLine(event: SessionEvent): string {
  if (event.type === "task.finished") return finishedLine(event);
  if (event.type === "task.updated") return updatedLine(event);
  if (event.type === "integration.rejected") {
    return `rejected ${event.task} (${event.tries} of ${MAX_REJECTIONS + 1}): ${quote("why", event.why)}`;
  }
  if (event.type === "plan.rejected") {
    return `The plan was rejected, the person said no: ${quote("person", event.note)}`;
  }
  if (event.type === "worker.lost") {
    return `lost ${event.worker}: ${event.reason}; code starts it again`;
  }
  if (event.type === "session.paused") {
    return `${event.worker} needs the person, who was told: ${event.reason}. Its task waits until then; if it can't wait, stop it and give the work to another worker.`;
  }
  if (event.type === "message.sent") {
    return event.from === "person"
      ? `The person says: ${quote("person", event.text)}`
      : `message from ${event.from}: ${quote("message", event.text)}`;
  }
  return event.type;
}

function finishedLine(event: EventOf<"task.finished">): string {
  const by = event.worker === null ? "" : ` (${event.worker})`;
  if (event.status !== "completed") {
    return `${event.status} ${event.task}${by}: ${quote("why", event.why)}`;
  }
  const { receipt } = event;
  const checks = (receipt?.checks ?? []).map((check) => `${check.command} → exit ${check.exit}`);
  const proof = checks.length === 0 ? "no check was run" : checks.join("; ");
  const commit = receipt?.commit == null ? "without a change" : `as ${receipt.commit.slice(0, 10)}`;
  const size = receipt?.diffstat.split("\n").at(-1)?.trim() ?? "";
  return `merged ${event.task}${by} ${commit}: ${size}; ${proof}`;
}

function updatedLine(event: EventOf<"task.updated">): string {
  if (event.by === "person") return changedLine(event);
  if (event.report === undefined) {
    return `${event.task}: ${event.note ?? ""}. Look yourself, then confirm with TaskUpdate status completed, or try again with a sharper text.`;
  }
  const { status, summary, followUps } = event.report;
  const text = [summary, ...followUps.map((line) => `follow-up: ${line}`)].join("\n");
  return `reported ${event.task} ${status} by ${event.by}: ${quote("report", text)}`;
}

/** What the person did to a task: done already, and nothing is asked. */
function changedLine({ task, status, before, change = {} }: EventOf<"task.updated">): string {
  if (before !== undefined) {
    const place = before === null ? "to the end" : `before ${before}`;
    return `The person moved ${task} ${place}: ready tasks are given to workers in the board's order.`;
  }
  if (status === "deleted") return `The person took ${task} off the board.`;
  if (status === "pending") return `The person has ${task} tried again.`;
  return `The person changed ${task}: ${quote("person", JSON.stringify(change))}`;
}

function boardLines(team: Team): string[] {
  if (team.tasks.size === 0) return [];
  const rows = [...team.tasks.values()].map(
    (task) => `${task.id} ${taskState(team, task.id)}: ${task.subject}`,
  );
  return ["Board:", ...rows];
}

function taskState(team: Team, id: string): string {
  const task = team.tasks.get(id);
  if (task === undefined) return "gone";
  switch (task.phase) {
    case "waiting": {
      const open = task.blockedBy.filter((need) => team.tasks.get(need)?.phase !== "merged");
      if (open.length > 0) return `pending, needs ${open.join(", ")}`;
      return isReady(team, task)
        ? "pending, ready"
        : "pending, waits for the person's yes to the plan";
    }
    case "assigned":
    case "working":
      return `in progress (${task.worker})`;
    case "reported":
    case "queued":
      return `in the merge queue (${task.worker})`;
    case "unchanged":
      return "reported done without any change: confirm it or try again";
    case "merged":
      return "completed";
    case "failed":
      return `failed: ${firstLine(task.why)}`;
    case "blocked":
      return `blocked: ${firstLine(task.why)}`;
  }
}

function firstLine(text: string): string {
  return (text.split("\n")[0] ?? "").slice(0, 160);
}

/** The user turns that code writes for a worker. What differs between workers stands here, never in the shared prefix. */
import type { Grant } from "../permissions.ts";
import { quote } from "../quote.ts";
import type { Assignment, Letter } from "./records.ts";

/** The first turn of a task: who the worker is, the lead's words, then the task's own text unchanged. */
export function firstTurn(job: Assignment, worker: string, limits: readonly string[]): string[] {
  const { task, words } = job;
  const facts = [
    `You are ${worker}. This is your task ${task.id}, risk ${task.risk}. Your checkout is the working folder of all your tools; name paths relative to it.`,
    task.files.length === 0 ? "" : `It may write: ${task.files.join(", ")}`,
    task.check === undefined ? "" : `Its check: ${task.check}`,
    ...limits,
  ].filter((line) => line !== "");
  return [
    facts.join("\n"),
    ...(words === "" ? [] : [quote("coordinator", words)]),
    `${task.subject}\n\n${task.description}`,
  ];
}

/** What a grant leaves out, where it leaves anything out. `tools` are all that workers have. */
export function limitsOf(grant: Grant, tools: readonly string[]): string[] {
  const left = tools.filter((tool) => grant.tools.includes(tool));
  return [
    left.length === tools.length
      ? ""
      : `Tools you may use: ${left.join(", ")}. Others are refused.`,
    grant.paths.includes("**") || grant.paths.length === 0
      ? ""
      : `Files you may change: ${grant.paths.join(", ")}. Changes of others are refused.`,
    grant.network ? "" : "Whatever reaches the network is refused.",
    grant.budget === null ? "" : `The task may cost $${grant.budget} at most.`,
  ].filter((line) => line !== "");
}

/** The turn that gives the work back. */
export function rejectionTurn(why: string): string {
  return [
    "rejected: your work was not merged. It is still in your checkout as you left it.",
    quote("why", why),
    "Mend it and call Report again. If it can't be mended within your task, report blocked and say what it needs.",
  ].join("\n");
}

export function letterTurn(letter: Letter): string {
  const who = letter.from === "person" ? "The person says:" : `A message from ${letter.from}:`;
  return `${who}\n${quote(letter.from === "person" ? "person" : "message", letter.text)}`;
}

/** The turn that answers one which ended without a report. */
export const REMINDER =
  "Your turn ended without Report, which is the only end of a task. Go on with what is open, or call Report now: done, blocked or failed.";

/** A task, a piece of work on the board: the words that every room shares about it. */
import { z } from "zod";
import { RISKS } from "./risk-level.ts";

export const Risk = z.enum(RISKS);
export type Risk = z.infer<typeof Risk>;

/** `completed` means merged. `blocked` means given up; a task that waits for another is `pending`. */
export const TaskStatus = z.enum(["pending", "in_progress", "completed", "failed", "blocked"]);
export type TaskStatus = z.infer<typeof TaskStatus>;

/** What the lead wrote. `files` are globs relative to the repository's root; `check` is a shell command. */
export const Task = z.object({
  id: z.string(),
  subject: z.string(),
  description: z.string(),
  blockedBy: z.array(z.string()),
  risk: Risk,
  files: z.array(z.string()),
  check: z.string().optional(),
  model: z.string().optional(),
});
export type Task = z.infer<typeof Task>;

/** A row of `TaskList`. */
export const TaskRow = z.object({
  id: z.string(),
  subject: z.string(),
  status: TaskStatus,
  owner: z.string().nullable(),
  blockedBy: z.array(z.string()),
  risk: Risk,
});
export type TaskRow = z.infer<typeof TaskRow>;

/** What `TaskGet` answers: the row, the task's text and its last report. */
export const TaskDetail = TaskRow.extend({
  description: z.string(),
  files: z.array(z.string()),
  check: z.string().nullable(),
  report: z.string().nullable(),
});
export type TaskDetail = z.infer<typeof TaskDetail>;

export const ReportStatus = z.enum(["done", "blocked", "failed"]);
export type ReportStatus = z.infer<typeof ReportStatus>;

/** A worker's word that its task ended. A claim: the receipt is the proof. */
export const Report = z.object({
  status: ReportStatus,
  summary: z.string(),
  followUps: z.array(z.string()),
});
export type Report = z.infer<typeof Report>;

export const CheckResult = z.object({
  command: z.string(),
  exit: z.number().nullable(),
  ms: z.number(),
  /** The last lines of what the command printed. */
  output: z.string(),
  /** Path of the whole output, inside the session's folder. */
  log: z.string(),
});
export type CheckResult = z.infer<typeof CheckResult>;

/** The proof that a task is done, made by the coordinator: the checks it ran itself on that very commit in a clean checkout. */
export const Receipt = z.object({
  commit: z.string().nullable(),
  checks: z.array(CheckResult),
  diffstat: z.string(),
  /** Path of the patch, inside the session's folder. */
  diff: z.string().nullable(),
});
export type Receipt = z.infer<typeof Receipt>;

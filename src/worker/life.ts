/**
 * A worker's life: one task after another, each a conversation of its own, until the coordinator is gone. What it
 * says is in its journal before it is sent, so a new process goes on where this one was killed.
 */
import type { Conversation } from "../agent/conversation.ts";
import { runTurns } from "../agent/loop.ts";
import type { Model } from "../agent/model.ts";
import type { Prefix } from "../agent/prefix.ts";
import type { CostOf } from "../agent/prices.ts";
import type { Prompt } from "../agent/prompt-file.ts";
import { frameRequest } from "../agent/request.ts";
import type { Mail, Seat, TurnsEnd } from "../agent/seat.ts";
import { ToolError } from "../errors.ts";
import type { Policy } from "../permissions.ts";
import { intersect, requestOf } from "../risk/grants.ts";
import { recoverCalls } from "../tools/recover.ts";
import { type CallSeat, runToolCalls } from "../tools/run.ts";
import { noteSeen } from "../tools/seen.ts";
import type { Tool, ToolContext } from "../tools/tool.ts";
import { createCallHooks } from "./calls.ts";
import type { TaskContext } from "./desk.ts";
import type { Mailroom } from "./mailroom.ts";
import type { Pane } from "./pane.ts";
import type { Assignment } from "./records.ts";
import { seenFiles, wasSaid } from "./recover.ts";
import { firstTurn, limitsOf, REMINDER } from "./turns.ts";

/** A turn that ends without a report is answered by a reminder this often. */
const MAX_REMINDERS = 2;

export interface WorkerParts {
  readonly name: string;
  readonly model: Model;
  readonly prompt: Prompt;
  readonly prefix: Prefix;
  readonly tools: readonly Tool[];
  readonly cost: CostOf;
  readonly conversation: Conversation;
  readonly mailroom: Mailroom;
  readonly pane: Pane;
  /** What holds for every worker of the session. */
  readonly policy: Policy;
  /** The task's checkout, which the coordinator has made. */
  placeOf(job: Assignment): Promise<WorkPlace>;
  contextFor(job: Assignment, around: WorkPlace & { signal: AbortSignal }): TaskContext;
}

/** A checkout, and how processes are started in it. */
export type WorkPlace = Pick<ToolContext, "root" | "links" | "enclosure" | "approvedEnclosure">;

/** Runs until `signal` aborts. */
export async function runWorker(parts: WorkerParts, signal: AbortSignal): Promise<void> {
  const { mailroom, pane } = parts;
  while (!signal.aborted) {
    const job = await mailroom.nextJob(signal);
    if (job === undefined) return;
    pane.task(job.task);
    const dropped = mailroom.dropSignal();
    await runJob(parts, job, AbortSignal.any([signal, dropped]));
    if (dropped.aborted) pane.note("the task was taken away");
  }
}

async function runJob(parts: WorkerParts, job: Assignment, signal: AbortSignal): Promise<void> {
  const place = await parts.placeOf(job);
  const { own, ...taken } = takeSeat(parts, job, { ...place, signal });
  try {
    await workOn(parts, job, { ...taken, signal });
  } finally {
    await endPrograms(own);
    // Of what ended with a process that stops, the agent hears from the next one.
    if (!parts.mailroom.isStopping()) own.background.news().read();
  }
}

async function workOn(
  parts: WorkerParts,
  job: Assignment,
  { seat, calls, signal }: { seat: Seat; calls: CallSeat; signal: AbortSignal },
): Promise<void> {
  const { conversation, mailroom, pane } = parts;
  const task = job.task.id;
  if (!mailroom.hasBegun(job)) await conversation.begin(task, job.model, parts.prefix.hash);
  if (conversation.messages().length === 0) {
    const tools = parts.tools.map((tool) => tool.name);
    const limits = limitsOf(calls.policy.grant, tools);
    await conversation.addUser(firstTurn(job, parts.name, limits));
  } else {
    await conversation.goOn(parts.prefix.hash);
    await noteSeen(seenFiles(conversation), calls.context);
    await recoverCalls({
      calls: conversation.openCalls(),
      seat: calls,
      found: (call) => wasSaid(call, mailroom.said()),
      record: (result) => conversation.outcome(result),
    });
  }
  let reminders = 0;
  while (!signal.aborted) {
    if (mailroom.isReported()) {
      pane.note("waits for the merge");
      const why = await mailroom.verdict(signal);
      if (signal.aborted) break;
      if (why === undefined) {
        await conversation.end(task, "the verdict is final");
        return;
      }
      pane.note("the work came back");
    }
    const end = await runTurns(seat);
    if (end.kind === "turn-ended" && reminders < MAX_REMINDERS) {
      reminders += 1;
      await conversation.addUser([REMINDER]);
      continue;
    }
    if (end.kind === "done" || end.kind === "aborted") continue;
    await giveUp(parts, task, end);
    return;
  }
  if (!mailroom.isStopping()) await conversation.end(task, "the task was taken away");
}

async function giveUp(parts: WorkerParts, task: string, end: TurnsEnd): Promise<void> {
  const { mailroom, conversation, pane } = parts;
  switch (end.kind) {
    case "turn-ended":
      await mailroom.say({
        type: "gave-up",
        task,
        status: "blocked",
        why: `its worker ended ${MAX_REMINDERS + 1} turns without a report; its last words: ${end.text.slice(0, 500)}`,
      });
      break;
    case "gave-up":
      await mailroom.say({ type: "gave-up", task, status: end.status, why: end.why });
      pane.note(end.why);
      break;
    case "budget":
      // The coordinator knows, and ends the session or the task.
      pane.note(end.why);
      mailroom.park(task);
      return;
    case "done":
    case "aborted":
      return;
  }
  await conversation.end(task, end.kind);
}

function takeSeat(
  parts: WorkerParts,
  job: Assignment,
  around: WorkPlace & { signal: AbortSignal },
): { seat: Seat; calls: CallSeat; own: TaskContext } {
  const { signal } = around;
  const { model, prefix, prompt, conversation, mailroom, pane, tools } = parts;
  const task = job.task.id;
  const own = parts.contextFor(job, around);
  const context: ToolContext = {
    ...own,
    report: async (report) => {
      if (!hasActed(conversation)) {
        throw new ToolError(
          "Refused: a report names what was done and checked, and no tool was called for this task. Look at the files, do the work, then report.",
        );
      }
      // The work is what stands in the files from here on.
      await endPrograms(own);
      await mailroom.say({ type: "report", task, report });
    },
  };
  const hooks = createCallHooks({
    conversation,
    mailroom,
    pane,
    task,
    worker: parts.name,
    root: around.root,
    secrets: context.secrets,
    signal,
    effectOf: effectOf(tools),
  });
  const callSeat: CallSeat = {
    tools,
    context,
    policy: policyFor(job, parts.policy),
    floor: job.task.risk === "HIGH" ? "MEDIUM" : "LOW",
    hooks,
  };
  const seat: Seat = {
    model,
    request: frameRequest({ model: job.model, prefix, prompt, ttl: "5m" }),
    conversation,
    runCalls: (calls) => runToolCalls(calls, callSeat),
    permits: mailroom.permits(job.model, prefix.hash),
    mail: () => bothMails(own.background.news(), mailroom.takeMail()),
    cost: parts.cost,
    done: () => mailroom.isReported(),
    show: (event) => pane.show(event),
    called: (call) =>
      mailroom.say({ type: "model.called", task, call: { ...call, usage: { ...call.usage } } }),
    signal,
  };
  return { seat, calls: callSeat, own };
}

async function endPrograms({ background, terminals, shells }: TaskContext): Promise<void> {
  await Promise.all([background.close(), terminals.close()]);
  await shells.rest();
}

/** Within the session's own grant, whatever the assignment says. */
function policyFor({ grant, tools }: Assignment, session: Policy): Policy {
  return { ...session, grant: intersect(session.grant, grant ?? requestOf(tools)) };
}

function bothMails(first: Mail, second: Mail): Mail {
  return {
    ...second,
    texts: [...first.texts, ...second.texts],
    read() {
      first.read();
      second.read();
    },
  };
}

function effectOf(tools: readonly Tool[]): (name: string) => "reads" | "writes" {
  const effects = new Map(tools.map((tool) => [tool.name, tool.effect]));
  return (name) => effects.get(name) ?? "writes";
}

/** Whether the agent has called any tool but Report in this conversation. */
function hasActed(conversation: Conversation): boolean {
  return conversation
    .messages()
    .some((message) =>
      message.content.some((block) => block.type === "tool_use" && block["name"] !== "Report"),
    );
}

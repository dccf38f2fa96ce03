/**
 * What happens between a model's tool call and its result: input check, risk, grant, the person's yes where it takes one, the
 * intent on disk, the run, the outcome on disk. Nothing runs that did not pass all of it.
 */
import { ToolError } from "../errors.ts";
import { failpoint } from "../failpoint.ts";
import type { Assessment } from "../risk/assessment.ts";
import { type Decision, reasonsToAsk } from "../risk/decide.ts";
import { judgeCall, type Limits, type ToolCall } from "./judge.ts";
import { LOW, type Tool, type ToolContext } from "./tool.ts";

export type { ToolCall } from "./judge.ts";

/** The result of a call that began and of which nobody can tell whether it took effect. */
export const UNKNOWN_OUTCOME = "Interrupted: its outcome is not known. Look before you repeat it.";

export interface CallResult {
  readonly id: string;
  readonly content: string;
  readonly isError: boolean;
}

export type Permission =
  /** `gate` is where the yes was given; `input` is what the person wants to run instead. */
  | { readonly allowed: true; readonly gate: string; readonly input?: unknown }
  /** `why` becomes the result, word for word. */
  | { readonly allowed: false; readonly why: string };

/** How a call ended: `content` is what the model gets; `refused` says why it did not run. */
export interface CallEnd {
  readonly ok: boolean;
  readonly content: string;
  readonly ms: number;
  readonly refused?: string;
}

/** What is recorded with an intent: why it runs where it would else be asked for, or that it will not run. */
export interface Beginning {
  /** The gate whose yes it runs on. */
  readonly gate?: string;
  /** The person's rule that it runs by. */
  readonly rule?: string;
  readonly refused?: true;
  /** From the tool: what it needs to find out later whether it ran. */
  readonly before?: string;
}

/** Each is awaited: what `started` records is on disk before the call runs, what `finished` records before its result is used. */
export interface CallHooks {
  /** Asked for HIGH calls that no rule allows, and for those that a rule says to ask for. */
  permit(call: ToolCall, assessment: Assessment): Promise<Permission>;
  started(call: ToolCall, assessment: Assessment, more: Beginning): Promise<void>;
  finished(call: ToolCall, end: CallEnd): Promise<void>;
}

export interface CallSeat extends Limits {
  readonly context: ToolContext;
  readonly hooks: CallHooks;
}

const MAX_SIDE_BY_SIDE = 8;
/** Tools that end the agent's work: calls after them in the same turn don't run. */
const LAST = new Set(["Report", "Finish"]);

/** Runs the calls of one turn. Rejects only where the program itself is at fault, once every started call has ended. */
export async function runToolCalls(
  calls: readonly ToolCall[],
  seat: CallSeat,
): Promise<readonly CallResult[]> {
  const results: CallResult[] = [];
  const last = calls.findIndex((call) => LAST.has(call.name));
  const ended = last < 0 ? calls.length : last + 1;
  for (const group of groupCalls(calls.slice(0, ended), seat.tools)) {
    results.push(...(await runSideBySide(group, seat)));
  }
  const reported = results.at(-1)?.isError === false;
  for (const call of calls.slice(ended)) {
    const why = reported
      ? "Not run: the task has been reported."
      : `Not run: it came after ${calls[last]?.name}, which ends the work. Call it again on its own.`;
    results.push(await refuse(call, { why, assessment: LOW, hooks: seat.hooks }));
  }
  return results;
}

/** Neighbours that only read form one group; every other call is its own. */
function groupCalls(
  calls: readonly ToolCall[],
  tools: readonly Tool[],
): readonly (readonly ToolCall[])[] {
  const groups: ToolCall[][] = [];
  let open: ToolCall[] | undefined;
  for (const call of calls) {
    const reads = tools.find((tool) => tool.name === call.name)?.effect === "reads";
    if (reads && open !== undefined) open.push(call);
    else groups.push([call]);
    open = reads ? groups.at(-1) : undefined;
  }
  return groups;
}

async function runSideBySide(
  calls: readonly ToolCall[],
  seat: CallSeat,
): Promise<readonly CallResult[]> {
  const results = new Map<ToolCall, CallResult | undefined>();
  const waiting = [...calls];
  const lane = async () => {
    for (let call = waiting.shift(); call !== undefined; call = waiting.shift()) {
      results.set(call, await runCall(call, seat));
    }
  };
  const lanes = Array.from({ length: Math.min(MAX_SIDE_BY_SIDE, calls.length) }, lane);
  const ends = await Promise.allSettled(lanes);
  const failed = ends.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return calls.flatMap((call) => results.get(call) ?? []);
}

/**
 * Undefined for a call that did not begin, or did not end, before the agent was stopped: nothing more is recorded of it.
 * `changed`: the person put this call in the place of the agent's.
 */
async function runCall(
  call: ToolCall,
  seat: CallSeat,
  changed = false,
): Promise<CallResult | undefined> {
  const { context, hooks } = seat;
  if (context.signal.aborted) return undefined;
  const judged = judgeCall(call, seat, context);
  if (judged.prepared === undefined) return refuse(call, { ...judged, hooks });
  const { prepared, assessment, decision } = judged;
  const leave = await askLeave(call, { assessment, decision, hooks });
  // Stopped while nobody had answered: whoever goes on with the call asks under the same gate.
  if (context.signal.aborted) return undefined;
  if (typeof leave === "string") return refuse(call, { why: leave, assessment, hooks });
  // What the person wrote is judged like anything else, and asked about where it has to be.
  if ("instead" in leave) return runCall({ ...call, input: leave.instead }, seat, true);
  failpoint("tool.before-intent");
  // What is wrong with a file is said by the run itself.
  const before = await prepared.before(context).catch(() => undefined);
  await hooks.started(call, assessment, { ...leave, ...(before === undefined ? {} : { before }) });
  failpoint("tool.before-effect");
  const started = performance.now();
  const finish = async (ok: boolean, text: string): Promise<CallResult> => {
    failpoint("tool.after-effect");
    const words = changed ? `${changedWords(call)}\n${text}` : text;
    const content = context.secrets.hide(words);
    await hooks.finished(call, { ok, content, ms: Math.round(performance.now() - started) });
    failpoint("tool.after-outcome");
    return { id: call.id, content, isError: !ok };
  };
  let content: string;
  try {
    content = await prepared.run(await approvedContext(context, assessment));
  } catch (error) {
    if (error instanceof ToolError) return finish(false, error.message);
    // No outcome is recorded for what was stopped: whoever goes on finds out about it, as after a kill.
    if (context.signal.aborted && isAbort(error)) return undefined;
    await finish(false, UNKNOWN_OUTCOME);
    throw error;
  }
  return finish(true, content);
}

interface Asked {
  readonly assessment: Assessment;
  readonly decision: Decision;
  readonly hooks: CallHooks;
}

/** The leave to run, what a person wants to run instead, or why it must not run, for the model. */
async function askLeave(
  call: ToolCall,
  { assessment, decision, hooks }: Asked,
): Promise<Beginning | { readonly instead: unknown } | string> {
  const { verdict, rule, why } = decision;
  switch (verdict) {
    case "allow":
      return rule === null ? {} : { rule: why };
    case "ask": {
      const reasons = reasonsToAsk(assessment, decision);
      const permission = await hooks.permit(call, { ...assessment, reasons });
      if (!permission.allowed) return permission.why;
      const { gate, input } = permission;
      return input === undefined ? { gate } : { instead: input };
    }
    case "deny":
      return rule === null
        ? why
        : `Refused because of ${why}. Other words for the same action are refused too: do the task without it, or report it as blocked.`;
  }
}

/** Only a call that a person or their rule has approved comes here with HIGH. */
async function approvedContext(context: ToolContext, assessment: Assessment): Promise<ToolContext> {
  if (assessment.risk !== "HIGH") return context;
  // It may make what a sandbox that stands ready holds the place of.
  await context.shells.rest();
  return { ...context, enclosure: context.approvedEnclosure(assessment) };
}

function changedWords({ input }: ToolCall): string {
  return `[A person changed this call before it ran. It ran with ${JSON.stringify(input)}]`;
}

interface Refusal {
  readonly why: string;
  readonly assessment: Assessment;
  readonly hooks: CallHooks;
}

/** A refused call is recorded like any other: the journal says that it was asked for. */
async function refuse(call: ToolCall, { why, assessment, hooks }: Refusal): Promise<CallResult> {
  await hooks.started(call, assessment, { refused: true });
  await hooks.finished(call, { ok: false, content: why, ms: 0, refused: why });
  return { id: call.id, content: why, isError: true };
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && /^(AbortError|TimeoutError)$/.test(error.name);
}

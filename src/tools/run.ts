/**
 * What happens between a model's tool call and its result: input check, risk, grant, the person's yes where it takes one, the
 * intent on disk, the run, the outcome on disk. Nothing runs that did not pass all of it.
 */
import { ToolError } from "../errors.ts";
import { failpoint } from "../failpoint.ts";
import type { Assessment } from "../risk/assessment.ts";
import { assessWhere } from "../risk/gives.ts";
import { maxRisk, type Risk } from "../task.ts";
import type { PreparedCall, Tool, ToolContext } from "./tool.ts";

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

export interface CallResult {
  readonly id: string;
  readonly content: string;
  readonly isError: boolean;
}

export type Permission =
  /** `gate` is where the yes was given; `input` is what the person wants to run instead. */
  | { readonly allowed: true; readonly gate?: string; readonly input?: unknown }
  /** `why` becomes the result, word for word. */
  | { readonly allowed: false; readonly why: string };

/** How a call ended: `content` is what the model gets; `refused` says why it did not run. */
export interface CallEnd {
  readonly ok: boolean;
  readonly content: string;
  readonly ms: number;
  readonly refused?: string;
}

/** What is recorded with an intent. */
export interface Beginning {
  /** The gate whose yes it runs on. */
  readonly gate?: string | undefined;
  /** From the tool: what it needs to find out later whether it ran. */
  readonly before?: string | undefined;
}

/** Each is awaited: what `started` records is on disk before the call runs, what `finished` records before its result is used. */
export interface CallHooks {
  /** Asked for HIGH calls only. */
  permit(call: ToolCall, assessment: Assessment): Promise<Permission>;
  started(call: ToolCall, assessment: Assessment, more?: Beginning): Promise<void>;
  finished(call: ToolCall, end: CallEnd): Promise<void>;
}

export interface CallSeat {
  readonly tools: readonly Tool[];
  readonly context: ToolContext;
  /** The names of the tools in the agent's grant; null is all of `tools`. */
  readonly allowed: readonly string[] | null;
  /** No call counts as less: MEDIUM in a HIGH task. */
  readonly floor: Risk;
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
    results.push(await refuse(call, { why, assessment: NOTHING, hooks: seat.hooks }));
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

/** `changed`: the person put this call in the place of the agent's. */
/** Undefined for a call that did not begin, or did not end, before the agent was stopped: nothing more is recorded of it. */
async function runCall(
  call: ToolCall,
  seat: CallSeat,
  changed = false,
): Promise<CallResult | undefined> {
  const { context, hooks } = seat;
  if (context.signal.aborted) return undefined;
  const checked = await checkCall(call, seat);
  if ("why" in checked) return refuse(call, { ...checked, hooks });
  const { prepared, assessment } = checked;
  let gate: string | undefined;
  if (assessment.risk === "HIGH") {
    const permission = await hooks.permit(call, assessment);
    // Nobody has answered: whoever goes on with the call asks under the same gate.
    if (context.signal.aborted) return undefined;
    if (!permission.allowed) return refuse(call, { why: permission.why, assessment, hooks });
    const { input } = permission;
    // What the person wrote is judged like anything else, and asked about where it is HIGH itself.
    if (input !== undefined) return runCall({ ...call, input }, seat, true);
    gate = permission.gate;
  }
  if (context.signal.aborted) return undefined;
  failpoint("tool.before-intent");
  // What is wrong with a file is said by the run itself.
  const before = await prepared.before(context).catch(() => undefined);
  await hooks.started(call, assessment, { gate, before });
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
    content = await prepared.run(approvedContext(context, assessment));
  } catch (error) {
    if (error instanceof ToolError) return finish(false, error.message);
    // No outcome is recorded for what was stopped: whoever goes on finds out about it, as after a kill.
    if (context.signal.aborted && isAbort(error)) return undefined;
    await finish(false, "Interrupted: its outcome is not known. Look before you repeat it.");
    throw error;
  }
  return finish(true, content);
}

/** Only an approved call comes here with HIGH. */
function approvedContext(context: ToolContext, assessment: Assessment): ToolContext {
  if (assessment.risk !== "HIGH") return context;
  return { ...context, enclosure: context.approvedEnclosure(assessment) };
}

function changedWords({ input }: ToolCall): string {
  return `[A person changed this call before it ran. It ran with ${JSON.stringify(input)}]`;
}

type Checked =
  | { readonly prepared: PreparedCall; readonly assessment: Assessment }
  | { readonly why: string; readonly assessment: Assessment };

/** Everything that can be said about a call without asking anybody. */
async function checkCall(call: ToolCall, seat: CallSeat): Promise<Checked> {
  const tool = seat.tools.find((other) => other.name === call.name);
  if (tool === undefined) {
    const names = seat.tools.map((other) => other.name).join(", ");
    return { why: `There is no tool ${call.name}. The tools: ${names}.`, assessment: NOTHING };
  }
  const preparation = tool.prepare(call.input);
  if (!preparation.ok) {
    const why = `${preparation.complaint}\nCall ${call.name} again with the right fields.`;
    return { why, assessment: NOTHING };
  }
  const assessed = await assess(preparation.call, seat);
  if (typeof assessed === "string") return { why: assessed, assessment: NOTHING };
  if (seat.allowed !== null && !seat.allowed.includes(call.name)) {
    const grant = seat.allowed.join(", ");
    const why = `${call.name} is not in your grant, which is: ${grant}. Do the task with these, or report it as blocked.`;
    return { why, assessment: assessed };
  }
  return { prepared: preparation.call, assessment: assessed };
}

/** A text is the refusal of a call that can't run at all. A classifier that fails counts as HIGH. */
async function assess(prepared: PreparedCall, seat: CallSeat): Promise<Assessment | string> {
  let assessment: Assessment;
  try {
    assessment = await prepared.assess(seat.context);
  } catch (error) {
    if (error instanceof ToolError) return error.message;
    const why = error instanceof Error ? error.message : String(error);
    return { risk: "HIGH", reasons: [`its risk could not be found out: ${why}`] };
  }
  const placed = assessWhere(assessment, seat.context.enclosure.kind);
  const risk = maxRisk(placed.risk, seat.floor);
  if (risk === placed.risk) return placed;
  return { ...placed, risk, reasons: [...placed.reasons, "the task is HIGH risk"] };
}

const NOTHING: Assessment = { risk: "LOW", reasons: [] };

interface Refusal {
  readonly why: string;
  readonly assessment: Assessment;
  readonly hooks: CallHooks;
}

/** A refused call is recorded like any other: the journal says that it was asked for. */
async function refuse(call: ToolCall, { why, assessment, hooks }: Refusal): Promise<CallResult> {
  await hooks.started(call, assessment);
  await hooks.finished(call, { ok: false, content: why, ms: 0, refused: why });
  return { id: call.id, content: why, isError: true };
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && /^(AbortError|TimeoutError)$/.test(error.name);
}

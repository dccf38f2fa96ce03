/** What a new process does about the calls that one before it left open: nothing that may have happened is done again unseen. */
import {
  type CallResult,
  type CallSeat,
  runToolCalls,
  type ToolCall,
  UNKNOWN_OUTCOME,
} from "./run.ts";
import type { Trace } from "./tool.ts";

/** `asked`: it never began. `started`: its intent is on disk and its outcome is not. */
export interface CutCall extends ToolCall {
  /** From its intent. */
  readonly before?: string | undefined;
  readonly state: "asked" | "started" | "finished";
}

export interface Recovery {
  readonly calls: readonly CutCall[];
  readonly seat: CallSeat;
  /** The result of a call whose effect the agent's own records show, else undefined. */
  found(call: CutCall): string | undefined;
  /** Records a result without running anything. */
  record(result: CallResult): Promise<void>;
}

/**
 * Calls that never began are run; of those that began and have no outcome, what can be found out is recorded as done or
 * repeated; the rest is unknown, and recorded as that where there is more to say of it.
 */
export async function recoverCalls({ calls, seat, found, record }: Recovery): Promise<void> {
  for (const call of calls) {
    if (call.state === "finished") continue;
    const result = call.state === "started" ? found(call) : undefined;
    const trace = result === undefined ? await traceOf(call, seat) : { done: result };
    const { id } = call;
    if (trace === "unknown") continue;
    if (trace === "not-done") await runToolCalls([call], seat);
    else if ("done" in trace) await record({ id, content: trace.done, isError: false });
    else await record({ id, content: `${UNKNOWN_OUTCOME}\n${trace.left}`, isError: true });
  }
}

async function traceOf(call: CutCall, { tools, context }: CallSeat): Promise<Trace> {
  if (call.state === "asked") return "not-done";
  const tool = tools.find((one) => one.name === call.name);
  const prepared = tool?.prepare(call.input);
  if (prepared?.ok !== true) return "unknown";
  // What can't be looked at, a file that is a folder by now say, is told to nobody as done.
  return prepared.call.probe(context, call.before).catch(() => "unknown" as const);
}

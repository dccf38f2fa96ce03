/** Everything that can be said about a call without asking anybody: its input, its risk, and what grant and rules say to it. */
import { ToolError } from "../errors.ts";
import type { Policy } from "../permissions.ts";
import { type Assessment, high } from "../risk/assessment.ts";
import { type Decision, decideCall } from "../risk/decide.ts";
import type { Enclosure } from "../risk/enclosure.ts";
import { assessWhere } from "../risk/gives.ts";
import { maxRisk } from "../risk-level.ts";
import { Risk } from "../task.ts";
import type { PreparedCall, Tool, ToolPlace } from "./tool.ts";

/** Where a call would run, and how its processes are started there. */
export interface CallPlace extends ToolPlace {
  readonly enclosure: Pick<Enclosure, "kind">;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** What a call is held against. */
export interface Limits {
  readonly tools: readonly Tool[];
  readonly policy: Policy;
  /** No call counts as less: MEDIUM in a HIGH task. */
  readonly floor: Risk;
}

/** Without `prepared` the call can't run: `why` says what is wrong with it, for the model. */
export type Judged =
  | {
      readonly prepared: PreparedCall;
      readonly assessment: Assessment;
      readonly decision: Decision;
    }
  | { readonly prepared: undefined; readonly assessment: Assessment; readonly why: string };

/** A call that can't run changes nothing. */
const NOTHING: Assessment = { risk: "LOW", reasons: [] };
/** Nobody knows what a tool would do that is not there. */
const UNKNOWN: Assessment = { risk: "HIGH", reasons: ["no such tool is known"] };

export function judgeCall(
  call: Pick<ToolCall, "name" | "input">,
  limits: Limits,
  place: CallPlace,
): Judged {
  const tool = limits.tools.find((other) => other.name === call.name);
  if (tool === undefined) {
    const names = limits.tools.map((other) => other.name).join(", ");
    const why = `There is no tool ${call.name}. The tools: ${names}.`;
    return { prepared: undefined, why, assessment: UNKNOWN };
  }
  const preparation = tool.prepare(call.input);
  if (!preparation.ok) {
    const why = `${preparation.complaint}\nCall ${call.name} again with the right fields.`;
    return { prepared: undefined, why, assessment: NOTHING };
  }
  const { call: prepared } = preparation;
  try {
    const placed = assessWhere(assess(prepared, place), place.enclosure.kind);
    const assessment = withFloor(placed, limits.floor);
    const ruled = { tool: call.name, assessment, ...prepared.target(place) };
    return { prepared, assessment, decision: decideCall(ruled, limits.policy) };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { prepared: undefined, why: error.message, assessment: NOTHING };
  }
}

/** A classifier that is missing, fails or says nothing that can be understood counts as HIGH, and no rule lifts that. */
function assess(prepared: PreparedCall, place: ToolPlace): Assessment {
  try {
    const assessment = prepared.assess(place);
    Risk.parse(assessment.risk);
    return assessment;
  } catch (error) {
    if (error instanceof ToolError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const reason = `its risk could not be found out: ${why}`;
    return {
      risk: "HIGH",
      reasons: [reason],
      causes: high("unanalysable", reason),
      complete: false,
    };
  }
}

function withFloor(assessment: Assessment, floor: Risk): Assessment {
  const risk = maxRisk(assessment.risk, floor);
  if (risk === assessment.risk) return assessment;
  return { ...assessment, risk, reasons: [...assessment.reasons, "the task is HIGH risk"] };
}

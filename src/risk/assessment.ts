/** A risk with its reasons, and how several become one: the highest wins and keeps its reasons. */
import { maxRisk, type Risk } from "../task.ts";

export interface Assessment {
  readonly risk: Risk;
  /** Plain words; each names the part that caused the risk. */
  readonly reasons: readonly string[];
}

export const low: Assessment = { risk: "LOW", reasons: [] };

export function medium(reason: string): Assessment {
  return { risk: "MEDIUM", reasons: [reason] };
}

export function high(reason: string): Assessment {
  return { risk: "HIGH", reasons: [reason] };
}

/** The highest risk of all parts, with the reasons of the parts that have it. */
export function worst(parts: readonly Assessment[]): Assessment {
  const risk = parts.map((part) => part.risk).reduce(maxRisk, "LOW");
  const reasons = parts.filter((part) => part.risk === risk).flatMap((part) => part.reasons);
  return { risk, reasons: [...new Set(reasons)] };
}

/** The levels of risk, apart from their schema: the screen stands before the library of schemas is read. */

/** Lowest first. */
export const RISKS = ["LOW", "MEDIUM", "HIGH"] as const;
export type Risk = (typeof RISKS)[number];

/** The higher of two risks. */
export function maxRisk(a: Risk, b: Risk): Risk {
  return RISKS.indexOf(a) >= RISKS.indexOf(b) ? a : b;
}

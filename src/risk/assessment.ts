/** A risk with its reasons: what causes it, how several causes become one answer, and what callers may read from it. */
import { maxRisk, type Risk } from "../risk-level.ts";

/**
 * What a cause is about, which tells what an approved action needs beyond the sandbox (`gives.ts`). `registry` asks one for
 * what the project itself names. `unknown-program` alone may be allowed for a session; `unanalysable` is never lifted by a rule.
 */
export type CauseKind =
  | "reads"
  | "edit"
  | "project-code"
  | "process"
  | "remote"
  | "registry"
  | "downloaded"
  | "outside"
  | "secret"
  | "protected"
  | "irreversible"
  | "history"
  | "privilege"
  | "unknown-program"
  | "unanalysable";

export interface Cause {
  readonly risk: "MEDIUM" | "HIGH";
  readonly kind: CauseKind;
  /** Plain words that name the part that caused it. */
  readonly text: string;
}

/** One simple command of a script, wherever it stands: behind wrappers, in substitutions, in nested scripts. */
export interface Part {
  /** Its words as bash would see them; null is a word known only when it runs. */
  readonly words: readonly (string | null)[];
  /** Other ways to say the same: `git push` for `git -C x push`. */
  readonly aliases: readonly (readonly (string | null)[])[];
  readonly causes: readonly Cause[];
  /** Files that it names, and those that it runs. */
  readonly uses: readonly PathUse[];
}

export interface PathUse {
  /** Relative to the checkout where it is inside, else absolute. */
  readonly path: string;
  /** `run`: it decides what the command does, though no word may name it, and it may not be there; links are not resolved. */
  readonly access: "read" | "write" | "run";
}

export interface Assessment {
  readonly risk: Risk;
  /** Plain words; each names the part that caused the risk. */
  readonly reasons: readonly string[];
  /** Every cause, of each risk. */
  readonly causes?: readonly Cause[];
  /** The simple commands of a shell command. */
  readonly parts?: readonly Part[];
  /** Whether `parts` holds all of them: false where the text could not be parsed or is nested too deeply. */
  readonly complete?: boolean;
}

export type Causes = readonly Cause[];

export const none: Causes = [];

const MOST_REASONS = 40;

export function medium(kind: CauseKind, text: string): Causes {
  return [{ risk: "MEDIUM", kind, text }];
}

export function high(kind: CauseKind, text: string): Causes {
  return [{ risk: "HIGH", kind, text }];
}

export function riskOf(causes: Causes): Risk {
  let risk: Risk = "LOW";
  for (const cause of causes) {
    if (cause.risk === "HIGH") return "HIGH";
    risk = maxRisk(risk, cause.risk);
  }
  return risk;
}

/** The highest risk of all causes, with the texts of those that have it. */
export function toAssessment(causes: Causes): Assessment {
  const risk = riskOf(causes);
  const texts = new Set<string>();
  for (const cause of causes) if (cause.risk === risk) texts.add(cause.text);
  const reasons = [...texts].slice(0, MOST_REASONS);
  if (texts.size > reasons.length) reasons.push(`${texts.size - reasons.length} more of this kind`);
  return { risk, reasons };
}

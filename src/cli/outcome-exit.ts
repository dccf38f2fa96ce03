/** The exit code of a session's outcome. */
import { EXIT } from "../errors.ts";
import type { Outcome } from "../session/events.ts";

export const OUTCOME_EXIT: Readonly<Record<Outcome, number>> = {
  done: EXIT.done,
  failed: EXIT.failed,
  missing: EXIT.missing,
  temporary: EXIT.temporary,
  denied: EXIT.denied,
  interrupted: EXIT.interrupted,
};

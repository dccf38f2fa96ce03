/** What the lead's tools act on: the team and the few things that a lead can make happen. */
import type { EventBody, SessionEvent } from "../session/events.ts";
import type { Team } from "./team.ts";

export interface Desk {
  team(): Team;
  emit(event: EventBody): Promise<SessionEvent>;
  /** Files that git tracks at the integration head, relative to the repository's root. */
  trackedFiles(): Promise<readonly string[]>;
  /** Proposes what is not approved yet and waits for the person. Resolves with the note of a no, or undefined for a yes. */
  settlePlan(signal: AbortSignal): Promise<string | undefined>;
  /** The lead says that the request is fulfilled. */
  finish(summary: string): Promise<void>;
}

/** All that a session has left behind: what the checks look at. */
import { existsSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { foldTeam } from "../../src/coordinator/evolve.ts";
import type { Team } from "../../src/coordinator/team.ts";
import { type EventOf, parseEvent, type SessionEvent } from "../../src/session/events.ts";
import type { JournalLine } from "../../src/session/journal-line.ts";
import { readJournal } from "../../src/session/read-journal.ts";
import { jsonLines } from "../e2e/support/swarmux.ts";
import type { Workplace } from "../e2e/support/workplace.ts";
import { MARK } from "../fixtures/scenarios/faults.ts";
import { statePaths } from "./place.ts";
import type { Story } from "./session.ts";

export interface Evidence {
  readonly place: Workplace;
  readonly story: Story;
  readonly events: readonly SessionEvent[];
  readonly team: Team;
  /** Each agent's journal; the lead's is `lead`. */
  readonly agents: ReadonlyMap<string, readonly JournalLine[]>;
  /** What the offline model was asked. */
  readonly requests: readonly { readonly status: number; readonly violation: string | null }[];
  /** How often the approved action ran. */
  readonly marks: number;
}

/** Rejects where a journal is damaged. */
export async function readEvidence(place: Workplace, story: Story): Promise<Evidence> {
  const at = statePaths(place);
  const events = (await readJournal(at.journal)).lines.map(parseEvent);
  const names = (await readdir(at.agents)).flatMap((name) =>
    name.endsWith(".jsonl") ? [name.slice(0, -".jsonl".length)] : [],
  );
  const agents = await Promise.all(
    names.map(async (name) => [name, (await readJournal(at.agent(name))).lines] as const),
  );
  const mark = join(place.env["HOME"] ?? "", MARK);
  return {
    place,
    story,
    events,
    team: foldTeam(events),
    agents: new Map(agents),
    requests: jsonLines(existsSync(at.offline) ? readFileSync(at.offline, "utf8") : ""),
    marks: existsSync(mark) ? readFileSync(mark, "utf8").split("\n").length - 1 : 0,
  };
}

export function only<Type extends SessionEvent["type"]>(
  { events }: Evidence,
  type: Type,
): (EventOf<Type> & SessionEvent)[] {
  const isWanted = (event: SessionEvent): event is EventOf<Type> & SessionEvent =>
    event.type === type;
  return events.filter(isWanted);
}

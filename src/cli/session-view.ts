/** Reading a session from outside: its folder, its events and the team they fold to. */
import { foldTeam } from "../coordinator/evolve.ts";
import type { Team } from "../coordinator/team.ts";
import { SwarmError } from "../errors.ts";
import { inspectRepository } from "../git/repository.ts";
import { looksFull } from "../session/disk.ts";
import { parseEvent, type SessionEvent } from "../session/events.ts";
import { paths, type SessionPaths } from "../session/folders.ts";
import { isLocked } from "../session/lock.ts";
import { readJournal } from "../session/read-journal.ts";
import { findSession } from "../session/sessions.ts";

export interface SessionView {
  readonly name: string;
  readonly folder: string;
  readonly at: SessionPaths;
  readonly repo: string;
  readonly events: readonly SessionEvent[];
  readonly team: Team;
  /** A coordinator runs at this moment. */
  readonly isLive: boolean;
  /** Nothing more can be written to its folder. */
  readonly isFull: boolean;
}

/** The named session of the current folder's repository, or its newest. Throws `SwarmError`. */
export async function viewSession(name: string | undefined): Promise<SessionView> {
  const { root } = await inspectRepository(process.cwd());
  const session = await findSession(process.env, root, name);
  const at = paths(session.folder);
  const { lines } = await readJournal(at.journal);
  const events = lines.map((line) => parseLine(session.name, line));
  return {
    name: session.name,
    folder: session.folder,
    at,
    repo: root,
    events,
    team: foldTeam(events),
    isLive: await isLocked(at.lock),
    isFull: await looksFull(session.folder),
  };
}

/** An event, or the words for a line that this version can't read. */
function parseLine(session: string, line: { readonly seq: number }): SessionEvent {
  try {
    return parseEvent(line);
  } catch (cause) {
    throw new SwarmError(
      "usage",
      `Line ${line.seq} of the journal of ${session} is no event that this version knows.`,
      {
        mend: `swarmux log --verify --session ${session}, or use the version that wrote it`,
        cause,
      },
    );
  }
}

/** `running`, `paused` or `finished`; `stopped` where the journal is open and no coordinator runs. */
export function sessionState({ team, isLive }: Pick<SessionView, "team" | "isLive">): string {
  if (team.state === "running" && !isLive) return "stopped";
  return team.state;
}

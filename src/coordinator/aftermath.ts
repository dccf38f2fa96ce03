/**
 * What a coordinator finds that goes on with a session: how it had ended, what was left half done, what is another one by
 * now. Puts git right on the way; what it can't put right without losing work is refused with words.
 */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { readMergedTasks } from "../git/integration.ts";
import { mendIntegration, refuseMoved } from "../git/mend-branch.ts";
import type { RepositoryFacts } from "../git/repository.ts";
import { consentHash } from "../risk/consent.ts";
import type { Found, Gate, SessionEvent } from "../session/events.ts";
import type { SessionPaths } from "../session/folders.ts";
import { readJournal } from "../session/read-journal.ts";
import { type Adoption, findAdoptions } from "./adopt.ts";
import { type BoardTask, COORDINATOR, type Team } from "./team.ts";
import type { WorkPlaces } from "./work-places.ts";

export interface Past {
  readonly team: Team;
  readonly events: readonly SessionEvent[];
  readonly repository: RepositoryFacts;
  readonly session: string;
  readonly at: SessionPaths;
  readonly places: WorkPlaces;
  /** Processes that were ended already, and bytes that were cut off the session's own journal. */
  readonly leftovers: number;
  readonly torn: number;
}

export interface Aftermath {
  readonly found: Found;
  readonly adoptions: readonly Adoption[];
  /** Workers who have to know that their files are not as they left them. */
  readonly letters: readonly { readonly to: string; readonly text: string }[];
}

/** Throws `SwarmError` for what a person has to decide. */
export async function takeStock(past: Past): Promise<Aftermath> {
  const { team, events, at, leftovers } = past;
  const torn = await tornJournals(past);
  const adoptions = await findAdoptions({ ...past, repo: past.repository.root });
  const head = adoptions.at(-1)?.commit ?? team.integration.head;
  const branch = await mendBranch(past, head);
  const adopted = adoptions.map(({ task }) => task);
  const places = await mendPlaces(past, adopted);
  const found: Found = {
    ended: endOf(events),
    leftovers,
    mended: [...branch, ...places.mended],
    adopted,
    torn: torn.map(({ journal, bytes }) => ({ journal: nameOf(journal, at), bytes })),
    changed: [...team.gates.values()].filter(isChanged).map(({ id }) => id),
  };
  return { found, adoptions, letters: places.letters };
}

/** What stopped it, or its last word where nothing did. */
function endOf(events: readonly SessionEvent[]): Found["ended"] {
  const stop = events.findLast(
    ({ type }) => type === "session.paused" || type === "session.resumed",
  );
  const last = events.at(-1);
  if (stop?.type === "session.paused" && stop.ends) {
    return { at: stop.ts, by: stop.by, reason: stop.reason };
  }
  const reason = last === undefined ? "" : `its last event is ${last.type}`;
  return { at: last?.ts ?? "", by: null, reason };
}

interface Torn {
  readonly journal: string;
  readonly bytes: number;
}

/** The agents' journals with their unfinished ends. Throws `SwarmError` for one that is damaged in its middle. */
async function readAgents({ team, at }: Pick<Past, "team" | "at">): Promise<Torn[]> {
  const agents = ["lead", ...team.workers.keys()].map((name) => at.agent(name)).filter(existsSync);
  return Promise.all(
    agents.map(async (journal) => ({ journal, bytes: (await readJournal(journal)).tornBytes })),
  );
}

/** The agents' journals are cut by whoever opens them next. */
async function tornJournals(past: Past): Promise<Torn[]> {
  const all = [{ journal: past.at.journal, bytes: past.torn }, ...(await readAgents(past))];
  return all.filter(({ bytes }) => bytes > 0);
}

/** Throws `SwarmError` for what keeps the session from going on until a person has acted; changes nothing. */
export async function refuseWhatIsBroken(
  past: Pick<Past, "team" | "events" | "session" | "at"> & { readonly repo: string },
): Promise<void> {
  const { repo, session, team } = past;
  await readAgents(past);
  const ahead = await readMergedTasks({ repo, session, base: team.integration.head });
  await refuseMoved({ repo, session, head: ahead.at(-1)?.commit ?? team.integration.head });
}

function nameOf(journal: string, at: SessionPaths): string {
  return journal === at.journal ? basename(journal) : `agents/${basename(journal)}`;
}

async function mendBranch(past: Past, head: string): Promise<string[]> {
  const { team, repository, session, places } = past;
  const { root: repo, commonDir } = repository;
  const { clean } = places;
  const mended = await mendIntegration({ repo, commonDir, session, head, clean });
  // It was never there when the session was killed before it had made its branch.
  const isNew = team.baseChecks.length === 0 && team.tasks.size === 0;
  return isNew ? [] : mended;
}

async function mendPlaces({ team, places }: Past, adopted: readonly string[]) {
  const mended: string[] = [];
  const letters: { to: string; text: string }[] = [];
  for (const task of team.tasks.values()) {
    if (!hasWork(task) || adopted.includes(task.id)) continue;
    const { id, worker } = task;
    const done = await places.mendFor(task);
    switch (done) {
      case "nothing":
        continue;
      case "folder":
        mended.push(
          `the git folder of ${worker}'s checkout was made anew; its files are as they were`,
        );
        continue;
      case "files":
      case "both":
        mended.push(
          `the files of ${worker}'s checkout were gone; those of ${id}'s newest commit are back`,
        );
        if (worker !== null) letters.push({ to: worker, text: GONE });
    }
  }
  return { mended, letters };
}

const GONE =
  "The files of your checkout were gone when the session was resumed. They are those of its newest commit again: changes " +
  "that you had not reported are lost. Look at the files before you go on.";

function hasWork({ phase, worker, checkout }: BoardTask): boolean {
  const isHeld = ["working", "reported", "unchanged", "queued"].includes(phase);
  return isHeld && worker !== null && checkout !== "";
}

/** A file that the action runs may have changed meanwhile: whoever asked has to ask again. */
function isChanged({ tool, input, cwd, worker, hash }: Gate): boolean {
  return worker !== COORDINATOR && consentHash({ tool, input, cwd, worker }) !== hash;
}

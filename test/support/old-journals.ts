/**
 * Journals as versions of swarmux wrote them, kept in test/fixtures/journals: one folder a version, in it one a session.
 * Paths of the machine that wrote them are replaced by a placeholder, and their chains made anew over what is there then.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { foldTeam } from "../../src/coordinator/evolve.ts";
import { parseEvent, type SessionEvent } from "../../src/session/events.ts";
import { encodeLine, START } from "../../src/session/journal-line.ts";

export const JOURNALS = join(import.meta.dirname, "../fixtures/journals");
/** Stands for the folder that holds the person's repository and the state. */
export const PLACEHOLDER = "/swarmux-place";

export interface Recorded {
  readonly version: string;
  readonly session: string;
  readonly folder: string;
}

export function listRecorded(): Recorded[] {
  return foldersOf(JOURNALS).flatMap((version) =>
    foldersOf(join(JOURNALS, version)).map((session) => ({
      version,
      session,
      folder: join(JOURNALS, version, session),
    })),
  );
}

function foldersOf(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

/** The names of a session's journals: its own, then those of its agents. */
export function journalsOf(folder: string): string[] {
  const agents = readdirSync(join(folder, "agents")).filter((name) => name.endsWith(".jsonl"));
  return ["journal.jsonl", ...agents.toSorted().map((name) => `agents/${name}`)];
}

/** Copies a session's journals with one path for another and new chains; everything else stays byte for byte. */
export function copyJournals(from: string, to: string, paths: readonly [string, string]): void {
  for (const name of journalsOf(from)) {
    const text = readFileSync(join(from, name), "utf8").replaceAll(paths[0], paths[1]);
    mkdirSync(dirname(join(to, name)), { recursive: true });
    writeFileSync(join(to, name), rechain(text));
  }
}

function rechain(text: string): string {
  let place = START;
  const lines = text.split("\n").filter((line) => line !== "");
  return lines
    .map((line) => {
      const {
        v: _v,
        seq: _seq,
        ts,
        chain: _chain,
        ...body
      }: { ts: string } & Fields = JSON.parse(line);
      const next = encodeLine(place, ts, body);
      place = { seq: place.seq + 1, hash: next.hash, bytes: 0 };
      return next.text;
    })
    .join("");
}

type Fields = Readonly<Record<"v" | "seq" | "chain", unknown>>;

/** The events of a recorded session, as any reader of today parses them. */
export function readRecorded(folder: string): SessionEvent[] {
  const text = readFileSync(join(folder, "journal.jsonl"), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => parseEvent(JSON.parse(line)));
}

/** What a person would see of the session: board, workers, what waits, merges and cost. */
export function summaryOf(events: readonly SessionEvent[]) {
  const team = foldTeam(events);
  return {
    events: events.length,
    state: team.state,
    outcome: team.outcome,
    plan: { status: team.plan.status, approved: team.plan.approved },
    tasks: [...team.tasks.values()].map(({ id, subject, phase, worker, risk, files, calls }) => {
      return { id, subject, phase, worker, risk, files, calls };
    }),
    workers: [...team.workers.values()].map(({ name, badge, colour, state, task, cursor }) => {
      return { name, badge, colour, state, task, cursor };
    }),
    gates: [...team.gates.values()].map(({ id, worker, tool, hash }) => ({
      id,
      worker,
      tool,
      hash,
    })),
    questions: [...team.questions.keys()],
    merged: team.integration.merged,
    queue: team.integration.queue,
    spending: team.spending,
  };
}

/** A session as its files show it: events, what its agents were told, and what the offline model was asked. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { expect } from "vitest";
import { foldTeam } from "../../../src/coordinator/evolve.ts";
import type { Team } from "../../../src/coordinator/team.ts";
import { type EventOf, parseEvent, type SessionEvent } from "../../../src/session/events.ts";
import { paths, type SessionPaths, sessionFolder } from "../../../src/session/folders.ts";
import { eventually } from "../../support/eventually.ts";
import { jsonLines } from "./swarmux.ts";
import type { Workplace } from "./workplace.ts";

export function sessionPaths({ env, repo }: Workplace, session = "s"): SessionPaths {
  return paths(sessionFolder(env, repo, session));
}

/** Every whole line of the journal. */
export async function readEvents(place: Workplace, session = "s"): Promise<SessionEvent[]> {
  return (await readLines(sessionPaths(place, session).journal)).map(parseEvent);
}

export async function readTeam(place: Workplace): Promise<Team> {
  return foldTeam(await readEvents(place));
}

export function only<Type extends SessionEvent["type"]>(
  events: readonly SessionEvent[],
  type: Type,
): (EventOf<Type> & SessionEvent)[] {
  const isWanted = (event: SessionEvent): event is EventOf<Type> & SessionEvent =>
    event.type === type;
  return events.filter(isWanted);
}

/** Waits for the first event that `match` takes. */
export async function waitForEvent(
  place: Workplace,
  match: (event: SessionEvent) => boolean,
): Promise<SessionEvent> {
  return eventually(async () => {
    const found = (await readEvents(place)).find(match);
    expect(found).toBeDefined();
    if (found === undefined) throw new Error("not yet");
    return found;
  });
}

interface AgentRecord {
  readonly type: string;
  /** Blocks of a turn, or the text of a call's outcome. */
  readonly content?: string | readonly { readonly text?: string }[];
  readonly texts?: readonly string[];
  /** Of a tool call. */
  readonly id?: string;
  readonly tool?: string;
  /** Of what came over the wire. */
  readonly body?: { readonly entries?: readonly object[] };
}

/** One journal of an agent, as it stands. `lead` is the coordinator's. */
export async function readAgent(place: Workplace, agent: string): Promise<AgentRecord[]> {
  return readLines<AgentRecord>(sessionPaths(place).agent(agent));
}

/** The texts of an agent's user turns, one string a turn; tool results are not among them. */
export async function userTurns(place: Workplace, agent: string): Promise<string[]> {
  return (await readAgent(place, agent)).flatMap((record) => {
    if (record.type === "agent.user") return contentText(record.content);
    return record.texts === undefined || record.texts.length === 0 ? [] : record.texts.join("\n");
  });
}

function contentText(content: AgentRecord["content"] = ""): string {
  if (typeof content === "string") return content;
  return content.map(({ text }) => text ?? "").join("\n");
}

interface ModelRequest {
  readonly ts: string;
  readonly status: number;
  readonly violation: string | null;
  readonly tools: string | null;
  readonly system: string | null;
  readonly messages: number | null;
  readonly usage: { readonly cache_read_input_tokens: number } | null;
  readonly fault: string | null;
}

/** The requests that the offline model has seen. */
export async function modelRequests(place: Workplace, session = "s"): Promise<ModelRequest[]> {
  return readLines<ModelRequest>(sessionPaths(place, session).offline);
}

/** A file that is written to at this moment may end in half a line. */
async function readLines<Line extends object>(path: string): Promise<Line[]> {
  if (!existsSync(path)) return [];
  const text = await readFile(path, "utf8");
  return jsonLines<Line>(text.slice(0, text.lastIndexOf("\n") + 1));
}

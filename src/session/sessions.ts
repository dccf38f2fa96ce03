/** The sessions of a repository: naming a new one, listing them, finding the one that is meant. */
import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { open, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { SwarmError } from "../errors.ts";
import { codeOf } from "./failure.ts";
import { type Env, isSessionName, paths, repoFolder, stateRoot } from "./folders.ts";

export interface Session {
  readonly name: string;
  readonly folder: string;
  /** ISO 8601: the time of the journal's first line, or the folder's where there is none yet. */
  readonly startedAt: string;
}

const SLUG_LENGTH = 28;
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** A name from the task's first words, with a random end that keeps two sessions on the same task apart. */
export function nameSession(task: string): string {
  const end = Array.from({ length: 4 }, () => LETTERS.charAt(randomInt(LETTERS.length))).join("");
  return `${slugOf(task) || "session"}-${end}`;
}

/** Newest first. A folder without a journal is a session too: it was cut off while starting. */
export async function listSessions(env: Env, repoRoot: string): Promise<Session[]> {
  const root = repoFolder(env, repoRoot);
  const sessions: Session[] = [];
  for (const entry of await readFolder(root)) {
    if (!entry.isDirectory() || !isSessionName(entry.name)) continue;
    const folder = join(root, entry.name);
    const startedAt = await startOf(folder);
    if (startedAt !== undefined) sessions.push({ name: entry.name, folder, startedAt });
  }
  return sessions.toSorted((a, b) => compare(b.startedAt, a.startedAt) || compare(a.name, b.name));
}

/** The session of that name, or the newest, finished or not. Throws `SwarmError` if there is none. */
export async function findSession(env: Env, repoRoot: string, name?: string): Promise<Session> {
  const sessions = await listSessions(env, repoRoot);
  const found = name === undefined ? sessions[0] : sessions.find((one) => one.name === name);
  if (found) return found;
  if (sessions.length === 0) {
    throw new SwarmError("usage", "This repository has no sessions yet.", {
      mend: 'swarmux "<task>"',
    });
  }
  const names = sessions.map((one) => one.name).join(", ");
  throw new SwarmError("usage", `This repository has no session ${name}. It has: ${names}.`, {
    mend: "swarmux sessions",
  });
}

export interface Stranded {
  readonly name: string;
  /** Where its repository was. */
  readonly repo: string;
  readonly base: string;
}

/** Sessions whose repository is not where it was when they began. */
export async function listStranded(env: Env): Promise<Stranded[]> {
  const root = stateRoot(env);
  const found: Stranded[] = [];
  for (const { name: place } of await readFolder(root)) {
    for (const { name } of await readFolder(join(root, place))) {
      const first = await firstLine(paths(join(root, place, name)).journal);
      const { repo, base }: { repo?: unknown; base?: unknown } = Object(first);
      if (typeof repo !== "string" || typeof base !== "string" || existsSync(repo)) continue;
      found.push({ name, repo, base });
    }
  }
  return found;
}

async function firstLine(path: string): Promise<unknown> {
  try {
    return JSON.parse((await readFile(path, "utf8")).split("\n", 1)[0] ?? "");
  } catch {
    // No journal, or one that is of no use for this.
    return undefined;
  }
}

/** Whole words up to the limit; a first word that is too long is cut. */
function slugOf(task: string): string {
  const words = task
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  let slug = "";
  for (const word of words ?? []) {
    const longer = slug === "" ? word.slice(0, SLUG_LENGTH) : `${slug}-${word}`;
    if (longer.length > SLUG_LENGTH) break;
    slug = longer;
  }
  return slug;
}

async function readFolder(path: string) {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "")) return [];
    throw error;
  }
}

/** Undefined if the session is being deleted at this moment. */
async function startOf(folder: string): Promise<string | undefined> {
  try {
    const first = await firstBytes(paths(folder).journal);
    const ts = /^\{"v":1,"seq":1,"ts":"([^"]+)"/.exec(first)?.[1];
    return ts ?? (await stat(folder)).mtime.toISOString();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function firstBytes(path: string): Promise<string> {
  try {
    await using file = await open(path, "r");
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return "";
    throw error;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

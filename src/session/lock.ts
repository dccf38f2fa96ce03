/**
 * A lock that one process at a time holds and the kernel frees, even after `kill -9`: an exclusive transaction on an
 * empty SQLite file. Never open the file any other way in the holder's process: closing it would drop the lock.
 */
import { closeSync, existsSync, openSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { SwarmError } from "../errors.ts";
import { codeOf, reasonOf } from "./failure.ts";

/** How long a taker waits out others that are just trying or looking. A holder never lets go that soon. */
const PATIENCE = 500;
const SQLITE_BUSY = 5;

export interface Lock extends Disposable {
  /** Frees the lock; doing so twice is harmless. */
  release(): void;
}

/** Takes the lock, creating the file (0600) in its existing folder; undefined while another process holds it. */
export async function takeLock(path: string): Promise<Lock | undefined> {
  create(path);
  const database = await openDatabase(path, { timeout: PATIENCE });
  const release = () => {
    if (database.isOpen) database.close();
  };
  let taken = false;
  try {
    taken = tryIt(path, database, "BEGIN EXCLUSIVE");
  } finally {
    if (!taken) release();
  }
  return taken ? { release, [Symbol.dispose]: release } : undefined;
}

/** Whether some process holds the lock. Only looks: the holder and the next taker do not notice. */
export async function isLocked(path: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  const database = await openDatabase(path, { readOnly: true, timeout: 0 });
  try {
    return !tryIt(path, database, "SELECT count(*) FROM sqlite_schema");
  } finally {
    database.close();
  }
}

function create(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw unusable(path, error);
  }
}

async function openDatabase(
  path: string,
  options: { readOnly?: boolean; timeout: number },
): Promise<DatabaseSync> {
  const sqlite = await import("node:sqlite");
  try {
    return new sqlite.DatabaseSync(path, options);
  } catch (cause) {
    throw unusable(path, cause);
  }
}

/** False if someone holds the lock. */
function tryIt(path: string, database: DatabaseSync, sql: string): boolean {
  try {
    database.exec(sql);
    return true;
  } catch (cause) {
    if (cause instanceof Error && "errcode" in cause && cause.errcode === SQLITE_BUSY) return false;
    throw unusable(path, cause);
  }
}

function unusable(path: string, cause: unknown): SwarmError {
  return new SwarmError("missing", `The lock ${path} cannot be used: ${reasonOf(cause)}.`, {
    mend: "swarmux doctor",
    cause,
  });
}

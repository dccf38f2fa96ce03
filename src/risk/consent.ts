/** What a person's yes is bound to: one hash over exactly the action that they were shown. */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { runFiles } from "./run-files.ts";

export interface Action {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The checkout that it runs in. */
  readonly cwd: string;
  readonly worker: string;
}

/** Larger files are bound by size and time of change. */
const MAX_HASHED = 4 * 1024 * 1024;

/**
 * sha256 in hex over tool, canonical input, folder, worker and the files that a command runs or reads: the same action gives
 * the same hash until one byte of any of these changes, or one that was missing appears. What is set in the environment
 * stands in the command; the rest of it is a fixed list.
 */
export function consentHash(action: Action): string {
  const { tool, input, cwd, worker } = action;
  const command = input["command"];
  const files = typeof command === "string" ? hashFiles(command, cwd) : {};
  return sha256(canonical({ tool, input, cwd, worker, files }));
}

function hashFiles(command: string, cwd: string): Record<string, string> {
  return Object.fromEntries(
    runFiles(command, cwd).flatMap((path) => {
      const hash = hashFile(isAbsolute(path) ? path : join(cwd, path));
      return hash === undefined ? [] : [[path, hash]];
    }),
  );
}

function hashFile(path: string): string | undefined {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return undefined;
    if (stat.size > MAX_HASHED) return `${stat.size} ${stat.mtimeMs}`;
    return sha256(readFileSync(path));
  } catch {
    return undefined;
  }
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/**
 * The folder of a session's sockets. A socket's path holds 107 bytes at most, so a session with a long path has them
 * in a private folder elsewhere, and the file `run-path` says where.
 */
import { lstat, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { SwarmError } from "../errors.ts";
import { codeOf } from "./failure.ts";
import type { Env } from "./folders.ts";

/** The longest socket path that we use; it leaves room for names a little longer than `tmux.sock`. */
const LONGEST = 100;

/** The run folder, made if it is not there. Only the session's coordinator calls this. */
export async function openRunFolder(folder: string, env: Env): Promise<string> {
  const found = await findRunFolder(folder);
  if (found !== undefined) return found;
  const own = join(folder, "run");
  if (fits(own)) {
    await mkdir(own, { recursive: true, mode: 0o700 });
    return own;
  }
  const made = await makeElsewhere(env);
  await writeFile(join(folder, "run-path"), made, { mode: 0o600 });
  return made;
}

/** The run folder of a session that has one. One that is not ours alone does not count. */
export async function findRunFolder(folder: string): Promise<string | undefined> {
  const own = join(folder, "run");
  const path = fits(own) ? own : await readRunPath(folder);
  return path !== undefined && (await isPrivate(path)) ? path : undefined;
}

/** Deletes the run folder with everything in it, wherever it is. */
export async function removeRunFolder(folder: string): Promise<void> {
  const found = await findRunFolder(folder);
  if (found !== undefined) await rm(found, { recursive: true, force: true });
}

function fits(path: string): boolean {
  return Buffer.byteLength(join(path, "tmux.sock")) <= LONGEST;
}

async function makeElsewhere(env: Env): Promise<string> {
  const failures: unknown[] = [];
  for (const parent of [env.XDG_RUNTIME_DIR, tmpdir(), "/tmp"]) {
    if (!parent || !isAbsolute(parent) || !fits(join(parent, "swarmux-XXXXXX"))) continue;
    try {
      return await mkdtemp(join(parent, "swarmux-"));
    } catch (error) {
      failures.push(error);
    }
  }
  throw new SwarmError("missing", "No folder with a path short enough for sockets can be made.", {
    mend: "set SWARMUX_STATE_DIR to a folder with a short path",
    cause: new AggregateError(failures),
  });
}

async function readRunPath(folder: string): Promise<string | undefined> {
  try {
    const path = await readFile(join(folder, "run-path"), "utf8");
    return isAbsolute(path) ? path : undefined;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** A folder below /tmp may have been cleaned away and made again by somebody else. */
async function isPrivate(path: string): Promise<boolean> {
  try {
    const found = await lstat(path);
    return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

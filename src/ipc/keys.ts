/** Keys of 256 bits, one a peer, handed over in a file that only its owner can read: never in argv, never in the environment. */
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, rm, unlink, writeFile } from "node:fs/promises";
import { SwarmError } from "../errors.ts";

export function createKey(): Buffer {
  return randomBytes(32);
}

/** Replaces what is at `path`; the new file is exclusive, so a link that was put there is not followed. */
export async function writeKey(path: string, key: Buffer): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, `${key.toString("hex")}\n`, { flag: "wx", mode: 0o600 });
}

/** Reads the key and removes its file: of several readers only one gets it. Throws `SwarmError`. */
export async function takeKey(path: string): Promise<Buffer> {
  await using file = await openKey(path);
  try {
    await unlink(path);
  } catch (cause) {
    throw unreadable(path, "another process took it", cause);
  }
  return await parseKey(path, file);
}

/** Reads the key and leaves it there. Throws `SwarmError`. */
export async function readKey(path: string): Promise<Buffer> {
  await using file = await openKey(path);
  return await parseKey(path, file);
}

async function openKey(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (cause) {
    throw unreadable(path, "it cannot be opened", cause);
  }
}

async function parseKey(path: string, file: FileHandle): Promise<Buffer> {
  const { mode, uid } = await file.stat();
  if (uid !== process.getuid?.()) throw unreadable(path, "it belongs to another user");
  if ((mode & 0o077) !== 0) throw unreadable(path, "others can read it");
  const text = (await file.readFile("utf8")).trim();
  if (!/^[0-9a-f]{64}$/.test(text)) throw unreadable(path, "it does not hold a key");
  return Buffer.from(text, "hex");
}

function unreadable(path: string, why: string, cause?: unknown): SwarmError {
  return new SwarmError("missing", `The session's key at ${path} is of no use: ${why}.`, {
    mend: "swarmux resume",
    cause,
  });
}

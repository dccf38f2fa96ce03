/**
 * What a person has said yes to of a repository's own files: kept in the state folder, bound to the repository's real path, the
 * file's name and every byte of it. A changed file is another one, and so is a copy of the repository elsewhere.
 */
import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf } from "./failure.ts";
import { type Env, repoFolder } from "./folders.ts";

export interface TrustedFile {
  /** Relative to the repository. */
  readonly file: string;
  readonly text: string;
}

/** The path of the text that was said yes to, which nobody has changed since; undefined without a yes. */
export async function findTrusted(
  env: Env,
  repoRoot: string,
  wanted: TrustedFile,
): Promise<string | undefined> {
  const path = placeOf(env, repoRoot, wanted);
  try {
    return (await readFile(path, "utf8")) === wanted.text ? path : undefined;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Keeps a person's yes to this very text. */
export async function keepTrusted(env: Env, repoRoot: string, said: TrustedFile): Promise<string> {
  const path = placeOf(env, repoRoot, said);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, said.text, { mode: 0o600 });
  return path;
}

function placeOf(env: Env, repoRoot: string, { file, text }: TrustedFile): string {
  const bound = JSON.stringify([realpathSync(repoRoot), file, text]);
  const hash = createHash("sha256").update(bound).digest("hex");
  return join(repoFolder(env, repoRoot), "trusted", `${hash}.md`);
}

/** A person's repository, home and state in a folder of its own, for a session that is going to be killed. */
import { mkdir, mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { paths, type SessionPaths, sessionFolder } from "../../src/session/folders.ts";
import { environmentOf, git, PROJECT, put, type Workplace } from "../e2e/support/workplace.ts";

export const SESSION = "s";
/** Red as long as the greeting is misspelt: the first report comes back. */
export const CHECK = "! grep -q helo greeting.txt";

export async function makePlace(): Promise<Workplace> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "faults-")));
  const repo = join(folder, "repo");
  for (const name of ["repo", "home", "tmp"]) await mkdir(join(folder, name));
  const env = {
    ...environmentOf(folder),
    SWARMUX_SCENARIO: join(PROJECT, "test/fixtures/scenarios/faults.ts"),
  };
  const place = { folder, repo, env };
  git(place, "init", "-q", "-b", "main");
  await put(repo, { "words.txt": "one two three\n" });
  git(place, "add", "--all");
  git(place, "commit", "-q", "-m", "first");
  return { ...place, base: git(place, "rev-parse", "HEAD") };
}

export function stateFolder({ env, repo }: Workplace): string {
  return sessionFolder(env, repo, SESSION);
}

export function statePaths(place: Workplace): SessionPaths {
  return paths(stateFolder(place));
}

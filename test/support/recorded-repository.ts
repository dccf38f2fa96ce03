/** The repository that journals are recorded in: the same commit, byte for byte, wherever and whenever it is made. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FILES: Readonly<Record<string, string>> = {
  "a.txt": "one\n",
  "src/api.mjs": "export const fetchOld = (value) => [value];\n",
  "src/use.mjs": 'import { fetchOld } from "./api.mjs";\n\nexport default () => fetchOld(1);\n',
};

/** Makes it in `<place>/repo` and answers with its path. */
export function createRecordedRepository(place: string): string {
  const repo = join(place, "repo");
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(join(repo, name, ".."), { recursive: true });
    writeFileSync(join(repo, name), text);
  }
  const who = { name: "Ada", email: "ada@example.org", date: "2026-01-01T00:00:00Z" };
  const env = {
    PATH: process.env["PATH"],
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_AUTHOR_NAME: who.name,
    GIT_AUTHOR_EMAIL: who.email,
    GIT_AUTHOR_DATE: who.date,
    GIT_COMMITTER_NAME: who.name,
    GIT_COMMITTER_EMAIL: who.email,
    GIT_COMMITTER_DATE: who.date,
  };
  const git = (...args: string[]) => execFileSync("git", args, { cwd: repo, env, stdio: "pipe" });
  git("init", "-q", "-b", "main");
  git("add", "--all");
  git("commit", "-q", "-m", "first");
  return repo;
}

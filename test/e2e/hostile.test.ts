/** R19: a repository that names a program wherever git lets it; no command of swarmux ever runs one. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ATTRIBUTES, poison } from "../git/poison.ts";
import { expectCode, scripted, swarmux } from "./support/swarmux.ts";
import { createWorkplace, git, put } from "./support/workplace.ts";

test("R19: every command leaves the programs of a hostile repository alone", async () => {
  const place = await createWorkplace({
    "a.txt": "one\n",
    "b.txt": "b\n",
    ".gitattributes": `${ATTRIBUTES}\n`,
  });
  const marker = join(place.folder, "ran");
  await poison(join(place.repo, ".git"), `touch '${marker}'`);
  const { args, env } = scripted("one-task");
  const [, ...rest] = args;
  const named = (session: string) => rest.map((word) => (word === "s" ? session : word));
  const seen: string[] = [];
  const runs = async (...words: string[]) => {
    const ended = await swarmux(place, words, { env });
    seen.push(`${words[0]} ${existsSync(marker) ? "ran it" : "ran nothing"}`);
    return ended;
  };

  await put(place.repo, { "b.txt": "changed\n" });
  expectCode(await runs("run", ...named("s"), "--check", "git status --short && true", "write"), 0);
  expectCode(await runs("run", ...named("other"), "write"), 0);
  for (const command of ["status", "diff", "report", "log", "cost", "gates", "resume"]) {
    expectCode(await runs(command, "--session", "s"), 0);
  }
  for (const command of ["sessions", "doctor", "rules"]) await runs(command);
  expectCode(await runs("discard", "--session", "other"), 0);
  await put(place.repo, { "b.txt": "b\n" });
  expectCode(await runs("accept", "--session", "s"), 0);
  expect(seen.filter((line) => !line.endsWith("ran nothing"))).toEqual([]);

  // The repository is as hostile as it says: plain git runs it.
  await put(place.repo, { "b.txt": "changed again\n" });
  try {
    git(place, "diff");
  } catch {
    // The program has run by then; whether git is content with its answer does not matter.
  }
  expect(existsSync(marker)).toBe(true);
});

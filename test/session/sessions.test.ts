import { mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  createSessionFolder,
  isSessionName,
  paths,
  repoFolder,
} from "../../src/session/folders.ts";
import { openJournal } from "../../src/session/journal.ts";
import { findSession, listSessions, nameSession } from "../../src/session/sessions.ts";
import { type Note, note, tempFolder } from "./support.ts";

async function repository(starts: Readonly<Record<string, string>>) {
  const folder = await tempFolder();
  const repo = join(folder, "repo");
  await mkdir(repo);
  const env = { SWARMUX_STATE_DIR: join(folder, "state") };
  for (const [name, at] of Object.entries(starts)) {
    const { journal } = paths(await createSessionFolder(env, repo, name));
    const opened = await openJournal<Note>(journal, { now: () => Date.parse(at) });
    void opened.journal.append(note("started"));
    await opened.journal.close();
  }
  return { env, repo };
}

test.each([
  ["Move every callback API in src/ to promises", /^move-every-callback-api-in-[a-z0-9]{4}$/],
  ["  Fix: the Ünïcode bug!", /^fix-the-unicode-bug-[a-z0-9]{4}$/],
  ["Donaudampfschifffahrtsgesellschaft umbenennen", /^donaudampfschifffahrtsgesell-[a-z0-9]{4}$/],
  ["修正する", /^session-[a-z0-9]{4}$/],
])("names a session on %j", (task, expected) => {
  const name = nameSession(task);
  expect(name).toMatch(expected);
  expect(isSessionName(name)).toBe(true);
});

test("lists the newest session first, by when it was started", async () => {
  const { env, repo } = await repository({
    middle: "2026-02-01T00:00:00.000Z",
    oldest: "2026-01-01T00:00:00.000Z",
    newest: "2026-03-01T00:00:00.000Z",
  });
  expect(await listSessions(env, repo)).toEqual([
    {
      name: "newest",
      folder: join(repoFolder(env, repo), "newest"),
      startedAt: "2026-03-01T00:00:00.000Z",
    },
    {
      name: "middle",
      folder: join(repoFolder(env, repo), "middle"),
      startedAt: "2026-02-01T00:00:00.000Z",
    },
    {
      name: "oldest",
      folder: join(repoFolder(env, repo), "oldest"),
      startedAt: "2026-01-01T00:00:00.000Z",
    },
  ]);
});

test("lists a session that was cut off while starting, and nothing that is no session", async () => {
  const { env, repo } = await repository({ good: "2026-02-01T00:00:00.000Z" });
  const root = repoFolder(env, repo);
  const cutOff = await createSessionFolder(env, repo, "cut-off");
  await writeFile(join(root, "a-file"), "");
  await mkdir(join(root, "Not A Session"));
  await utimes(cutOff, new Date(0), new Date(0));
  const names = (await listSessions(env, repo)).map(({ name, startedAt }) => [name, startedAt]);
  expect(names).toEqual([
    ["good", "2026-02-01T00:00:00.000Z"],
    ["cut-off", "1970-01-01T00:00:00.000Z"],
  ]);
});

test("finds the newest session, or the one that is named", async () => {
  const { env, repo } = await repository({
    old: "2026-01-01T00:00:00.000Z",
    young: "2026-02-01T00:00:00.000Z",
  });
  expect((await findSession(env, repo)).name).toBe("young");
  expect((await findSession(env, repo, "old")).name).toBe("old");
});

test("says which sessions there are when it finds none of that name", async () => {
  const { env, repo } = await repository({
    old: "2026-01-01T00:00:00.000Z",
    young: "2026-02-01T00:00:00.000Z",
  });
  await expect(findSession(env, repo, "../old")).rejects.toMatchObject({
    kind: "usage",
    message: "This repository has no session ../old. It has: young, old.",
    mend: "swarmux sessions",
  });
});

test("says that a repository has no sessions", async () => {
  const { env, repo } = await repository({});
  expect(await listSessions(env, repo)).toEqual([]);
  await expect(findSession(env, repo)).rejects.toMatchObject({
    kind: "usage",
    message: "This repository has no sessions yet.",
  });
});

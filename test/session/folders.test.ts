import { mkdir, readdir, stat, symlink } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  createSessionFolder,
  paths,
  repoFolder,
  sessionFolder,
  stateRoot,
} from "../../src/session/folders.ts";
import { tempFolder } from "./support.ts";

async function repository() {
  const folder = await tempFolder();
  const repo = join(folder, "my repo");
  await mkdir(repo);
  return { repo, env: { SWARMUX_STATE_DIR: join(folder, "state") }, folder };
}

test.each([
  [{ SWARMUX_STATE_DIR: "/s", XDG_STATE_HOME: "/x", HOME: "/h" }, "/s"],
  [{ SWARMUX_STATE_DIR: "", XDG_STATE_HOME: "/x", HOME: "/h" }, "/x/swarmux"],
  [{ XDG_STATE_HOME: "relative", HOME: "/h" }, "/h/.local/state/swarmux"],
  [{}, join(homedir(), ".local/state/swarmux")],
])("finds the state folder of %j", (env, expected) => {
  expect(stateRoot(env)).toBe(expected);
});

test("gives a repository one folder, whichever way leads to it, and another one to its namesake", async () => {
  const { repo, env, folder } = await repository();
  const link = join(folder, "link");
  await symlink(repo, link);
  const namesake = join(folder, "elsewhere", "my repo");
  await mkdir(namesake, { recursive: true });
  expect(repoFolder(env, repo)).toMatch(/\/state\/my-repo-[0-9a-f]{8}$/);
  expect(repoFolder(env, link)).toBe(repoFolder(env, repo));
  expect(repoFolder(env, namesake)).not.toBe(repoFolder(env, repo));
});

test("makes a private folder with everything in it", async () => {
  const { repo, env } = await repository();
  const folder = await createSessionFolder(env, repo, "first-1");
  const names = await readdir(folder);
  const modes = await Promise.all(
    [folder, ...names.map((name) => join(folder, name))].map(
      async (path) => (await stat(path)).mode & 0o777,
    ),
  );
  expect(folder).toBe(sessionFolder(env, repo, "first-1"));
  expect(names.toSorted()).toEqual([
    "agents",
    "checkouts",
    "keys",
    "outputs",
    "panes",
    "prompts",
    "receipts",
  ]);
  expect(new Set(modes)).toEqual(new Set([0o700]));
});

test("refuses a name that is taken", async () => {
  const { repo, env } = await repository();
  await createSessionFolder(env, repo, "same");
  await expect(createSessionFolder(env, repo, "same")).rejects.toMatchObject({
    kind: "usage",
    message: "There is a session same of this repository already.",
    mend: "swarmux resume same",
  });
});

test.each(["", "Upper", "-dash", "a/b", "..", "a".repeat(49), "a\n"])(
  "refuses the name %j",
  async (name) => {
    const { repo, env } = await repository();
    await expect(createSessionFolder(env, repo, name)).rejects.toMatchObject({ kind: "usage" });
  },
);

test("names the files of a session and its agents", () => {
  const { journal, lock, log, offline, agent, checkout, output, pane } = paths("/s");
  expect({
    files: [journal, lock, log, offline],
    ada: [agent("ada"), checkout("ada"), output("ada"), pane("ada")],
  }).toEqual({
    files: ["/s/journal.jsonl", "/s/lock", "/s/swarmux.log", "/s/offline.jsonl"],
    ada: ["/s/agents/ada.jsonl", "/s/checkouts/ada", "/s/outputs/ada", "/s/panes/ada.log"],
  });
});

test.each(["../ada", "a/b", "", ".hidden", "a\0"])(
  "leads nowhere for an agent called %j",
  (name) => {
    expect(() => paths("/s").checkout(name)).toThrow(/cannot be the name of a file/);
  },
);

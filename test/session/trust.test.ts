import {
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findTrusted, keepTrusted } from "../../src/session/trust.ts";
import { tempFolder } from "./support.ts";

const TEXT = "# Work fast\n";
const FILE = ".swarmux/prompts/worker.md";

async function place() {
  const folder = await tempFolder();
  const repo = join(folder, "repo");
  mkdirSync(repo);
  const env = { SWARMUX_STATE_DIR: join(folder, "state") };
  const find = (root: string, text = TEXT, file = FILE) => findTrusted(env, root, { file, text });
  return { folder, repo, env, find };
}

test("R20: without a yes nothing of a repository is trusted", async () => {
  const { repo, find } = await place();
  expect(await find(repo)).toBeUndefined();
});

test("R20: a yes holds for this text of this file in this repository, by whatever path it is reached", async () => {
  const { folder, repo, env, find } = await place();
  const kept = await keepTrusted(env, repo, { file: FILE, text: TEXT });
  symlinkSync(repo, join(folder, "link"));
  expect([await find(repo), await find(join(folder, "link"))]).toEqual([kept, kept]);
  expect([readFileSync(kept, "utf8"), statSync(kept).mode & 0o777]).toEqual([TEXT, 0o600]);
});

test("R20: a changed text, another file and another repository are asked for again", async () => {
  const { folder, repo, env, find } = await place();
  await keepTrusted(env, repo, { file: FILE, text: TEXT });
  const copy = join(folder, "copy");
  cpSync(repo, copy, { recursive: true });
  expect([
    await find(repo, `${TEXT} `),
    await find(repo, TEXT, ".swarmux/prompts/coordinator.md"),
    await find(copy),
  ]).toEqual([undefined, undefined, undefined]);
  renameSync(repo, join(folder, "old"));
  renameSync(copy, repo);
  expect(await find(join(folder, "old"))).toBeUndefined();
});

test("R20: a kept text that somebody changed is trusted no more", async () => {
  const { repo, env, find } = await place();
  writeFileSync(await keepTrusted(env, repo, { file: FILE, text: TEXT }), "# Obey\n");
  expect(await find(repo)).toBeUndefined();
});

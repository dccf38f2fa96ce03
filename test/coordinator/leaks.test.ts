/** Work that holds what looks like a secret: it goes back once, then a person is asked. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findLeaks, leakText } from "../../src/coordinator/find-leaks.ts";
import { createSecretFilter } from "../../src/risk/hide-secrets.ts";
import type { EventBody } from "../../src/session/events.ts";
import { commitAll, createWorkshop } from "../git/support.ts";
import { makeToken, privateKey } from "../risk/secret-samples.ts";
import { AT_WORK, IN_QUEUE, rejected, reported, taskOf, teamOf, WORK } from "./support.ts";

test("R18: secrets in a commit are named by file and line, without their value", async () => {
  const { repo, base } = await createWorkshop();
  const token = `ghp_${makeToken(36)}`;
  await writeFile(
    join(repo, "a.ts"),
    `const a = 1;\nconst b = "${token}";\nconst c = "${token}";\n`,
  );
  await writeFile(join(repo, "key.txt"), `first\n${privateKey()}\n`);
  await writeFile(join(repo, "fine.txt"), "token = process.env.TOKEN\n");
  const head = commitAll(repo, "work");
  const leaks = await findLeaks({ repo, base, head }, createSecretFilter([]));
  expect(leaks).toEqual(["a.ts:2: GitHub token", "a.ts:3: GitHub token", "key.txt:2: private key"]);
  expect(leakText(leaks)).not.toContain(token);
  // What stood there before is nobody's leak.
  expect(await findLeaks({ repo, base: head, head }, createSecretFilter([]))).toEqual([]);
  await writeFile(join(repo, "many.txt"), `${token}\n`.repeat(30));
  const many = await findLeaks(
    { repo, base: head, head: commitAll(repo, "more") },
    createSecretFilter([]),
  );
  expect([many.length, many.at(-1)]).toEqual([21, "10 more"]);
});

test("that its worker was told stays with the task, until the task starts afresh", () => {
  const queued: EventBody = {
    type: "integration.queued",
    task: "t1",
    worker: "ada",
    status: "done",
    commit: WORK,
    leaks: ["a.ts:2: GitHub token"],
  };
  const first = taskOf(teamOf(...AT_WORK, reported("t1", "ada"), queued), "t1");
  expect([first.leaks, first.leaksTold]).toEqual([["a.ts:2: GitHub token"], false]);
  const back = taskOf(teamOf(...AT_WORK, reported("t1", "ada"), queued, rejected("t1", 1)), "t1");
  expect([back.leaks, back.leaksTold]).toEqual([[], true]);
  const clean = taskOf(teamOf(...IN_QUEUE, rejected("t1", 1)), "t1");
  expect([clean.leaks, clean.leaksTold]).toEqual([[], false]);
});

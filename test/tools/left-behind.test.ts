/** A command of which nobody knows whether it ran to its end: the agent is told what it may have left in the checkout. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { bashTool } from "../../src/tools/bash.ts";
import { terminalTool } from "../../src/tools/terminal-tool.ts";
import type { PreparedCall } from "../../src/tools/tool.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

function prepare(command: string): PreparedCall {
  const prepared = bashTool.prepare({ command });
  if (!prepared.ok) throw new Error(prepared.complaint);
  return prepared.call;
}

/** A checkout with files from before the command, and what the command's own process keeps of the time before it. */
async function begin(call: PreparedCall): Promise<{ work: Workspace; before: string | undefined }> {
  const work = createWorkspace();
  work.git("init", "-q");
  work.write({ "old.txt": "old\n", "src/kept.ts": "kept\n", ".gitignore": "dist/\n" });
  await sleep(50);
  return { work, before: await call.before(work.context) };
}

test("names the files that are new or have changed, and no others", async () => {
  const command = prepare(
    "cp -p old.txt src/sedAb12Cd; mkdir dist; echo > dist/out.js; echo >> src/kept.ts",
  );
  const { work, before } = await begin(command);
  await command.run(work.context);
  expect(await command.probe(work.context, before)).toEqual({
    left: expect.stringMatching(
      /^New or changed since it began, .* committed with your work:\nsrc\/kept\.ts\nsrc\/sedAb12Cd\nAs far as is known it had printed nothing\.$/,
    ),
  });
});

test("says that nothing is to be seen", async () => {
  const command = prepare("true");
  const { work, before } = await begin(command);
  await command.run(work.context);
  expect(await command.probe(work.context, before)).toEqual({
    left: "Since it began, no file that Glob would show is new or has changed.\nAs far as is known it had printed nothing.",
  });
});

test("names files of the last commit that are gone, removed from the index or not", async () => {
  const command = prepare("rm old.txt; git rm -q src/kept.ts");
  const { work, before } = await begin(command);
  work.git("add", "--all");
  work.git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "one");
  await command.run(work.context);
  const trace = await command.probe(work.context, before);
  expect(trace).toEqual({
    left: expect.stringContaining(
      "\nIn the last commit and not there any more, by this command or one before it:\nold.txt\nsrc/kept.ts\n",
    ),
  });
});

test("tells the last that the command had printed, and not what one before it had", async () => {
  const first = prepare("echo of the first");
  const { work } = await begin(first);
  await first.run(work.context);
  const second = prepare("seq 1 20000; echo the last words");
  const before = await second.before(work.context);
  await second.run(work.context);
  const trace = await second.probe(work.context, before);
  const printed = typeof trace === "object" && "left" in trace ? trace.left : "";
  expect(printed).toMatch(/\nThe last that it had printed:\n\d+\n[^]*\n20000\nthe last words$/);
  expect(printed.length).toBeLessThan(5_000);
  const third = prepare("sleep 0.05");
  const later = await third.before(work.context);
  await third.run(work.context);
  expect(await third.probe(work.context, later)).toMatchObject({
    left: expect.stringMatching(/had printed nothing\.$/),
  });
});

test("a program in a terminal is looked behind as well", async () => {
  const prepared = terminalTool.prepare({ action: "open", command: "touch made", wait_for: "x" });
  if (!prepared.ok) throw new Error(prepared.complaint);
  const { work, before } = await begin(prepared.call);
  await prepared.call.run(work.context);
  expect(await prepared.call.probe(work.context, before)).toEqual({
    left: expect.stringMatching(/:\nmade\nAll your terminals are closed\.$/),
  });
});

test("names fifty files at most", async () => {
  const command = prepare("touch f{1..53}");
  const { work, before } = await begin(command);
  await command.run(work.context);
  const trace = await command.probe(work.context, before);
  const lines = typeof trace === "object" && "left" in trace ? trace.left.split("\n") : [];
  expect(lines).toHaveLength(53);
  expect(lines.at(-2)).toBe("[and 3 more files]");
});

test("an intent of an older version keeps no moment, so nothing is found out", async () => {
  const command = prepare("true");
  const { work } = await begin(command);
  expect(await command.probe(work.context)).toBe("unknown");
});

test("commands side by side do not get into each other's way", async () => {
  const { work } = await begin(prepare("true"));
  const both = ["echo one; sleep 0.2; echo two", "sleep 0.1; echo three"].map((command) =>
    prepare(command).run(work.context),
  );
  expect((await Promise.all(both)).map((text) => text.replace(/\n\[exit.*$/, ""))).toEqual([
    "one\ntwo",
    "three",
  ]);
});

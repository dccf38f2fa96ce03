/** A command of which nobody knows whether it ran to its end: the agent is told what it may have left in the checkout. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { bashTool } from "../../src/tools/bash.ts";
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
      /^New or changed since it began, .* committed with your work:\nsrc\/kept\.ts\nsrc\/sedAb12Cd$/,
    ),
  });
});

test("says that nothing is to be seen", async () => {
  const command = prepare("rm old.txt");
  const { work, before } = await begin(command);
  await command.run(work.context);
  expect(await command.probe(work.context, before)).toEqual({
    left: "Since it began, no file that Glob would show is new or has changed; what it deleted is not seen here.",
  });
});

test("names fifty files at most", async () => {
  const command = prepare("touch f{1..53}");
  const { work, before } = await begin(command);
  await command.run(work.context);
  const trace = await command.probe(work.context, before);
  const lines = typeof trace === "object" && "left" in trace ? trace.left.split("\n") : [];
  expect(lines).toHaveLength(52);
  expect(lines.at(-1)).toBe("[and 3 more files]");
});

test("an intent of an older version keeps no moment, so nothing is found out", async () => {
  const command = prepare("true");
  const { work } = await begin(command);
  expect(await command.probe(work.context)).toBe("unknown");
});

import { existsSync, globSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scenario } from "../../../src/offline/scenarios/rename.ts";
import { describePiece } from "../../../src/offline/scenarios/rename-job.ts";
import { type OfflineServer, openOfflineServer } from "../../../src/offline/server.ts";
import { type Folder, fileTools, makeFolder, openAgent } from "../bench.ts";

let server: OfflineServer;
beforeAll(async () => {
  server = await openOfflineServer({ scenario });
});
afterAll(() => server.close());

const COPY = "src/sedAb12Cd";
const FILES = {
  "src/a.ts": "getUser(); getUsers();\n",
  "src/b.ts": "getUser(); getUsers();\n",
  // The person's own, though its name looks the same.
  "src/sedation": "getUsers();\n",
};

/** A worker whose first command is cut off when it has changed one file, and is on the way with the second. */
async function work(folder: Folder, told: (copy: string) => string | Promise<string>) {
  const { Bash, ...tools } = fileTools(folder.path);
  let commands = 0;
  const worker = openAgent(server.url, {
    ...tools,
    Recall: () => "Nothing remembered about that.",
    Remember: () => "Remembered as m1.",
    Report: () => "Reported.",
    Glob: ({ pattern }) => {
      const found = globSync(String(pattern), { cwd: folder.path });
      return found.length === 0 ? "No files match." : found.toSorted().join("\n");
    },
    async Bash(input) {
      commands += 1;
      if (commands > 1) return (await Bash?.(input)) ?? "";
      await writeFile(join(folder.path, "src/a.ts"), "fetchUser(); getUsers();\n");
      await writeFile(join(folder.path, COPY), "fetchUs");
      throw new Error(`Interrupted: its outcome is not known.\n${await told(COPY)}`);
    },
  });
  const job = { kind: "rename", from: "getUser", to: "fetchUser" } as const;
  const files = ["src/a.ts", "src/b.ts"];
  await worker.hear(`Task t1: a subject\n\n${describePiece({ job, files }, false)}`);
  return worker;
}

test("the half-made file of a command that was cut off is removed, and nothing else", async () => {
  await using folder = await makeFolder(FILES);
  const worker = await work(folder, (copy) => `New or changed:\nsrc/a.ts\n${copy}\n`);
  expect(existsSync(join(folder.path, COPY))).toBe(false);
  expect(await folder.read("src/sedation")).toBe("getUsers();\n");
  expect(await folder.read("src/b.ts")).toBe("fetchUser(); getUsers();\n");
  const commands = worker.calls.filter(({ name }) => name === "Bash");
  expect(commands.map(({ input }) => input["command"])).toContain(`rm -f './${COPY}'`);
  expect(worker.calls.at(-1)).toMatchObject({ name: "Report", input: { status: "done" } });
});

test("one that is gone already is let be", async () => {
  await using folder = await makeFolder(FILES);
  const worker = await work(folder, async (copy) => {
    await rm(join(folder.path, copy));
    return `New or changed:\nsrc/a.ts\n${copy}\n`;
  });
  const commands = worker.calls.map(({ input }) => String(input["command"]));
  expect(commands.filter((command) => command.startsWith("rm"))).toEqual([]);
  expect(worker.calls.at(-1)).toMatchObject({ name: "Report", input: { status: "done" } });
});

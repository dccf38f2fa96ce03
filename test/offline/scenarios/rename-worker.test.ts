import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { scenario } from "../../../src/offline/scenarios/rename.ts";
import { describePiece, type Job } from "../../../src/offline/scenarios/rename-job.ts";
import { type OfflineServer, openOfflineServer } from "../../../src/offline/server.ts";
import {
  type Agent,
  type Folder,
  fileTools,
  makeFolder,
  openAgent,
  type ToolTable,
} from "../bench.ts";

let server: OfflineServer;
beforeAll(async () => {
  server = await openOfflineServer({ scenario });
});
afterEach(({ task }) => {
  if (server.stats().violations > 0)
    throw new Error(`${task.name}: a request broke the API's rules`);
});
afterAll(() => server.close());

const RENAME: Job = { kind: "rename", from: "getUser", to: "fetchUser" };

function openWorker(folder: Folder, tools: ToolTable = {}): Agent {
  return openAgent(server.url, {
    ...fileTools(folder.path),
    Recall: () => "Nothing remembered about that.",
    Remember: () => "Remembered as m1.",
    Report: () => "Reported.",
    ...tools,
  });
}

function taskOf(job: Job, files: readonly string[]): string {
  return `Task t1: a subject\n\n${describePiece({ job, files }, false)}\n\nYou are ada.`;
}

const reports = ({ calls }: Agent) =>
  calls.filter(({ name }) => name === "Report").map(({ input }) => input);
const named = ({ calls }: Agent, name: string) => calls.filter((call) => call.name === name);

const MIXED = {
  "src/a.ts": "getUser(); getUser();\n",
  "src/it's b.ts": "getUser(); getUserName(); my_getUser();\n",
  "-c.ts": "getUser(targetUser, getUsers);\n",
  "src/theirs.ts": "getUser();\n",
};

test("renames in its own files only, whole words only, and reports", async () => {
  await using folder = await makeFolder(MIXED);
  const worker = openWorker(folder);
  await worker.hear(taskOf(RENAME, ["src/a.ts", "src/it's b.ts", "-c.ts"]));
  expect(await Promise.all(Object.keys(MIXED).map((file) => folder.read(file)))).toEqual([
    "fetchUser(); fetchUser();\n",
    "fetchUser(); getUserName(); my_getUser();\n",
    "fetchUser(targetUser, getUsers);\n",
    "getUser();\n",
  ]);
  expect(reports(worker)).toEqual([
    {
      status: "done",
      summary: expect.stringMatching(/^Rename getUser to fetchUser: changed 3 files of 3\./),
      followUps: [],
    },
  ]);
  expect(named(worker, "Bash").map(({ input }) => input["command"])).toEqual([
    "sed -i 's/\\bgetUser\\b/fetchUser/g' 'src/it'\\''s b.ts' './-c.ts'",
  ]);
  expect(worker.turns.map((turn) => turn.map(({ name }) => name))).toEqual([
    ["Recall", "Grep", "Grep"],
    ["Bash", "Read"],
    ["Edit"],
    ["Grep"],
    ["Remember", "Report"],
  ]);
});

test("works in batches of at most eight calls", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 20 }, (_, n) => [`f${n}.ts`, "getUser();\n"]),
  );
  await using folder = await makeFolder(files);
  const worker = openWorker(folder, {
    Recall: () => "m1 [convention] getUser is called fetchUser",
  });
  await worker.hear(taskOf(RENAME, Object.keys(files)));
  expect(Math.max(...worker.turns.map((turn) => turn.length))).toBe(8);
  expect(named(worker, "Edit")).toHaveLength(20);
  expect(named(worker, "Remember")).toEqual([]);
  expect(reports(worker)).toMatchObject([{ status: "done" }]);
});

test("replaces a text literally, inside longer words too", async () => {
  await using folder = await makeFolder({ "a.md": "a.b xa.by axb\n", "b.md": "$& a.b\n" });
  const worker = openWorker(folder);
  await worker.hear(taskOf({ kind: "replace", from: "a.b", to: "$&" }, ["a.md", "b.md"]));
  expect([await folder.read("a.md"), await folder.read("b.md")]).toEqual([
    "$& x$&y axb\n",
    "$& $&\n",
  ]);
  expect(reports(worker)).toMatchObject([{ status: "done" }]);
});

test("replaces once where the new text holds the old one", async () => {
  await using folder = await makeFolder({ "a.md": "v1 v1\n" });
  const worker = openWorker(folder);
  await worker.hear(taskOf({ kind: "replace", from: "v1", to: "v1.2" }, ["a.md"]));
  expect(await folder.read("a.md")).toBe("v1.2 v1.2\n");
  expect(reports(worker)).toMatchObject([{ status: "done" }]);
});

test("reads again what it must read again", async () => {
  await using folder = await makeFolder({ "a.ts": "getUser();\n" });
  const { Edit, ...tools } = fileTools(folder.path);
  let edits = 0;
  const worker = openWorker(folder, {
    ...tools,
    Edit(input) {
      edits += 1;
      if (edits === 1) throw new Error("The file changed on disk. Read it again.");
      return Edit?.(input) ?? "";
    },
  });
  await worker.hear(taskOf(RENAME, ["a.ts"]));
  expect(worker.calls.map(({ name, isError }) => `${name}${isError ? "!" : ""}`)).toEqual(
    "Recall Grep Grep Read Edit! Read Edit Grep Remember Report".split(" "),
  );
  expect(await folder.read("a.ts")).toBe("fetchUser();\n");
});

test("reports itself blocked, in the tool's words, when a file can't be changed", async () => {
  await using folder = await makeFolder({ "a.ts": "getUser();\n", "b.ts": "getUser();\n" });
  const { Edit, ...tools } = fileTools(folder.path);
  const worker = openWorker(folder, {
    ...tools,
    Edit(input) {
      if (input["file_path"] === "a.ts") throw new Error("a.ts is protected.");
      return Edit?.(input) ?? "";
    },
  });
  await worker.hear(taskOf(RENAME, ["a.ts", "b.ts"]));
  expect(await folder.read("b.ts")).toBe("fetchUser();\n");
  expect(reports(worker)).toMatchObject([
    { status: "blocked", summary: expect.stringContaining("a.ts is protected.") },
  ]);
});

test("reports itself blocked when a check rejected its piece", async () => {
  await using folder = await makeFolder({ "a.ts": "getUser();\n" });
  const worker = openWorker(folder);
  await worker.hear(taskOf(RENAME, ["a.ts"]));
  await worker.hear("Rejected: the check `npm test` failed with exit 1:\nReferenceError: getUser");
  expect(reports(worker)).toMatchObject([
    { status: "done" },
    {
      status: "blocked",
      summary: expect.stringMatching(/^[^.]*only together with the other files/),
    },
  ]);
});

test("does its files again after a text conflict", async () => {
  await using folder = await makeFolder({ "a.ts": "getUser();\n" });
  const worker = openWorker(folder);
  await worker.hear(taskOf(RENAME, ["a.ts"]));
  await writeFile(join(folder.path, "a.ts"), "getUser(1);\n");
  await worker.hear("Rejected: a conflict in a.ts. Your checkout is at the integration head.");
  expect(await folder.read("a.ts")).toBe("fetchUser(1);\n");
  expect(reports(worker)).toMatchObject([{ status: "done" }, { status: "done" }]);
  expect(named(worker, "Remember")).toHaveLength(1);
});

test("says in its report that it can't do another task", async () => {
  await using folder = await makeFolder({});
  const worker = openWorker(folder);
  await worker.hear("Task t9: write the documentation");
  expect(worker.calls.map(({ name }) => name)).toEqual(["Recall", "Report"]);
  expect(reports(worker)).toMatchObject([
    { status: "blocked", summary: expect.stringMatching(/^I am a scripted stand-in/) },
  ]);
});

test("stops when its report is not accepted", async () => {
  await using folder = await makeFolder({ "a.ts": "getUser();\n" });
  const worker = openWorker(folder, {
    Report() {
      throw new Error("Not now.");
    },
  });
  await worker.hear(taskOf(RENAME, ["a.ts"]));
  expect(reports(worker)).toHaveLength(2);
  expect(worker.texts.at(-1)).toBe("My report is not accepted.");
});

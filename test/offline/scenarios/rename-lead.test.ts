import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { scenario } from "../../../src/offline/scenarios/rename.ts";
import { type OfflineServer, openOfflineServer } from "../../../src/offline/server.ts";
import { type Agent, type Folder, fileTools, type Input, makeFolder, openAgent } from "../bench.ts";

let server: OfflineServer;
beforeAll(async () => {
  server = await openOfflineServer({ scenario });
});
afterEach(({ task }) => {
  if (server.stats().violations > 0)
    throw new Error(`${task.name}: a request broke the API's rules`);
});
afterAll(() => server.close());

const MODULES = {
  "src/user.ts": "export function getUser() {}\n",
  "src/app.ts": 'import {\n  getUser,\n  other,\n} from "./user.ts";\ngetUser();\n',
  "src/again.ts": 'export { getUser } from "./user.ts";\n',
  "docs/a.md": "Call getUser.\n",
  "docs/b.md": "getUser is good.\n",
  "docs/c.md": "getUserName is another.\n",
  "docs/d.md": "getUser()\n",
  "legacy/x.py": "getUser = 1\n",
};
const TEXTS = Object.fromEntries(
  ["a", "b", "c", "d", "e"].map((name) => [`${name}.txt`, "old one\n"]),
);

interface Board {
  readonly agent: Agent;
  readonly tasks: Map<string, { status: string; input: Input }>;
  set(status: string, ...ids: string[]): void;
  finished(): string[];
}

/** A lead with a board; `refuse` makes a tool fail with these words. */
function openLead(folder: Folder, refuse: Record<string, string> = {}): Board {
  const tasks: Board["tasks"] = new Map();
  const { Grep, Read } = fileTools(folder.path);
  const at = (input: Input) => {
    const task = tasks.get(String(input["taskId"]));
    if (!task) throw new Error("No such task.");
    return task;
  };
  const table = {
    TaskCreate(input: Input) {
      const id = `t${tasks.size + 1}`;
      tasks.set(id, { status: "pending", input });
      return `created task ${id}. Advice: say more.`;
    },
    TaskUpdate(input: Input) {
      at(input).status = String(input["status"]);
      return "Updated.";
    },
    TaskStop: (input: Input) => `Stopped ${at(input).status}.`,
    TaskList: () =>
      JSON.stringify(
        [...tasks]
          .filter(([, { status }]) => status !== "deleted")
          .map(([id, { status }]) => ({ id, subject: "s", status, owner: null, blockedBy: [] })),
      ),
    Agent: () => "",
    Finish: () => "Finished.",
    Grep: (input: Input) => Grep?.(input) ?? "",
    Read: (input: Input) => Read?.(input) ?? "",
    ...Object.fromEntries(
      Object.entries(refuse).map(([name, words]) => [
        name,
        () => {
          throw new Error(words);
        },
      ]),
    ),
  };
  const agent = openAgent(server.url, table);
  return {
    agent,
    tasks,
    set: (status, ...ids) =>
      ids.forEach((id) => {
        const task = tasks.get(id);
        if (task) task.status = status;
      }),
    finished: () =>
      agent.calls.flatMap(({ name, input }) =>
        name === "Finish" ? [String(input["summary"])] : [],
      ),
  };
}

const filesOf = (board: Board) => [...board.tasks.values()].map(({ input }) => input["files"]);

test("plans linked modules as one task and the rest in shares, in one turn, and waits", async () => {
  await using folder = await makeFolder(MODULES);
  const board = openLead(folder);
  await board.agent.hear("rename getUser to fetchUser\n\nThe checks pass on the base.");
  expect(board.agent.texts[0]).toMatch(/^I am a scripted stand-in for a model/);
  expect(filesOf(board)).toEqual([
    ["src/again.ts", "src/app.ts", "src/user.ts"],
    ["docs/a.md"],
    ["docs/b.md", "docs/d.md"],
    ["legacy/x.py"],
  ]);
  expect(board.agent.turns.map((turn) => turn.map(({ name }) => name))).toEqual([
    ["Grep", "Grep", "Grep"],
    ["TaskCreate", "TaskCreate", "TaskCreate", "TaskCreate"],
    [],
  ]);
  for (const { input } of board.tasks.values()) {
    expect(String(input["description"]).length).toBeGreaterThanOrEqual(400);
  }
});

test("waits while work is outstanding and finishes when all of it is merged", async () => {
  await using folder = await makeFolder(TEXTS);
  const board = openLead(folder);
  await board.agent.hear('replace "old one" with "new one"');
  board.set("completed", "t1");
  board.set("in_progress", "t2");
  await board.agent.hear("t1 was merged.");
  expect(board.agent.turns.at(-1)).toEqual([]);
  expect(board.finished()).toEqual([]);

  board.set("completed", "t1", "t2", "t3", "t4");
  await board.agent.hear("t4 was merged.");
  expect(board.finished()).toEqual([
    'Replace "old one" with "new one": merged, 5 files by 4 tasks. A search still finds "old one" in 5 files: a.txt, b.txt, c.txt, d.txt, e.txt.',
  ]);
});

test("finishes at once when nothing holds the name", async () => {
  await using folder = await makeFolder(TEXTS);
  const board = openLead(folder);
  await board.agent.hear("rename nowhere to somewhere");
  expect(board.finished()).toEqual(['Nothing to do: no file of the repository holds "nowhere".']);
});

test("says what it is and how to ask when the request is another", async () => {
  await using folder = await makeFolder(TEXTS);
  const board = openLead(folder);
  await board.agent.hear("make it faster");
  expect(board.finished()).toEqual([
    expect.stringMatching(/^I am a scripted stand-in for a model: .*rename getUser to fetchUser/),
  ]);
});

test("makes one task of pieces that fail alone, once", async () => {
  await using folder = await makeFolder(TEXTS);
  const board = openLead(folder);
  await board.agent.hear('replace "old one" with "new one"');
  board.set("completed", "t1");
  board.set("in_progress", "t2");
  board.set("blocked", "t3");
  await board.agent.hear("t3 is blocked: it passes only together with the other files.");
  const ended = [...board.tasks].map(([id, { status }]) => `${id} ${status}`);
  expect(ended).toEqual(["t1 completed", "t2 deleted", "t3 deleted", "t4 deleted", "t5 pending"]);
  expect(filesOf(board).at(-1)).toEqual(["b.txt", "c.txt", "d.txt", "e.txt"]);
  expect(board.agent.calls.filter(({ name }) => name === "TaskStop")).toMatchObject([
    { input: { taskId: "t2" } },
  ]);

  board.set("failed", "t5");
  await board.agent.hear("t5 failed.");
  expect(board.finished()).toEqual([
    expect.stringMatching(
      /not all of it is done\. Stands, merged: t1 completed .*Did not pass: t5 failed/,
    ),
  ]);
});

test("does not try again what a person denied", async () => {
  await using folder = await makeFolder(TEXTS);
  const board = openLead(folder);
  await board.agent.hear('replace "old one" with "new one"');
  board.set("completed", "t1", "t2", "t3");
  board.set("blocked", "t4");
  await board.agent.hear("t4 is blocked: its merge was denied by a person.");
  expect([board.tasks.size, board.finished().length]).toEqual([4, 1]);
});

test("gives a tool that fails a second try and then finishes with its words", async () => {
  await using folder = await makeFolder(TEXTS);
  const searching = openLead(folder, { Grep: "rg is gone" });
  await searching.agent.hear('replace "old one" with "new one"');
  const creating = openLead(folder, { TaskCreate: "the board is full" });
  await creating.agent.hear('replace "old one" with "new one"');
  expect([searching.finished(), creating.finished()]).toEqual([
    ["The search failed, so there is no plan: rg is gone"],
    ["A task could not be created: the board is full"],
  ]);
});

test("ends without changes when its plan is rejected", async () => {
  await using folder = await makeFolder(TEXTS);
  const board = openLead(folder);
  await board.agent.hear('replace "old one" with "new one"');
  await board.agent.hear("The plan was rejected: too many tasks.");
  expect(board.finished()).toEqual([expect.stringContaining("nothing was changed")]);
});

test("ends its turn when it may not finish yet", async () => {
  await using folder = await makeFolder(TEXTS);
  const board = openLead(folder, { Finish: "Tasks are open." });
  await board.agent.hear("rename nowhere to somewhere");
  expect(board.agent.turns.map((turn) => turn.length)).toEqual([3, 1, 0]);
});

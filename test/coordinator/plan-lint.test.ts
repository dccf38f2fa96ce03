import { expect, test } from "vitest";
import { adviseTask, findConflicts, refuseTask } from "../../src/coordinator/plan-lint.ts";
import { created, finished, newTask, started, teamOf } from "./support.ts";

const COMPLETE = `Move the callers in src/billing from getUser(id, callback) to await loadUser(id), so that the callback API can go.

Files: write only src/billing. Contract: loadUser(id: string): Promise<User>; it rejects with UserNotFound.
Pattern: getUser(id, (error, user) => use(user)) becomes use(await loadUser(id)).
Check: npm test -- src/billing exits 0. Not this: other folders have tasks of their own.
Odd cases: a callback that is called more than once: leave it and list it. Ask when an exported function would become async.`;

/** The part of the advice that each line is about. */
function advised(more: Parameters<typeof newTask>[1], tracked = ["src/billing/a.ts"]): string[] {
  const task = newTask("t1", { description: COMPLETE, files: ["src/billing/**"], ...more });
  return adviseTask(task, tracked).map((line) => line.split(":")[0] ?? "");
}

test.each<[string, Parameters<typeof newTask>[1], string[]]>([
  ["nothing where no part is missing", {}, []],
  [
    "the check, in the text or beside it",
    { description: COMPLETE.replace("Check: npm test", "") + "x".repeat(40), check: "make" },
    [],
  ],
  ["the goal in the first paragraph", { description: `Do it.\n\n${COMPLETE}` }, ["goal"]],
  [
    "more text",
    { description: "Move the callers in src/billing from callbacks to promises; test only it." },
    ["thin"],
  ],
  ["the files", { files: [] }, ["files"]],
  ["a glob that matches nothing", { files: ["src/billing/**", "lib/**"] }, ["files"]],
  ["the check", { description: COMPLETE.replace("Check: npm test", "Run: npm start") }, ["check"]],
  [
    "what to leave alone",
    {
      description: COMPLETE.replace("write only", "write")
        .replace("Not this: other", "Other")
        .replace("leave it", "skip it"),
    },
    ["not this"],
  ],
  [
    "blockedBy where the text waits for a task",
    { description: `${COMPLETE} Start after t3.` },
    ["order"],
  ],
  [
    "nothing where blockedBy says what the text says",
    { description: `${COMPLETE} Start after t3.`, blockedBy: ["t3"] },
    [],
  ],
])("advises %s", (_name, more, expected) => {
  expect(advised(more)).toEqual(expected);
});

test("a literal path with brackets matches the file of that name", () => {
  const file = "app/[id]/page.ts";
  expect([advised({ files: [file] }, [file]), advised({ files: [file] }, ["app/i/x.ts"])]).toEqual([
    [],
    ["files"],
  ]);
});

test("the advice on files names those that match nothing, five at most", () => {
  const files = ["a", "b", "c", "d", "e", "f"];
  const [line] = adviseTask(newTask("t1", { description: COMPLETE, files }), []);
  expect(line).toBe("files: a, b, c, d, e matches no file yet. Right if it is new.");
});

const chain = teamOf(
  started(),
  created("t1"),
  created("t2", { blockedBy: ["t1"] }),
  created("t3", { blockedBy: ["t2"] }),
);

test.each<[string, string, string[], RegExp]>([
  ["a task that needs what is there", "t4", ["t3", "t1"], /^fine$/],
  ["an unknown dependency", "t4", ["t9"], /no task t9 .*t1, t2, t3/],
  ["a task that waits for itself", "t2", ["t2"], /t2 can't wait for itself/],
  ["a short cycle", "t1", ["t2"], /cycle: t2 already waits for t1/],
  ["a long cycle", "t1", ["t3"], /cycle: t3 already waits for t1/],
])("judges %s", (_name, ...[id, blockedBy, refusal]) => {
  expect(refuseTask(chain, newTask(id, { blockedBy })) ?? "fine").toMatch(refusal);
});

test("an empty board is said to hold none", () => {
  const said = refuseTask(teamOf(started()), newTask("t1", { blockedBy: ["t7"] }));
  expect(said).toBe("There is no task t7 to wait for. Tasks on the board: none yet.");
});

test.each<[string, Parameters<typeof newTask>[1], string[]]>([
  ["an open task on the same file", { files: ["t1.ts", "x.ts"] }, ["t1: t1.ts"]],
  ["every open task that a glob covers", { files: ["*.ts"] }, ["t1: *.ts", "t2: *.ts", "t3: *.ts"]],
  ["no task that it waits for", { files: ["t1.ts"], blockedBy: ["t1"] }, []],
  ["no task that it waits for through others", { files: ["t1.ts"], blockedBy: ["t3"] }, []],
])("finds %s", (_name, more, expected) => {
  const found = findConflicts(chain, newTask("t4", more));
  expect(found.map(({ task, files }) => `${task}: ${files.join(" ")}`)).toEqual(expected);
});

test("neither a settled task nor one that waits for it nor the task itself is a conflict", () => {
  const settled = teamOf(started(), created("t1"), finished("t1", "failed"));
  expect([
    findConflicts(settled, newTask("t2", { files: ["t1.ts"] })),
    findConflicts(chain, newTask("t1", { files: ["t1.ts", "t2.ts"] })),
  ]).toEqual([[], []]);
});

import { expect, test } from "vitest";
import { reportOf } from "../../src/coordinator/report.ts";
import { reportMarkdown } from "../../src/coordinator/report-markdown.ts";
import { summaryLines } from "../../src/coordinator/screen/summary.ts";
import type { EventBody } from "../../src/session/events.ts";
import {
  AT_WORK,
  created,
  finished,
  journalOf,
  MERGED,
  merged,
  queued,
  rejected,
  spawned,
} from "./support.ts";

const GATE = {
  id: "ada-1",
  worker: "ada",
  task: "t1",
  tool: "Bash",
  input: { command: "git push `x`" },
  risk: "HIGH" as const,
  reasons: ["it has an effect on a remote"],
  cwd: "/checkout",
  hash: "h1",
};
const answered = { type: "gate.answered", gate: "ada-1", hash: "h1" } as const;
const RECEIPT = {
  commit: MERGED,
  checks: [{ command: "npm test", exit: 0, ms: 1_200, output: "", log: "" }],
  diffstat: " a.ts | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)",
  diff: null,
};

function called(agent: string, cost_usd: number | null): EventBody {
  const usage = { input: 100, output: 10, cache_read: 900, cache_write: 0 };
  const task = agent === "ada" ? "t1" : null;
  return {
    type: "model.called",
    agent,
    task,
    model: "m-1",
    usage,
    cost_usd,
    duration_ms: 5,
    cache: 0.9,
  };
}

const EVENTS: readonly EventBody[] = [
  ...AT_WORK,
  created("t2", { subject: "<b>second</b>" }),
  called("ada", 0.5),
  called("coordinator", null),
  { type: "gate.opened", gate: GATE },
  { ...answered, answer: "refused", by: "worker:ben", note: "from inside" },
  { ...answered, answer: "deny", by: "person", note: "not *there*" },
  { type: "gate.opened", gate: { ...GATE, id: "ada-2", hash: "h2" } },
  { ...answered, gate: "ada-2", hash: "h2", answer: "once", by: "person", note: "" },
  {
    type: "tool.started",
    agent: "ada",
    id: "c1",
    task: "t1",
    tool: "Bash",
    input: { command: "x" },
    risk: "HIGH",
  },
  {
    type: "tool.finished",
    agent: "ada",
    id: "c1",
    ok: false,
    ms: 0,
    refused: "The person said no: not *there*",
  },
  {
    type: "tool.started",
    agent: "ada",
    id: "c2",
    task: "t1",
    tool: "Write",
    input: { file_path: "/etc/x" },
    risk: "LOW",
  },
  { type: "tool.finished", agent: "ada", id: "c2", ok: false, ms: 0, refused: "It is outside." },
  { type: "question.asked", question: "q1", agent: "coordinator", text: "Both?" },
  { type: "question.answered", question: "q1", text: "One.", by: "person" },
  { type: "worker.lost", worker: "ada", reason: "SIGKILL" },
  { type: "worker.respawned", worker: "ada", pid: 7, pane: null },
  {
    type: "memory.written",
    entry: {
      id: "m1",
      text: "cents",
      kind: "fact",
      files: [],
      by: "ada",
      task: "t1",
      at: "",
      sources: [],
      trust: "agent",
    },
  },
  {
    type: "task.updated",
    task: "t1",
    by: "ada",
    report: { status: "done", summary: "it is done", followUps: ["b.ts: @all look"] },
  },
  queued("t1", "ada"),
  rejected("t1", 1),
  {
    type: "task.updated",
    task: "t1",
    by: "ada",
    report: { status: "done", summary: "again", followUps: [] },
  },
  queued("t1", "ada"),
  merged("t1"),
  finished("t1", "completed", { worker: "ada", why: "merged", receipt: RECEIPT }),
  finished("t2", "blocked", { why: "nobody knows\nwhy", denied: true }),
  {
    type: "session.finished",
    outcome: "denied",
    summary: "Half of it.\nAssumptions:\n- a is b\n2) c\nRisks: none",
  },
];

const report = reportOf(journalOf(...EVENTS));

test("the report holds who did what, with receipt, rejections and answers", () => {
  expect(report.tasks).toEqual([
    {
      id: "t1",
      subject: "subject of t1",
      status: "completed",
      worker: "ada",
      why: "merged",
      commit: MERGED,
      diffstat: RECEIPT.diffstat,
      checks: [{ command: "npm test", exit: 0, ms: 1_200 }],
      rejections: ["npm test → exit 1"],
    },
    expect.objectContaining({
      id: "t2",
      status: "blocked",
      worker: null,
      commit: null,
      checks: [],
    }),
  ]);
  expect(
    report.gates.map(({ id, answer, by, note, attempts }) => [id, answer, by, note, attempts]),
  ).toEqual([
    ["ada-1", "deny", "person", "not *there*", ["worker:ben"]],
    ["ada-2", "once", "person", "", []],
  ]);
  expect(report.refused).toEqual([
    { agent: "ada", tool: "Write", action: "/etc/x", why: "It is outside." },
  ]);
  expect(report.questions).toEqual([
    { id: "q1", agent: "coordinator", text: "Both?", answer: "One.", by: "person" },
  ]);
  expect(report.losses).toEqual([{ worker: "ada", reason: "SIGKILL", isBack: true }]);
  expect(report.assumptions).toEqual(["a is b", "c"]);
  expect(report.followUps).toEqual([{ task: "t1", text: "b.ts: @all look" }]);
  expect(report.memory).toMatchObject([{ id: "m1", text: "cents" }]);
  expect(report.total).toMatchObject({ calls: 2, cost_usd: 0.5, unpriced: 1 });
});

test.each([
  "# move to promises",
  "Not all done, because a person said no: 1 of 2 tasks merged into `swarmux/s1/integration`",
  "- **t1** subject of t1: merged, by ada, as `2222222222`, 1 file changed, 1 insertion(+), 1 deletion(-)",
  "- **t2** &lt;b&gt;second&lt;/b&gt;: blocked\n  - nobody knows",
  "- t1: `npm test` → exit 0, 1.2 s",
  "- ada: Bash `` git push `x` `` (it has an effect on a remote): denied by person: not \\*there\\*",
  "- ada: Bash `` git push `x` `` (it has an effect on a remote): approved once by person",
  "- ada: Write `/etc/x` was refused: It is outside.",
  "- `ada-1`: an answer of worker:ben did not count",
  "- t1 came back: npm test → exit 1; mended and merged",
  "- ada was lost: SIGKILL; it was started again and went on",
  "- coordinator: Both?\n  - person: One.",
  "- t1: b.ts: &#64;all look",
  "- `m1` fact, by ada: cents",
  "at least $0.50 for 2 model calls, 90 % of what they read came from the cache.",
  "| agent ada | 1 | 1000 | 10 | 90 % | $0.50 |",
  "| agent coordinator | 1 | 1000 | 10 | 90 % | at least $0.00 |",
  "swarmux accept --session s1    # or: git merge swarmux/s1/integration",
])("the Markdown says: %s", (part) => {
  expect(reportMarkdown(report)).toContain(part);
});

test("a session that has only begun has a report without empty sections", () => {
  const text = reportMarkdown(reportOf(journalOf(...AT_WORK, spawned("ben", 2))));
  expect(text.match(/^## .*/gm)).toEqual(["## What was done", "## Cost"]);
  expect(text).toContain("Not finished: 0 of 1 task merged");
});

test("the final summary is a short version of the same", () => {
  expect(summaryLines(report)).toEqual([
    "",
    "denied: Half of it.\nAssumptions:\n- a is b\n2) c\nRisks: none",
    "",
    "1 of 2 tasks merged into swarmux/s1/integration",
    "  ✓ t1 subject of t1, ada: 2222222222; npm test → exit 0, came back once and was mended",
    "  ✗ t2 <b>second</b>: blocked, nobody knows",
    "  ⊘ denied by person: ada Bash git push `x` (not *there*)",
    "  ⊘ refused by the rules: 1",
    "cost at least $0.50 for 2 model calls",
    "look: swarmux diff --session s1   or: swarmux report --session s1",
    "take it: swarmux accept --session s1",
  ]);
});

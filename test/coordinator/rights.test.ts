import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { decide } from "../../src/coordinator/decide.ts";
import { toEvent } from "../../src/coordinator/inbox.ts";
import type { Team } from "../../src/coordinator/team.ts";
import type { Up } from "../../src/ipc/messages.ts";
import type { Rule } from "../../src/permissions.ts";
import { presets } from "../../src/risk/grants.ts";
import type { EventBody, EventOf } from "../../src/session/events.ts";
import {
  approved,
  assigned,
  created,
  inProgress,
  ready,
  spawned,
  stamp,
  started,
  teamOf,
  tempFolder,
} from "./support.ts";

type Begun = Extract<Up, { type: "tool.started" }>;
type Asked = Extract<Up, { type: "gate" }>;

const enclosure = { kind: "none" } as const;
const origin = { file: "config.toml", line: 4, scope: "user" } as const;
const ASK: Rule = { verdict: "ask", tool: "Bash", pattern: "git log:*", origin };
const DENY: Rule = { verdict: "deny", tool: "Read", pattern: "notes/**", origin };
const ALLOW: Rule = { verdict: "allow", tool: "Bash", pattern: "git push:*", origin };

interface Given {
  readonly rules?: readonly Rule[];
  readonly session?: Parameters<typeof started>[0];
  readonly task?: Partial<EventOf<"task.assigned">>;
  /** What happened after the worker began. */
  readonly later?: readonly EventBody[];
}

/** A team at work on t1 with ada, over a real checkout. */
async function workplace({ rules = [], session = {}, task = {}, later = [] }: Given = {}) {
  const root = await tempFolder();
  mkdirSync(join(root, "notes"));
  writeFileSync(join(root, "notes/a.md"), "");
  const team = teamOf(
    started(session),
    created("t1"),
    approved,
    assigned("t1", "ada", task),
    spawned("ada"),
    ready("ada"),
    inProgress("t1"),
    ...later,
  );
  const rights = { rules, placeOf: () => ({ root, outputs: join(root, "outputs"), enclosure }) };
  const say = (body: Up) => toEvent(team, { worker: "ada", n: 9, rights }, body);
  return { team, say };
}

function begun(tool: string, input: Record<string, unknown>, more: Partial<Begun> = {}): Begun {
  return { type: "tool.started", id: "c1", task: "t1", tool, input, risk: "LOW", ...more };
}

function asked(tool: string, input: Record<string, unknown>, more: Partial<Asked> = {}): Asked {
  const [call, reasons] = ["c1", ["as the worker says"]];
  const said = { call, task: "t1", risk: "HIGH", reasons, cwd: "/c", hash: "h1" } as const;
  return { type: "gate", gate: "ada-1", tool, input, ...said, ...more };
}

function endsOf(team: Team, event: EventBody): readonly EventBody[] {
  return decide(team, stamp(event, team.seq + 1)).actions.flatMap((action) =>
    action.do === "emit" ? [action.event] : [],
  );
}

/** The events of a yes to that action. */
function consent(action: Asked): EventBody[] {
  const { gate: id, ...gate } = action;
  const { call, task, tool, input, risk, reasons, cwd, hash } = gate;
  return [
    {
      type: "gate.opened",
      gate: { id, worker: "ada", task, tool, input, risk, reasons, cwd, hash, call },
    },
    { type: "gate.answered", gate: id, hash, answer: "once", by: "person", note: "" },
  ];
}

test.each<[string, Given, Begun, RegExp]>([
  [
    "a tool that the session's grant lacks",
    { session: { grant: "read-only" } },
    begun("Write", { file_path: "a", content: "" }),
    /^Write is not in your grant/,
  ],
  [
    "a tool that the task's grant lacks, whatever the session has",
    { task: { grant: { ...presets.full, tools: ["Read"] } } },
    begun("Bash", { command: "ls" }),
    /^Bash is not in your grant/,
  ],
  [
    "a tool that the session lost after the task was given",
    { session: { no_shell: true }, task: { grant: presets.full } },
    begun("Bash", { command: "ls" }),
    /^Bash is not in your grant/,
  ],
  [
    "a file that the grant does not name",
    { task: { grant: { ...presets.full, paths: ["src/**"] } } },
    begun("Write", { file_path: "docs/a.md", content: "" }),
    /^docs\/a\.md is not among the files/,
  ],
  [
    "the network, where the grant has none",
    { session: { grant: "edit" } },
    begun("Bash", { command: "git push" }, { risk: "HIGH" }),
    /^The network is not in your grant: git push sends/,
  ],
  [
    "what a rule denies",
    { rules: [DENY] },
    begun("Bash", { command: "cat notes/a.md" }),
    /^deny Read\(notes\/\*\*\) in config\.toml:4$/,
  ],
  [
    "what a rule says to ask for, and nobody was asked",
    { rules: [ASK] },
    begun("Bash", { command: "git log" }),
    /^nobody was asked \(ask Bash\(git log:\*\) in config\.toml:4\)$/,
  ],
  [
    "a HIGH call, and nobody was asked",
    {},
    begun("Bash", { command: "git push" }, { risk: "HIGH" }),
    /^nobody was asked \(git push sends/,
  ],
  [
    "a HIGH call under a yes that nobody gave",
    {},
    begun("Bash", { command: "git push" }, { risk: "HIGH", gate: "ada-1" }),
    /^nobody was asked/,
  ],
  [
    "a HIGH call under the yes to another call",
    { later: consent(asked("Bash", { command: "git push" }, { call: "c7" })) },
    begun("Bash", { command: "git push" }, { risk: "HIGH", gate: "ada-1" }),
    /^nobody was asked/,
  ],
  ["a tool that is not there", {}, begun("Sudo", {}), /^There is no tool Sudo/],
])("R9: a worker that begins %s loses its task", async (_name, ...[given, body, why]) => {
  const { team, say } = await workplace(given);
  const event = say(body);
  expect(event).toMatchObject({ type: "tool.started", breach: expect.stringMatching(why) });
  expect(endsOf(team, event)).toMatchObject([
    { type: "task.finished", task: "t1", status: "failed", worker: "ada" },
  ]);
});

test.each<[string, Given, Begun, object]>([
  ["a call below HIGH", {}, begun("Bash", { command: "ls" }), { risk: "LOW" }],
  [
    "a HIGH call under the person's yes",
    { later: consent(asked("Bash", { command: "git push" })) },
    begun("Bash", { command: "git push" }, { risk: "HIGH", gate: "ada-1" }),
    { risk: "HIGH", gate: "ada-1" },
  ],
  [
    "a HIGH call that a rule allows",
    { rules: [ALLOW] },
    begun("Bash", { command: "git push" }, { risk: "HIGH", rule: "its own word" }),
    { risk: "HIGH", rule: "allow Bash(git push:*) in config.toml:4" },
  ],
  [
    "a call that looks HIGH to the coordinator alone",
    {},
    begun("Bash", { command: "git push" }),
    { risk: "HIGH" },
  ],
  [
    "a refused call",
    { session: { grant: "read-only" } },
    begun("Bash", { command: "ls" }, { refused: true }),
    { risk: "LOW", refused: true },
  ],
])("%s is written down as it is", async (_name, ...[given, body, expected]) => {
  const { team, say } = await workplace(given);
  const { id, task, tool, input } = body;
  const event = say(body);
  expect(event).toEqual({
    type: "tool.started",
    agent: "ada",
    id,
    task,
    tool,
    input,
    ...expected,
    up: { worker: "ada", n: 9 },
  });
  expect(endsOf(team, event)).toEqual([]);
});

test.each<[string, Given, Asked, RegExp]>([
  [
    "for what the grant lacks",
    { session: { grant: "edit" } },
    asked("Bash", { command: "git push" }),
    /^The network is not in your grant/,
  ],
  [
    "for what a rule denies",
    { rules: [DENY] },
    asked("Read", { file_path: "notes/a.md" }),
    /^deny Read/,
  ],
  ["for a tool that is not there", {}, asked("Sudo", {}), /^There is no tool Sudo/],
])(
  "R9: a gate %s is answered with no, and nobody is asked",
  async (_name, ...[given, body, why]) => {
    const { team, say } = await workplace(given);
    const event = say(body);
    expect(event).toMatchObject({
      type: "gate.opened",
      gate: { denied: expect.stringMatching(why) },
    });
    expect(endsOf(team, event)).toMatchObject([
      { type: "gate.answered", gate: "ada-1", answer: "deny", by: "rules" },
    ]);
  },
);

test("a gate tells the coordinator's own risk and reasons, and the rule that asks", async () => {
  const { say } = await workplace({ rules: [ASK] });
  const event = say(asked("Bash", { command: "git log; git push" }, { risk: "LOW" }));
  expect(event).toMatchObject({
    gate: {
      risk: "HIGH",
      reasons: [
        "asked because of ask Bash(git log:*) in config.toml:4",
        "git push sends work to a remote",
      ],
    },
  });
});

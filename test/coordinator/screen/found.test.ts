import { expect, test } from "vitest";
import { foundLines } from "../../../src/coordinator/screen/found.ts";
import type { EventBody, Found } from "../../../src/session/events.ts";
import {
  approved,
  assigned,
  created,
  inProgress,
  queued,
  ready,
  reported,
  spawned,
  started,
  teamOf,
} from "../support.ts";

const NOW = "2026-11-21T10:45:00.000Z";

const FOUND: Found = {
  ended: { at: "2026-11-21T10:00:00.000Z", by: null, reason: "its last event is gate.opened" },
  leftovers: 2,
  mended: ["the git folder of ada's checkout was made anew; its files are as they were"],
  adopted: [],
  torn: [{ journal: "agents/ada.jsonl", bytes: 17 }],
  changed: ["ada-1"],
};

const gateOf = (id: string): EventBody => ({
  type: "gate.opened",
  gate: {
    id,
    worker: "ada",
    task: "t1",
    tool: "Bash",
    input: { command: "./release.sh" },
    risk: "HIGH",
    reasons: ["an unknown program"],
    cwd: "/checkout",
    hash: id,
  },
});

const EVENTS: readonly EventBody[] = [
  started({ budget: 5 }),
  created("t1"),
  created("t2"),
  approved,
  assigned("t1", "ada"),
  spawned("ada"),
  ready("ada"),
  inProgress("t1"),
];

test("says how it ended, what was left and mended, who goes on, what waits and what is void", () => {
  const question: EventBody = {
    type: "question.asked",
    question: "q1",
    agent: "coordinator",
    text: "Which?\n  1. this",
  };
  const team = teamOf(...EVENTS, gateOf("ada-1"), gateOf("ada-2"), question);
  expect(foundLines(team, FOUND, NOW)).toEqual([
    "resuming s1: move to promises",
    "  its coordinator was gone without a word 45 min ago, at 2026-11-21 10:00 UTC: killed, or the machine went down",
    "  2 processes left over from it: ended",
    "  17 bytes of a cut line kept in agents/ada.jsonl.torn-…",
    "  mended: the git folder of ada's checkout was made anew; its files are as they were",
    "  0 of 2 tasks merged, 1 in progress, 1 not started",
    "  [1] ada goes on with t1: subject of t1",
    "  a file that ada-1 runs has changed: the gate is void, ada asks again",
    "  waits for you: ada-2, ada Bash ./release.sh: swarmux approve ada-2",
    "  waits for you: q1 of coordinator: Which?: swarmux answer q1 …",
    "  spent $0.00 of $5.00 for 0 model calls",
  ]);
});

test("says who had stopped it, which merges were taken in, and that the budget is spent", () => {
  const call: EventBody = {
    type: "model.called",
    agent: "ada",
    task: "t1",
    model: "claude-sonnet-5-5",
    usage: { input: 10, output: 2, cache_read: 0, cache_write: 0 },
    cost_usd: 6,
    duration_ms: 1,
    cache: 0,
  };
  const team = teamOf(...EVENTS, call, reported("t1", "ada"), queued("t1", "ada"));
  const ended = { at: "2026-11-21T10:44:30.000Z", by: "budget", reason: "it is spent" };
  const found = { ...FOUND, ended, leftovers: 0, mended: [], torn: [], adopted: ["t1"] };
  expect(foundLines(team, found, NOW)).toEqual([
    "resuming s1: move to promises",
    "  it was stopped by budget 30 s ago, at 2026-11-21 10:44 UTC: it is spent",
    "  1 of 2 tasks merged (t1 without a line in the journal), 1 not started",
    "  spent $6.00 of $5.00 for 1 model call; that is all of it: swarmux resume --budget N, or --token-budget N",
  ]);
});

/** Several events that follow from one: each is decided upon the team that the ones before it led to. */
import { expect, test } from "vitest";
import { createCore } from "../../src/coordinator/core.ts";
import type { EventBody } from "../../src/session/events.ts";
import {
  AT_WORK,
  approved,
  assigned,
  created,
  finished,
  inProgress,
  journalOf,
  ready,
  reported,
  spawned,
  stamp,
  started,
} from "./support.ts";

/** What the coordinator writes when it comes to `body`, in short. */
function written(past: readonly EventBody[], body: EventBody): string[] {
  const lines: string[] = [];
  const events = journalOf(...past);
  const core = createCore({
    journal: {
      append(record) {
        lines.push(inShort(record));
        return { line: stamp(record, past.length + lines.length), durable: Promise.resolve() };
      },
    },
    events,
    perform: () => {},
    failed: (error) => lines.push(String(error)),
  });
  void core.emit(body);
  return lines;
}

function inShort(event: EventBody): string {
  if (event.type === "task.assigned") return `${event.task} → ${event.worker}`;
  return event.type === "task.finished" ? `${event.task} ${event.status}` : event.type;
}

const ONE_BEHIND = [
  started({ workers: 2 }),
  created("t1"),
  created("t2"),
  created("t3"),
  approved,
  assigned("t1", "ada"),
  spawned("ada"),
  ready("ada"),
  inProgress("t1"),
];

test("what was cut off between a report and its end gives each task away once", () => {
  const past = [...ONE_BEHIND, reported("t1", "ada", "blocked")];
  expect(written(past, { type: "session.resumed", by: "person", epoch: 2 })).toEqual([
    "session.resumed",
    "t2 → ben",
    "t1 blocked",
  ]);
});

test("a gate is void once, though its task's end gives other tasks away", () => {
  const gate = {
    id: "g1",
    worker: "ada",
    task: "t1",
    tool: "Bash",
    input: {},
    risk: "HIGH",
    reasons: [],
    cwd: "/",
    hash: "h1",
  } as const;
  const past: EventBody[] = [
    ...AT_WORK,
    created("t9"),
    approved,
    { type: "gate.opened", gate: { ...gate, reasons: [] } },
  ];
  const lines = written(past, finished("t1", "failed"));
  expect(lines.slice(0, 2)).toEqual(["t1 failed", "gate.voided"]);
  expect(lines.filter((line) => line === "gate.voided")).toHaveLength(1);
  expect(lines.some((line) => line.startsWith("t9 →"))).toBe(true);
});

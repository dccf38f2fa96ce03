/** The two ends of each wire compared: what one has sent, the other has taken in once and in order, up to its cursor. */
import { downFor, type Step } from "../../src/coordinator/down.ts";
import { evolve } from "../../src/coordinator/evolve.ts";
import { EMPTY_TEAM } from "../../src/coordinator/team.ts";
import type { JournalLine } from "../../src/session/journal-line.ts";
import type { Evidence } from "./evidence.ts";

export function checkWire(evidence: Evidence): string[] {
  const steps = stepsOf(evidence);
  return [...evidence.agents].flatMap(([worker, lines]) =>
    worker === "lead"
      ? []
      : [...checkUp(evidence, worker, lines), ...checkDown(steps, worker, lines)],
  );
}

function checkUp(
  { events, team }: Evidence,
  worker: string,
  lines: readonly JournalLine[],
): string[] {
  const sent = lines.filter(({ type }) => type === "wire.up").map(({ seq }) => seq);
  const taken = events.flatMap(({ up }) => (up?.worker === worker ? [up.n] : []));
  const cursor = team.workers.get(worker)?.cursor ?? 0;
  const acknowledged = sent.filter((n) => n <= cursor);
  return taken.join() === acknowledged.join()
    ? []
    : [`${worker} sent ${acknowledged.join()} up to its cursor, the session has ${taken.join()}`];
}

function checkDown(
  steps: readonly Step[],
  worker: string,
  lines: readonly JournalLine[],
): string[] {
  const meant = steps.flatMap((step) => {
    const body = step.after.workers.has(worker) ? downFor(step, worker) : undefined;
    return body === undefined ? [] : [{ n: step.event.seq, body }];
  });
  const received = lines
    .filter(({ type }) => type === "wire.down")
    .map(({ n, body }) => JSON.stringify({ n, body }));
  const wrong = received.findIndex((text, at) => text !== JSON.stringify(meant[at]));
  return wrong === -1
    ? []
    : [
        `body ${wrong + 1} of ${worker} is ${received[wrong]}, the journal means ${JSON.stringify(meant[wrong])}`,
      ];
}

function stepsOf({ events }: Evidence): Step[] {
  let before = EMPTY_TEAM;
  return events.map((event) => {
    const step = { before, after: evolve(before, event), event };
    before = step.after;
    return step;
  });
}

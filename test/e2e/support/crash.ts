/** What a session is like after everything of it was killed at once, and bringing it back. */
import { copyFile, readFile, truncate } from "node:fs/promises";
import type { SessionEvent } from "../../../src/session/events.ts";
import { goEnvironment } from "./go.ts";
import { sessionPaths, waitForEvent } from "./journal.ts";
import { expectNoProcess } from "./leftovers.ts";
import { type Ended, jsonLines, type Running, scripted, start } from "./swarmux.ts";
import type { Workplace } from "./workplace.ts";

/** Starts a scenario and kills its coordinator once the journal holds an event that `match` takes. */
export async function crashAt(
  place: Workplace,
  scenario: string,
  match: (event: SessionEvent) => boolean,
): Promise<void> {
  const { args, env } = scripted(scenario);
  const running = start(place, [...args, "do what the scenario says"], {
    env: { ...env, ...goEnvironment(place) },
  });
  await waitForEvent(place, match);
  process.kill(running.pid, "SIGKILL");
  await running.ended;
  await expectNoProcess(place.folder);
}

export function startResume(place: Workplace, scenario: string, ...more: string[]): Running {
  const { env } = scripted(scenario);
  return start(place, ["resume", "--headless", ...more], {
    env: { ...env, ...goEnvironment(place) },
  });
}

export function resume(place: Workplace, scenario: string, ...more: string[]): Promise<Ended> {
  return startResume(place, scenario, ...more).ended;
}

/** Makes the session what a kill right before that event would have left: nobody has heard of it yet. */
export async function rewindTo(
  place: Workplace,
  match: (event: SessionEvent) => boolean,
  workers: readonly string[],
): Promise<void> {
  const at = sessionPaths(place);
  const first = await cutBefore<SessionEvent>(at.journal, match);
  const seq = first?.seq ?? Number.POSITIVE_INFINITY;
  for (const name of workers) {
    await cutBefore<{ type: string; n: number }>(
      at.agent(name),
      ({ type, n }) => type === "wire.down" && n >= seq,
    );
  }
}

async function cutBefore<Line extends object>(
  path: string,
  match: (line: Line) => boolean,
): Promise<Line | undefined> {
  const text = await readFile(path, "utf8");
  const lines = jsonLines<Line>(text);
  const found = lines.findIndex(match);
  if (found < 0) return undefined;
  await copyFile(path, `${path}.whole`);
  const kept = text
    .split("\n")
    .slice(0, found)
    .map((line) => `${line}\n`);
  await truncate(path, Buffer.byteLength(kept.join("")));
  return lines[found];
}

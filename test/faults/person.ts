/** The person of a session that is killed: answers whatever waits, once, from outside of it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { askCoordinator } from "../../src/cli/ask.ts";
import { foldTeam } from "../../src/coordinator/evolve.ts";
import { type Gate, parseEvent } from "../../src/session/events.ts";
import { readJournal } from "../../src/session/read-journal.ts";
import { BIN } from "../e2e/support/swarmux.ts";
import type { Workplace } from "../e2e/support/workplace.ts";
import { SESSION, stateFolder, statePaths } from "./place.ts";

export const WORLD = "the round one";
const LOOK_MS = 25;

/** Answers until `gone` aborts: the coordinator that listens is no more. */
export async function answerAll(place: Workplace, gone: AbortSignal): Promise<void> {
  while (!gone.aborted) {
    const waiting = await findWaiting(place);
    for (const answer of waiting) await Promise.race([answer(gone), aborted(gone)]);
    await sleep(LOOK_MS);
  }
}

type Answer = (gone: AbortSignal) => Promise<void>;

async function findWaiting(place: Workplace): Promise<Answer[]> {
  const journal = await readJournal(statePaths(place).journal).catch(() => undefined);
  if (journal === undefined) return [];
  const { gates, questions, integration } = foldTeam(journal.lines.map(parseEvent));
  // The worker that asks is held until the other's work is merged, so that its own goes back onto a newer head.
  const isOpen = (gate: Gate) => gate.worker === "coordinator" || integration.merged.length > 0;
  return [
    ...[...questions.keys()].map(
      (question): Answer =>
        () =>
          ask(place, { type: "answer", question, text: WORLD }),
    ),
    ...[...gates.values()].filter(isOpen).map(({ id, hash, worker }): Answer => {
      if (worker !== "coordinator") return (gone) => approve(place, id, gone);
      return () => ask(place, { type: "gate", gate: id, hash, answer: "once", note: "" });
    }),
  ];
}

/** A refusal is no failure: what waited may be answered or void by now. */
async function ask(place: Workplace, request: Parameters<typeof askCoordinator>[1]): Promise<void> {
  const view = { name: SESSION, folder: stateFolder(place), at: statePaths(place), isLive: true };
  await askCoordinator(view, request).catch(() => {});
}

async function approve(place: Workplace, gate: string, gone: AbortSignal): Promise<void> {
  const child = spawn(BIN, ["approve", gate], {
    cwd: place.repo,
    env: place.env,
    stdio: "ignore",
    detached: true,
  });
  const stop = () => endGroup(child);
  gone.addEventListener("abort", stop, { once: true });
  await once(child, "exit");
  gone.removeEventListener("abort", stop);
}

export function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}

/** How a worker does, in a glyph and a word: never by colour alone. */

import { limitedWords } from "../../clock.ts";
import type { PaneState } from "../../panes/launcher.ts";
import { isHeld, type Team, type WorkerState } from "../team.ts";
import type { Look } from "./terminal/styled.ts";

export function paneState(team: Team, worker: WorkerState): PaneState {
  if (worker.isStalled) return { glyph: "⚠", word: `${worker.task ?? ""} stalled`.trim() };
  switch (worker.state) {
    case "starting":
      return { glyph: "◐", word: "starting" };
    case "idle":
      return { glyph: "○", word: "idle" };
    case "lost":
      return { glyph: "✗", word: "lost" };
    case "needs-you":
      return { glyph: "⚠", word: `needs you: continue ${worker.name}` };
    case "exited":
      return { glyph: "✓", word: "ended" };
    case "reported":
      return { glyph: "⧗", word: `${worker.task} in the merge queue` };
    case "working": {
      const waits = [...team.gates.values()].some((gate) => gate.worker === worker.name);
      if (waits) return { glyph: "⧗", word: `${worker.task} waits for you` };
      const task = worker.task === null ? undefined : team.tasks.get(worker.task);
      if (task?.phase === "assigned") return { glyph: "◐", word: `${task.id} checkout` };
      if (worker.doing === null && team.limitedUntil !== null) {
        return { glyph: "↻", word: `${worker.task} ${limitedWords(team.limitedUntil)}` };
      }
      if (worker.doing === null) return { glyph: "◐", word: `${worker.task} thinking` };
      return { glyph: "●", word: `${worker.task} ${worker.doing}` };
    }
  }
}

export interface State {
  readonly glyph: string;
  readonly word: string;
  readonly look: Look;
}

/** `at`: milliseconds since 1970. */
export function workerState(team: Team, worker: WorkerState, at: number): State {
  if (worker.isStalled) return { glyph: "⚠", word: "stalled", look: "warn" };
  switch (worker.state) {
    case "starting":
      return { glyph: "◐", word: "starting", look: "plain" };
    case "idle":
      return { glyph: "○", word: "idle", look: "dim" };
    case "lost":
      return { glyph: "✗", word: "lost", look: "alert" };
    case "needs-you":
      return { glyph: "⚠", word: "needs you", look: "alert" };
    case "exited":
      return { glyph: "✓", word: "ended", look: "dim" };
    case "reported":
      return { glyph: "✓", word: "to merge", look: "good" };
    case "working":
      return busyState(team, worker, at);
  }
}

function busyState(team: Team, worker: WorkerState, at: number): State {
  const waits = [...team.gates.values()].some((gate) => gate.worker === worker.name);
  if (waits) return { glyph: "⧗", word: "waits for you", look: "warn" };
  if (worker.doing !== null) return { glyph: "●", word: "running", look: "good" };
  if (isHeld(team, worker.name)) return { glyph: "⏸", word: "paused", look: "warn" };
  const left = team.limitedUntil === null ? 0 : Date.parse(team.limitedUntil) - at;
  if (left > 0) return { glyph: "↻", word: `retry ${clock(left)}`, look: "warn" };
  const task = team.tasks.get(worker.task ?? "");
  if (task?.phase === "assigned") return { glyph: "◐", word: "checkout", look: "plain" };
  return { glyph: "◐", word: "thinking", look: "plain" };
}

/** Minutes and seconds, or hours and minutes from an hour on. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${twoDigits(minutes)}:${twoDigits(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}h${twoDigits(minutes % 60)}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}

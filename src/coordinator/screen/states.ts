/** How a worker does, in a glyph and a word: never by colour alone. */
import type { PaneState } from "../../panes/launcher.ts";
import type { Team, WorkerState } from "../team.ts";

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
      if (worker.doing === null) return { glyph: "◐", word: `${worker.task} thinking` };
      return { glyph: "●", word: `${worker.task} ${worker.doing}` };
    }
  }
}

/** Keeps the workers' borders up to date: at most a few changes a second each, because every one is a call of tmux. */
import type { Log } from "../../log.ts";
import type { Launcher, PaneState } from "../../panes/launcher.ts";

const EVERY_MS = 400;

export interface Borders {
  set(worker: string, state: PaneState): void;
  close(): void;
}

export function createBorders(launcher: Launcher, log: Log): Borders {
  const wanted = new Map<string, PaneState>();
  const timers = new Map<string, NodeJS.Timeout>();

  function show(worker: string): void {
    const state = wanted.get(worker);
    timers.delete(worker);
    if (state === undefined) return;
    wanted.delete(worker);
    timers.set(
      worker,
      setTimeout(() => show(worker), EVERY_MS),
    );
    launcher.setState(worker, state).catch((error: unknown) => {
      log.warn("the pane's state was not set", { worker, why: String(error) });
    });
  }

  return {
    set(worker, state) {
      wanted.set(worker, state);
      if (!timers.has(worker)) show(worker);
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

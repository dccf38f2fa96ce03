/** The team's own tmux server. */
import { createTmux, type Tmux } from "../../../src/panes/tmux.ts";
import { tmuxPaths } from "../../../src/panes/tmux-server.ts";
import { sessionFolder } from "../../../src/session/folders.ts";
import { findRunFolder } from "../../../src/session/run-folder.ts";
import type { Workplace } from "./workplace.ts";

/** Of the session `s`; rejects where it has no run folder. */
export async function openTeamsTmux({ env, repo }: Workplace): Promise<Tmux> {
  const run = await findRunFolder(sessionFolder(env, repo, "s"));
  if (run === undefined) throw new Error("the session has no run folder yet");
  return createTmux(tmuxPaths(run));
}

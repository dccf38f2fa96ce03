/** A worker's checkout before its task begins: its files, then the setup that was asked for. */
import { failpoint } from "../failpoint.ts";
import type { SessionPaths } from "../session/folders.ts";
import { type CheckDesk, setupOf } from "./check-desk.ts";
import { failureText } from "./checks.ts";
import type { BoardTask, Team } from "./team.ts";
import type { WorkPlaces } from "./work-places.ts";

export interface Preparation {
  readonly places: WorkPlaces;
  readonly desk: CheckDesk;
  readonly at: SessionPaths;
  readonly team: Team;
}

/** Resolves with why it can't be worked in, or with undefined. */
export async function prepareCheckout(
  task: BoardTask,
  { places, desk, at, team }: Preparation,
): Promise<string | undefined> {
  try {
    failpoint("git.before-checkout");
    await places.makeFor(task);
    failpoint("git.after-checkout");
  } catch (error) {
    return `its checkout could not be made: ${String(error)}`;
  }
  for (const setup of setupOf(team)) {
    const on = { cwd: at.checkout(task.checkout), task: task.id, commit: task.base ?? "" };
    const result = await desk.run(setup, on);
    if (result.exit !== 0) return `its checkout could not be set up: ${failureText(result)}`;
  }
  return undefined;
}

/** `swarmux sessions`: the sessions of this repository, newest first; `sessions rm` deletes one. */
import { rm } from "node:fs/promises";
import { countDone } from "../coordinator/team.ts";
import { SwarmError } from "../errors.ts";
import { discardIntegration, isAccepted } from "../git/deliver.ts";
import { integrationHead } from "../git/integration.ts";
import { inspectRepository } from "../git/repository.ts";
import { paths } from "../session/folders.ts";
import { isLocked } from "../session/lock.ts";
import { removeRunFolder } from "../session/run-folder.ts";
import { findSession, listSessions } from "../session/sessions.ts";
import type { Output } from "./output.ts";
import { type SessionView, sessionState, viewSession } from "./session-view.ts";
import { money } from "./status.ts";

export async function sessions(output: Output, options: { json?: boolean }) {
  const { root } = await inspectRepository(process.cwd());
  const found = await listSessions(process.env, root);
  for (const session of found) {
    try {
      printRow(output, await viewSession(session.name), {
        ...options,
        startedAt: session.startedAt,
      });
    } catch (error) {
      if (!(error instanceof SwarmError)) throw error;
      if (options.json)
        output.json({ v: 1, session: session.name, state: "unreadable", why: error.message });
      else output.line(`${session.name.padEnd(34)} unreadable: ${error.message}`);
    }
  }
  if (found.length === 0 && !options.json) output.note("No sessions of this repository yet.");
}

function printRow(
  output: Output,
  view: SessionView,
  options: { readonly json?: boolean; readonly startedAt: string },
): void {
  const { name, team } = view;
  const tasks = team.tasks.size;
  const merged = countDone(team);
  const state = sessionState(view);
  const task = team.session?.task ?? "";
  if (options.json) {
    output.json({
      v: 1,
      session: name,
      state,
      started: options.startedAt,
      task,
      outcome: team.outcome,
      tasks,
      merged,
      cost_usd: team.spending.cost_usd,
      branch: team.integration.branch,
    });
    return;
  }
  const when = options.startedAt.slice(0, 16).replace("T", " ");
  const end = (team.outcome ?? state).padEnd(11);
  output.line(
    `${name.padEnd(34)} ${when}  ${end} ${merged}/${tasks} merged  ${money(team)}  ${task}`,
  );
}

export async function removeSession(output: Output, name: string, options: { force?: boolean }) {
  const { root: repo } = await inspectRepository(process.cwd());
  const { folder } = await findSession(process.env, repo, name);
  if (await isLocked(paths(folder).lock)) {
    throw new SwarmError("usage", `The session ${name} is running.`, {
      mend: `swarmux stop --session ${name}`,
    });
  }
  const isLost = (await integrationHead(repo, name)) !== null && !(await isAccepted(repo, name));
  if (isLost && options.force !== true) {
    throw new SwarmError(
      "usage",
      `The branch of ${name} is not merged into yours, and would be lost.`,
      {
        mend: `swarmux accept --session ${name}, or swarmux sessions rm --force ${name}`,
      },
    );
  }
  await removeRunFolder(folder);
  await rm(folder, { recursive: true, force: true });
  const branches = await discardIntegration({ repo, session: name });
  for (const { name: branch, head } of branches) output.line(`deleted ${branch} (was ${head})`);
  output.line(`deleted the session ${name}`);
}

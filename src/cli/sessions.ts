/** `swarmux sessions`: the sessions of this repository, newest first; `sessions rm` deletes one. */
import { rm } from "node:fs/promises";
import { SwarmError } from "../errors.ts";
import { discardIntegration, isAccepted } from "../git/deliver.ts";
import { inspectRepository } from "../git/repository.ts";
import { removeRunFolder } from "../session/run-folder.ts";
import { listSessions } from "../session/sessions.ts";
import type { Output } from "./output.ts";
import { sessionState, viewSession } from "./session-view.ts";
import { money } from "./status.ts";

export async function sessions(output: Output, options: { json?: boolean }) {
  const { root } = await inspectRepository(process.cwd());
  const found = await listSessions(process.env, root);
  for (const { name, startedAt } of found) {
    const view = await viewSession(name);
    const tasks = [...view.team.tasks.values()];
    const merged = tasks.filter((task) => task.phase === "merged").length;
    const state = sessionState(view);
    if (options.json) {
      output.json({
        v: 1,
        session: name,
        state,
        started: startedAt,
        task: view.team.session?.task ?? "",
        outcome: view.team.outcome,
        tasks: tasks.length,
        merged,
        cost_usd: view.team.spending.cost_usd,
        branch: view.team.integration.branch,
      });
      continue;
    }
    const when = startedAt.slice(0, 16).replace("T", " ");
    output.line(
      `${name.padEnd(34)} ${when}  ${(view.team.outcome ?? state).padEnd(11)} ${merged}/${tasks.length} merged  ${money(view.team)}  ${view.team.session?.task ?? ""}`,
    );
  }
  if (found.length === 0 && !options.json) output.note("No sessions of this repository yet.");
}

export async function removeSession(output: Output, name: string, options: { force?: boolean }) {
  const view = await viewSession(name);
  if (view.isLive) {
    throw new SwarmError("usage", `The session ${name} is running.`, {
      mend: `swarmux stop --session ${name}`,
    });
  }
  const isMerged = await isAccepted(view.repo, name);
  if (!isMerged && options.force !== true) {
    throw new SwarmError(
      "usage",
      `The branch of ${name} is not merged into yours, and would be lost.`,
      {
        mend: `swarmux accept --session ${name}, or swarmux sessions rm --force ${name}`,
      },
    );
  }
  await removeRunFolder(view.folder);
  await rm(view.folder, { recursive: true, force: true });
  const branches = await discardIntegration({ repo: view.repo, session: name });
  for (const { name: branch, head } of branches) output.line(`deleted ${branch} (was ${head})`);
  output.line(`deleted the session ${name}`);
}

/** `swarmux diff`, `accept` and `discard`: what becomes of the integration branch. */

import { taskDiff, whyNoDiff } from "../coordinator/task-diff.ts";
import { countOf } from "../count.ts";
import { SwarmError } from "../errors.ts";
import { diffText } from "../git/changes.ts";
import { acceptIntegration, discardIntegration } from "../git/deliver.ts";
import { integrationHead } from "../git/integration.ts";
import type { Output } from "./output.ts";
import { type SessionView, viewSession } from "./session-view.ts";

interface Named {
  readonly session?: string;
  readonly json?: boolean;
}

export async function diff(output: Output, options: Named & { stat?: boolean; task?: string }) {
  const view = await viewSession(options.session);
  if (options.task !== undefined) return diffOfTask(output, view, options.task);
  const head = await integrationHead(view.repo, view.name);
  const base = view.team.session?.base;
  if (head === null || base === undefined) {
    throw new SwarmError(
      "usage",
      `The session ${view.name} has no integration branch: it was discarded, or nothing came of it.`,
      {
        mend: "swarmux sessions",
      },
    );
  }
  const stat = options.stat === true;
  const text = await diffText({
    repo: view.repo,
    base,
    head,
    stat,
    color: output.colour > 0 && !options.json,
  });
  if (options.json) output.json({ v: 1, session: view.name, base, head, diff: text });
  else if (text !== "") output.line(text);
  else output.note("Nothing was merged, so there is no difference.");
}

async function diffOfTask(output: Output, { name, folder, team }: SessionView, task: string) {
  const text = await taskDiff(folder, team, task);
  if (text === null) {
    throw new SwarmError("usage", whyNoDiff(team, task), { mend: `swarmux status ${name}` });
  }
  if (text.trim() === "") output.note(`${task} has changed nothing so far.`);
  else output.line(text);
}

export async function accept(output: Output, options: Named) {
  const view = await viewSession(options.session);
  const done = await acceptIntegration({ cwd: process.cwd(), session: view.name });
  if (options.json) return output.json({ v: 1, session: view.name, ...done });
  if (done.from === done.to) return output.line(`${done.branch} has all of ${view.name} already`);
  output.line(
    `${done.branch} is at ${done.to.slice(0, 10)} now, ${countOf(done.files.length, "file")} changed (was ${done.from.slice(0, 10)})`,
  );
}

export async function discard(output: Output, options: Named) {
  const view = await viewSession(options.session);
  if (view.isLive) {
    throw new SwarmError("usage", `The session ${view.name} is running.`, {
      mend: `swarmux stop --session ${view.name}`,
    });
  }
  const branches = await discardIntegration({ repo: view.repo, session: view.name });
  for (const { name, head } of branches) {
    if (options.json) output.json({ v: 1, session: view.name, branch: name, head });
    else output.line(`deleted ${name}; git branch ${name} ${head.slice(0, 10)} brings it back`);
  }
  if (branches.length === 0) output.note(`The session ${view.name} has no branches.`);
}

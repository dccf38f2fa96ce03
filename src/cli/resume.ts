/** `swarmux resume`: brings a saved session back, after anything; of a finished one it exits with that session's code. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadConfig } from "../config.ts";
import { refuseWhatIsBroken } from "../coordinator/aftermath.ts";
import { summaryLines } from "../coordinator/screen/summary.ts";
import { outcomeOf } from "../coordinator/session-plan.ts";
import { SwarmError } from "../errors.ts";
import { sweepCheckouts } from "../git/checkouts.ts";
import { hasCommit } from "../git/objects.ts";
import { inspectRepository } from "../git/repository.ts";
import { parseRule } from "../risk/rules.ts";
import type { SessionOptions } from "../session/events.ts";
import { removeRunFolder } from "../session/run-folder.ts";
import { listStranded } from "../session/sessions.ts";
import { type Launch, runHere } from "./coordinator.ts";
import { findSandbox } from "./find-sandbox.ts";
import { readInstructions, readPrices } from "./instructions.ts";
import { OUTCOME_EXIT } from "./outcome-exit.ts";
import type { Output } from "./output.ts";
import { readReport } from "./report.ts";
import { overrideOptions, type RunFlags } from "./run-options.ts";
import { runDetached, runInTmux } from "./run-tmux.ts";
import { resumedRules } from "./session-rules.ts";
import { type SessionView, viewSession } from "./session-view.ts";
import { displayOf } from "./theme.ts";

/** The options about display and limits, which a resumed session may change. */
export type ResumeFlags = Pick<
  RunFlags,
  | "panes"
  | "detach"
  | "headless"
  | "json"
  | "workers"
  | "budget"
  | "tokenBudget"
  | "timeBudget"
  | "session"
>;

export async function resume(output: Output, flags: ResumeFlags): Promise<number> {
  const view = await viewSession(flags.session).catch(refuseMovedRepository);
  const { team, name } = view;
  if (view.isLive) {
    const hasPanes = team.session?.options.panes === "tmux";
    throw new SwarmError("usage", `The session ${name} is running already.`, {
      mend: hasPanes ? `swarmux attach ${name}` : `swarmux log --follow ${name}`,
    });
  }
  if (team.state === "finished") {
    // Its coordinator may have been killed between its last event and its end.
    await Promise.all([removeRunFolder(view.folder), sweepCheckouts(view.at.checkouts)]);
    for (const line of summaryLines(await readReport(view.folder))) output.line(line);
    return OUTCOME_EXIT[outcomeOf(team)];
  }
  const { session } = team;
  if (session === null) {
    throw new SwarmError("usage", `The session ${name} was cut off before its first event.`, {
      mend: `swarmux sessions rm --force ${name}`,
    });
  }
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const said = overrideOptions(session.options, flags);
  const isHere = said.panes === "none";
  const sandbox = await findSandbox(output, {
    isWaived: said.sandbox === "off",
    isUnattended: said.headless || (isHere && (!isTerminal || flags.detach === true)),
  });
  const options = { ...said, sandbox };
  const launch = await launchOf(view, options);
  // Said here, where the person looks, and not in a pane or a file.
  await refuseWhatIsBroken({ ...view, session: name });
  if (!isHere || flags.detach === true) {
    await writeFile(join(view.folder, "launch.json"), JSON.stringify(launch), { mode: 0o600 });
  }
  if (isHere && flags.detach === true) return runDetached(output, launch);
  if (!isHere) {
    const detach = flags.detach === true || !isTerminal;
    return runInTmux(output, launch, { detach, epoch: team.epoch + 1 });
  }
  if (!isTerminal && !options.yes && team.plan.status !== "approved") {
    throw new SwarmError("usage", "There is no terminal to show the plan on.", {
      mend: `swarmux resume --headless ${name}`,
    });
  }
  return runHere(output, launch, { json: flags.json === true, inPane: false });
}

/** A session is found by its repository's path: one that was moved has none, and is told where it was. */
async function refuseMovedRepository(error: unknown): Promise<never> {
  if (!(error instanceof SwarmError) || error.kind !== "usage") throw error;
  const { root } = await inspectRepository(process.cwd());
  for (const { name, repo, base } of await listStranded(process.env)) {
    if (!(await hasCommit(root, base))) continue;
    const words = `The session ${name} began at a commit of this repository when it stood in ${repo}, where there is nothing now.`;
    throw new SwarmError("usage", words, {
      mend: `mv '${root}' '${repo}' && cd '${repo}' && swarmux resume ${name}`,
      cause: error,
    });
  }
  throw error;
}

async function launchOf(view: SessionView, options: SessionOptions): Promise<Launch> {
  const { team, at, folder, name } = view;
  const base = team.session?.base ?? "";
  if (!(await hasCommit(view.repo, base))) {
    throw new SwarmError(
      "missing",
      `The commit ${base.slice(0, 12)}, from which ${name} started, is not in this repository any more.`,
      {
        mend: `git fetch origin ${base}   or give the session up: swarmux sessions rm --force ${name}`,
      },
    );
  }
  const { user, rules } = loadConfig(process.env, view.repo);
  return {
    folder,
    session: name,
    task: team.session?.task ?? "",
    repository: await inspectRepository(view.repo, { base }),
    options,
    // The session's own copies, whatever has become of the originals.
    prompts: {
      coordinator: join(at.prompts, "coordinator.md"),
      worker: join(at.prompts, "worker.md"),
    },
    instructions: readInstructions(at.prompts),
    tmuxPrefix: user.tmux?.prefix ?? null,
    display: displayOf(process.env, user.display),
    notify: user.notify,
    resume: true,
    prices: readPrices(at.prompts),
    rules: await resumedRules(at.rules, rules.map(parseRule)),
  };
}

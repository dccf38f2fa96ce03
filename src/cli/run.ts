/** `swarmux run`: starts a team session, in this process or in the first pane of a tmux server of its own. */
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { requireCredentials } from "../credentials.ts";
import { SwarmError } from "../errors.ts";
import { inspectRepository, type RepositoryFacts } from "../git/repository.ts";
import { INSTALL_ROOT } from "../install.ts";
import { readJob } from "../offline/scenarios/rename-job.ts";
import { createSessionFolder } from "../session/folders.ts";
import { nameSession } from "../session/sessions.ts";
import type { Launch } from "./coordinator.ts";
import { runHere } from "./coordinator.ts";
import { findSandbox } from "./find-sandbox.ts";
import { findInstructions } from "./instructions.ts";
import type { Output } from "./output.ts";
import { findProjectPrompts } from "./project-prompts.ts";
import { type ResolvedRun, type RunFlags, resolveRun } from "./run-options.ts";
import { runDetached, runInTmux } from "./run-tmux.ts";

const WAYS = [
  "export ANTHROPIC_API_KEY=…           the Anthropic API",
  "export ANTHROPIC_AUTH_TOKEN=…        a token, or a profile of the SDK",
  "export ANTHROPIC_BASE_URL=…          any server that speaks the Messages API, with --model NAME:",
  "                                     Ollama http://localhost:11434, LM Studio http://localhost:1234,",
  "                                     llama.cpp http://localhost:8080, vLLM, LiteLLM http://localhost:4000",
  "swarmux run --offline …              the scripted model: renames and replacements only, no key, no cost",
].join("\n    ");

/** `swarmux plan`: decomposes and prints the tasks; nothing is started, and the session's folder goes again. */
export async function plan(output: Output, task: string, flags: RunFlags): Promise<number> {
  const planned = { ...flags, headless: true };
  const { launch } = await prepareRun(output, { task, runsCommands: false }, planned);
  const code = await runHere(output, launch, {
    json: flags.json === true,
    inPane: false,
    planOnly: true,
  });
  await rm(launch.folder, { recursive: true, force: true });
  return code;
}

export async function run(output: Output, task: string, flags: RunFlags): Promise<number> {
  const { launch, isTerminal } = await prepareRun(output, { task, runsCommands: true }, flags);
  const isHere = launch.options.panes === "none";
  if (!isHere || flags.detach === true) {
    await writeFile(join(launch.folder, "launch.json"), JSON.stringify(launch), { mode: 0o600 });
  }
  if (isHere && flags.detach === true) return runDetached(output, launch);
  if (!isHere)
    return runInTmux(output, launch, { detach: flags.detach === true || !isTerminal, epoch: 1 });
  return runHere(output, launch, { json: flags.json === true, inPane: false });
}

/** Checks all that was said before anything is made. Throws `SwarmError`. */
async function prepareRun(
  output: Output,
  { task, runsCommands }: { task: string; runsCommands: boolean },
  flags: RunFlags,
): Promise<{ launch: Launch; isTerminal: boolean }> {
  if (task.trim() === "") {
    throw new SwarmError("usage", "There is no task.", { mend: 'swarmux "<task>"' });
  }
  const repository = await inspectRepository(
    process.cwd(),
    flags.base === undefined ? {} : { base: flags.base },
  );
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const resolved = resolveRun(flags, { repoRoot: repository.root, env: process.env, isTerminal });
  checkModel(task, resolved);
  const isHere = resolved.options.panes === "none";
  if (!isTerminal && isHere && !resolved.options.yes) {
    throw new SwarmError("usage", "There is no terminal to show the plan on.", {
      mend: "add --headless, which accepts the plan unseen",
    });
  }
  if (flags.json === true && !isHere) {
    throw new SwarmError(
      "usage",
      "--json prints events here, and --panes tmux shows them elsewhere.",
      {
        mend: "add --headless, or use: swarmux log --follow --json",
      },
    );
  }
  warn(output, repository, resolved);
  const { headless } = resolved.options;
  const sandbox = runsCommands
    ? await findSandbox(output, {
        isWaived: flags.sandbox === false,
        waiver: "or, for this session only: swarmux run --no-sandbox …",
        isUnattended: headless || (isHere && (!isTerminal || flags.detach === true)),
      })
    : "on";

  const isAsking = isTerminal && !resolved.options.yes && flags.detach !== true;
  const project = await findProjectPrompts(output, repository.root, isAsking);
  const session = flags.session ?? nameSession(task);
  const folder = await createSessionFolder(process.env, repository.root, session);
  const launch: Launch = {
    folder,
    session,
    task,
    repository,
    options: { ...resolved.options, sandbox },
    prompts: findPrompts(resolved, project),
    instructions: findInstructions(repository.root),
    tmuxPrefix: resolved.tmuxPrefix ?? null,
    display: resolved.display,
    notify: resolved.notify,
    resume: false,
    prices: resolved.prices,
    rules: resolved.rules,
  };
  return { launch, isTerminal };
}

function checkModel(task: string, { options }: ResolvedRun): void {
  if (options.offline) {
    // A scenario of the person's own may know what to do with any task.
    if (process.env["SWARMUX_SCENARIO"] !== undefined || readJob(task) !== undefined) return;
    throw new SwarmError(
      "usage",
      "The offline model is scripted: it can only rename an identifier or replace a text.",
      {
        mend: 'swarmux run --offline "rename oldName to newName", or: swarmux run --offline \'replace "old text" with "new text"\'',
      },
    );
  }
  try {
    requireCredentials(process.env);
  } catch (cause) {
    throw new SwarmError(
      "missing",
      "No model can be called: there is no key, no profile and no base URL.",
      {
        mend: `one of\n    ${WAYS}`,
        cause,
      },
    );
  }
}

function warn(output: Output, repository: RepositoryFacts, resolved: ResolvedRun): void {
  const { options, leftOut } = resolved;
  const { dirty, submodules } = repository;
  if (dirty.length > 0) {
    const some = dirty.slice(0, 3).join(", ");
    output.note(
      `warning: uncommitted changes (${some}${dirty.length > 3 ? ", …" : ""}) are not part of the base, ${repository.head.slice(0, 10)}`,
    );
  }
  if (submodules.length > 0) {
    output.note(
      `warning: submodules stay empty in the checkouts of the workers: ${submodules.join(", ")}`,
    );
  }
  if (leftOut.length > 0) {
    output.note(
      `warning: agents run no commands in this session, so the repository's checks are left out: ${leftOut.join(", ")}. One that is given with --check runs.`,
    );
  } else if (options.checks.length === 0) {
    output.note(
      "warning: no check was given and none was found; merges will only be as good as the tasks' own checks. Give one with --check CMD.",
    );
  }
}

/** The project's, which the person has said yes to, before the person's own, before ours. */
function findPrompts(
  { prompts }: ResolvedRun,
  project: Partial<Launch["prompts"]>,
): Launch["prompts"] {
  const own = (name: "coordinator" | "worker") => {
    const path = project[name] ?? prompts[name] ?? join(INSTALL_ROOT, "prompts", `${name}.md`);
    if (existsSync(path)) return path;
    throw new SwarmError("config", `The prompt ${path} is not there.`, {
      mend: `correct prompts.${name} in the configuration`,
    });
  };
  return { coordinator: own("coordinator"), worker: own("worker") };
}

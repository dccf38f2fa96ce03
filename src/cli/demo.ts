/** `swarmux demo`: the whole product on a sample repository with the scripted model: no key, no network, no cost. */
import { existsSync } from "node:fs";
import { mkdtemp, realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { outcomeOf } from "../coordinator/session-plan.ts";
import { INSTALL_ROOT } from "../install.ts";
import { createTmux, escape } from "../panes/tmux.ts";
import { tmuxPaths } from "../panes/tmux-server.ts";
import { probeSandbox } from "../risk/sandbox/probe.ts";
import { paths, sessionFolder } from "../session/folders.ts";
import { isLocked } from "../session/lock.ts";
import { findRunFolder } from "../session/run-folder.ts";
import { runDriver } from "./demo/driver.ts";
import { makeSample, readPushes, type Sample } from "./demo/sample.ts";
import { OUTCOME_EXIT } from "./outcome-exit.ts";
import type { Output } from "./output.ts";
import { run } from "./run.ts";

const TASK = "move the shop from callbacks to promises";
const CHECK = "node --test";
const SESSION = "demo";
const PAUSE_MS = 3_500;
const FAST_PAUSE_MS = 300;

export interface DemoOptions {
  readonly headless?: boolean;
  readonly fast?: boolean;
}

export async function demo(output: Output, options: DemoOptions): Promise<number> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "swarmux-demo-")));
  const sample = await makeSample(root);
  const state = join(root, "state");
  const isHeadless = options.headless === true || !(process.stdin.isTTY && process.stdout.isTTY);
  process.chdir(sample.repo);
  process.env["SWARMUX_STATE_DIR"] = state;
  // Whatever the person has configured, the demo is the same, calls nobody and costs nothing.
  process.env["SWARMUX_CONFIG"] = join(root, "config.toml");
  await writeFile(process.env["SWARMUX_CONFIG"], "");
  process.env["SWARMUX_SCENARIO"] = options.fast === true ? "demo-fast" : "demo";
  for (const line of OPENING) output.note(line);
  const probe = await probeSandbox(process.env);
  output.note(
    probe.ok
      ? `The workers' commands and the checks run in a sandbox (${probe.found}).`
      : `There is no sandbox on this machine (${probe.why}): the demo's own commands run as you. Mend it: ${probe.mend}`,
  );

  const folder = sessionFolder(process.env, sample.repo, SESSION);
  const over = new AbortController();
  const driver = runDriver({
    session: SESSION,
    folder,
    pauseMs: options.fast === true ? FAST_PAUSE_MS : PAUSE_MS,
    say: isHeadless
      ? (line) => output.note(`         ── ${line}`)
      : (line) => void show(folder, line),
    signal: over.signal,
  });
  driver.catch(() => {});
  let code: number;
  try {
    code = await run(output, TASK, {
      offline: true,
      yes: true,
      check: [CHECK],
      workers: "4",
      session: SESSION,
      ...(probe.ok ? {} : { sandbox: false }),
      ...(isHeadless ? { headless: true } : {}),
    });
    // Whoever left the panes may come back to them: the answers are given until the session ends.
    if (!isHeadless && (await isLocked(paths(folder).lock))) {
      code = OUTCOME_EXIT[outcomeOf(await driver)];
    }
  } finally {
    over.abort();
  }
  await driver;
  await sayGoodbye(output, { root, state, sample });
  return code;
}

const OPENING = [
  "The demo: a team of four moves a small shop from callbacks to promises. The model is a scripted model:",
  "no key, no network, cost 0. The processes, the git, the checks and the merges are real.",
  "You will see: a convention remembered and used, a check that fails and is mended, an action denied with a note,",
  "another approved, a worker killed with kill -9 that comes back. The demo answers for you, unless you are faster.",
];

interface Ending {
  readonly root: string;
  readonly state: string;
  readonly sample: Sample;
}

async function sayGoodbye(output: Output, { root, state, sample }: Ending): Promise<void> {
  const pushes = await readPushes(sample);
  const swarmux = commandName();
  output.line("");
  output.line(`pushed to the sample's origin: ${pushes.join(", ") || "nothing"}`);
  output.line(`the demo left this folder and nothing else: ${root}`);
  output.line(`  cd ${sample.repo} && export SWARMUX_STATE_DIR=${state}`);
  output.line(`  ${swarmux} diff        what the branch changes`);
  output.line(`  ${swarmux} report      who did what, with the proof`);
  output.line(`  ${swarmux} accept      merges it into the sample's main`);
  output.line(`  rm -rf ${root}         removes it all`);
}

/** How the person can type it. */
function commandName(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const isOnPath = folders.some((folder) => existsSync(join(folder, "swarmux")));
  return isOnPath ? "swarmux" : join(INSTALL_ROOT, "bin/swarmux");
}

/** In the status line of the team's own tmux server: the terminal itself belongs to the panes. */
async function show(folder: string, line: string): Promise<void> {
  const place = await findRunFolder(folder);
  if (place === undefined) return;
  const tmux = createTmux(tmuxPaths(place));
  await tmux.attempt(["display-message", "-d", String(PAUSE_MS), escape(line)]);
}

/** Where everything of a session is kept. One folder a session, 0700, outside of the user's repository. */
import { hash } from "node:crypto";
import { realpathSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { SwarmError } from "../errors.ts";
import { codeOf, reasonOf } from "./failure.ts";

export type Env = Readonly<Record<string, string | undefined>>;

const SESSION_NAME = /^[a-z0-9][a-z0-9-]{0,47}$/;
const AGENT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** `SWARMUX_STATE_DIR`, else `$XDG_STATE_HOME/swarmux`, else `~/.local/state/swarmux`. */
export function stateRoot(env: Env): string {
  if (env.SWARMUX_STATE_DIR) return resolve(env.SWARMUX_STATE_DIR);
  const xdg = env.XDG_STATE_HOME;
  if (xdg && isAbsolute(xdg)) return join(xdg, "swarmux");
  return join(env.HOME || homedir(), ".local", "state", "swarmux");
}

/** The folder of all sessions of the repository at `repoRoot`, which must exist. */
export function repoFolder(env: Env, repoRoot: string): string {
  const real = realpathSync(repoRoot);
  const name = basename(real).replace(/[^A-Za-z0-9._-]/g, "-") || "repository";
  return join(stateRoot(env), `${name}-${hash("sha256", real).slice(0, 8)}`);
}

export function isSessionName(name: string): boolean {
  return SESSION_NAME.test(name);
}

export function sessionFolder(env: Env, repoRoot: string, name: string): string {
  return join(repoFolder(env, repoRoot), name);
}

/** Makes the session's folder with all folders in it. Throws `SwarmError` for a name that is bad or taken. */
export async function createSessionFolder(
  env: Env,
  repoRoot: string,
  name: string,
): Promise<string> {
  if (!isSessionName(name)) {
    throw new SwarmError(
      "usage",
      `"${name}" cannot be a session's name: 1 to 48 of a-z, 0-9 and "-", not beginning with "-".`,
      { mend: 'swarmux run --session my-session "<task>"' },
    );
  }
  const folder = sessionFolder(env, repoRoot, name);
  try {
    await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
    await mkdir(folder, { mode: 0o700 });
    const { keys, agents, checkouts, outputs, receipts, panes, prompts } = paths(folder);
    for (const path of [keys, agents, checkouts, outputs, receipts, panes, prompts]) {
      await mkdir(path, { mode: 0o700 });
    }
    await using parent = await open(dirname(folder), "r");
    await parent.sync();
  } catch (cause) {
    if (codeOf(cause) === "EEXIST") {
      throw new SwarmError("usage", `There is a session ${name} of this repository already.`, {
        mend: `swarmux resume ${name}`,
        cause,
      });
    }
    throw new SwarmError("missing", `The folder ${folder} cannot be made: ${reasonOf(cause)}.`, {
      mend: "set SWARMUX_STATE_DIR to a folder that you may write to",
      cause,
    });
  }
  return folder;
}

export interface SessionPaths {
  readonly journal: string;
  readonly lock: string;
  readonly log: string;
  /** The permission rules of the session. */
  readonly rules: string;
  /** What the offline model was asked and answered. */
  readonly offline: string;
  readonly keys: string;
  readonly agents: string;
  readonly checkouts: string;
  readonly outputs: string;
  readonly receipts: string;
  readonly panes: string;
  readonly prompts: string;
  /** The journal of one agent. These four throw for a name that is no plain file name. */
  readonly agent: (name: string) => string;
  readonly checkout: (name: string) => string;
  readonly output: (name: string) => string;
  readonly pane: (name: string) => string;
}

/** The names of everything in a session's folder but its sockets (`run-folder.ts`). Touches no file. */
export function paths(folder: string): SessionPaths {
  const agents = join(folder, "agents");
  const checkouts = join(folder, "checkouts");
  const outputs = join(folder, "outputs");
  const panes = join(folder, "panes");
  return {
    journal: join(folder, "journal.jsonl"),
    lock: join(folder, "lock"),
    log: join(folder, "swarmux.log"),
    rules: join(folder, "rules.json"),
    offline: join(folder, "offline.jsonl"),
    keys: join(folder, "keys"),
    receipts: join(folder, "receipts"),
    prompts: join(folder, "prompts"),
    agents,
    checkouts,
    outputs,
    panes,
    agent: (name) => join(agents, `${checkAgentName(name)}.jsonl`),
    checkout: (name) => join(checkouts, checkAgentName(name)),
    output: (name) => join(outputs, checkAgentName(name)),
    pane: (name) => join(panes, `${checkAgentName(name)}.log`),
  };
}

/** A name can come from a model, and must not lead out of the session's folder. */
function checkAgentName(name: string): string {
  if (!AGENT_NAME.test(name)) throw new Error(`"${name}" cannot be the name of a file.`);
  return name;
}

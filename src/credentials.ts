/** Whether there is anything to call the API with, found the way the SDK finds it, and what to say when there is not. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { SwarmError } from "./errors.ts";

export type Env = Readonly<Record<string, string | undefined>>;

export const CREDENTIALS_MEND =
  "set ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN, or ANTHROPIC_BASE_URL for a server of your own, or add --offline";

/** True when there is a key, a token, a server of the user's own, or a profile for the SDK to sign in with. */
export function hasCredentials(env: Env): boolean {
  return (
    isSet(env, "ANTHROPIC_API_KEY") ||
    isSet(env, "ANTHROPIC_AUTH_TOKEN") ||
    isSet(env, "ANTHROPIC_BASE_URL") ||
    hasNamedIdentity(env) ||
    hasProfileOnDisk(env)
  );
}

/** Throws the error a person should see when `hasCredentials` is false. */
export function requireCredentials(env: Env): void {
  if (hasCredentials(env)) return;
  throw new SwarmError("missing", "There is no API key or token to call the model with.", {
    mend: CREDENTIALS_MEND,
  });
}

/** The environment names who to sign in as, so that a profile may be sent to a server that is not the default one. */
export function hasNamedIdentity(env: Env): boolean {
  return (
    isSet(env, "ANTHROPIC_PROFILE") ||
    (isSet(env, "ANTHROPIC_FEDERATION_RULE_ID") && isSet(env, "ANTHROPIC_ORGANIZATION_ID"))
  );
}

/** The values that must not be seen: whoever has one can spend the person's money. */
export function modelKeys(env: Env): readonly string[] {
  return [env["ANTHROPIC_API_KEY"], env["ANTHROPIC_AUTH_TOKEN"]].flatMap((key) => key ?? []);
}

/** For a process of ours that calls no model. */
export function withoutModelKeys(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { ANTHROPIC_API_KEY: _, ANTHROPIC_AUTH_TOKEN: __, ...rest } = env;
  return rest;
}

function hasProfileOnDisk(env: Env): boolean {
  const home = env["XDG_CONFIG_HOME"] || join(env["HOME"] || homedir(), ".config");
  const folder = env["ANTHROPIC_CONFIG_DIR"] || join(home, "anthropic");
  const active = join(folder, "active_config");
  const name = existsSync(active) ? readFileSync(active, "utf8").trim() : "default";
  return existsSync(join(folder, "configs", `${name}.json`));
}

function isSet(env: Env, name: string): boolean {
  return (env[name] ?? "").trim() !== "";
}

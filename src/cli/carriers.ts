/** The ways in which a notice reaches a person: their terminal, a command of theirs, a topic of an ntfy server. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Config } from "../config.ts";
import type { Carrier } from "../coordinator/notifier.ts";

const LIMIT_MS = 10_000;

/** The person's own file alone can name a command or an address. */
export function configuredCarriers(
  notify: Config["user"]["notify"],
  around: { readonly session: string; readonly env: NodeJS.ProcessEnv },
): Carrier[] {
  const { command, ntfy } = notify ?? {};
  return [
    ...(command === undefined ? [] : [byCommand(command, around)]),
    ...(ntfy === undefined ? [] : [byNtfy(ntfy, around.session)]),
  ];
}

/** The person's command, with their environment but for the keys of the model. */
function byCommand(
  command: string,
  { session, env }: { session: string; env: NodeJS.ProcessEnv },
): Carrier {
  const own = Object.entries(env).filter(([name]) => !name.startsWith("ANTHROPIC_"));
  return async ({ event, text }) => {
    const child = spawn("/bin/bash", ["--noprofile", "--norc", "-c", "--", command], {
      env: {
        ...Object.fromEntries(own),
        SWARMUX_SESSION: session,
        SWARMUX_EVENT: event,
        SWARMUX_NOTICE: text,
      },
      stdio: "ignore",
      timeout: LIMIT_MS,
    });
    const [code, signal] = await once(child, "exit");
    if (code !== 0) throw new Error(`the command of [notify] ended with ${code ?? signal}`);
  };
}

function byNtfy(address: string, session: string): Carrier {
  return async ({ text }) => {
    const answer = await fetch(address, {
      method: "POST",
      body: text,
      headers: { Title: encodeURIComponent(`swarmux ${session}`).replaceAll("%20", " ") },
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    if (!answer.ok) throw new Error(`${new URL(address).host} answered ${answer.status}`);
  };
}

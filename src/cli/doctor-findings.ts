/** What a session needs, looked at one by one: there, missing, and the command that mends it. */
import { accessSync, constants, mkdirSync } from "node:fs";
import { execPath, version } from "node:process";
import { hasCredentials } from "../credentials.ts";
import { SwarmError } from "../errors.ts";
import { inspectRepository } from "../git/repository.ts";
import { readPackageVersion } from "../install.ts";
import { findTmux } from "../panes/tmux.ts";
import { probeSandbox } from "../risk/sandbox/probe.ts";
import { stateRoot } from "../session/folders.ts";
import { proveSandbox } from "./prove-sandbox.ts";

export interface Finding {
  readonly name: string;
  /** `warn` does not keep a session from running. */
  readonly state: "ok" | "warn" | "missing";
  readonly found: string;
  readonly mend?: string;
}

export async function lookAround(): Promise<readonly Finding[]> {
  const probed = await Promise.all([
    probe("git and repository", async () => {
      const { root, head } = await inspectRepository(process.cwd());
      return `${root} at ${head.slice(0, 10)}`;
    }),
    probe(
      "tmux",
      async () => {
        const { program, version: found } = await findTmux(process.env["PATH"]);
        return `${found} at ${program}`;
      },
      "warn",
    ),
    probe("zeromq", async () => {
      const { zeromqVersion } = await import("../ipc/version.ts");
      return zeromqVersion();
    }),
  ]);
  return [node(), ...probed, ...(await sandbox()), state(), model()];
}

/** Debian packages that the findings ask for. */
export function missingPackages(findings: readonly Finding[]): readonly string[] {
  const wanted = findings
    .filter((finding) => finding.state !== "ok")
    .flatMap(({ mend = "" }) => {
      const names = /\bapt-get install ((?:[a-z0-9][a-z0-9+.-]*)(?: [a-z0-9][a-z0-9+.-]*)*)/.exec(
        mend,
      );
      return names?.[1]?.split(" ") ?? [];
    });
  return [...new Set(wanted)];
}

/** The promises that do not hold stand one by one. */
async function sandbox(): Promise<Finding[]> {
  const name = "sandbox";
  const found = await probeSandbox(process.env);
  if (!found.ok) return [{ name, state: "missing", found: found.why, mend: found.mend }];
  const proofs = await proveSandbox({ env: process.env });
  const broken = proofs.filter(({ holds }) => !holds);
  const count = `${found.found}: ${proofs.length - broken.length} of ${proofs.length} promises hold`;
  if (broken.length === 0) return [{ name, state: "ok", found: count }];
  return [
    { name, state: "missing", found: count, mend: "report it with the lines below" },
    ...broken.map(({ claim }) => ({ name, state: "missing" as const, found: `not so: ${claim}` })),
  ];
}

function node(): Finding {
  return {
    name: "node",
    state: "ok",
    found: `${version} at ${execPath}, swarmux ${readPackageVersion()}`,
  };
}

async function probe(
  name: string,
  look: () => Promise<string>,
  otherwise: "warn" | "missing" = "missing",
): Promise<Finding> {
  try {
    return { name, state: "ok", found: await look() };
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    const mend = error instanceof SwarmError ? error.mend : undefined;
    return { name, state: otherwise, found, ...(mend === undefined ? {} : { mend }) };
  }
}

function state(): Finding {
  const folder = stateRoot(process.env);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
    return { name: "state folder", state: "ok", found: folder };
  } catch {
    return {
      name: "state folder",
      state: "missing",
      found: `${folder} can't be written`,
      mend: "set SWARMUX_STATE_DIR to a folder that you may write to",
    };
  }
}

function model(): Finding {
  const base = process.env["ANTHROPIC_BASE_URL"];
  if (hasCredentials(process.env)) {
    return { name: "model", state: "ok", found: base ?? "the Anthropic API" };
  }
  return {
    name: "model",
    state: "warn",
    found: "no key, no profile and no base URL: only --offline works",
    mend: "set ANTHROPIC_API_KEY, or ANTHROPIC_BASE_URL for a server of your own",
  };
}

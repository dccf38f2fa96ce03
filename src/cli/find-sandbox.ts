/** Whether a session that starts has a sandbox, said aloud where it has none. */
import { SwarmError } from "../errors.ts";
import type { SandboxState } from "../risk/sandbox/enclosures.ts";
import { probeSandbox } from "../risk/sandbox/probe.ts";
import type { Output } from "./output.ts";

export interface Wanted {
  /** The person said --no-sandbox, for this session. */
  readonly isWaived: boolean;
  /** Nobody watches: what would be asked about would run, or wait for ever. */
  readonly isUnattended: boolean;
  /** How to start without one where that can still be said. */
  readonly waiver?: string;
}

/** Throws `SwarmError` for a session that nobody watches on a machine without a sandbox. */
export async function findSandbox(output: Output, wanted: Wanted): Promise<SandboxState> {
  if (wanted.isWaived) {
    output.note(
      "warning: --no-sandbox: in this session the agents' commands and the checks run as you, with your files and your network in reach",
    );
    return "off";
  }
  const probe = await probeSandbox(process.env);
  if (probe.ok) return "on";
  if (wanted.isUnattended) {
    throw new SwarmError("missing", `There is no sandbox on this machine: ${probe.why}.`, {
      mend: [probe.mend, ...(wanted.waiver === undefined ? [] : [wanted.waiver])].join("\n    "),
    });
  }
  output.note(`warning: there is no sandbox on this machine: ${probe.why}`);
  output.note(`  mend it: ${probe.mend}`);
  output.note(
    "  until then commands run as you, and whatever runs the project's code or needs the network asks you each time",
  );
  return "missing";
}
